import { describe, expect, it } from "vitest";
import type { Gestures } from "../../src/clicks/segmenter";
import { MOST_CLICKS, MOST_CUTOUTS, rescaled } from "../../src/cutting/drawing";
import { Editor } from "../../src/cutting/editor";
import { paint, type Size } from "../../src/cutting/mask";
import type { Segmentation } from "../../src/cutting/segmentation";
import { drawingOfSent, sentOf, thinned } from "../../src/cutting/sent";

const PHOTO = { width: 20, height: 10, pixels: {} as ImageData };

/** Everything left of the last click that adds; of the better model, everything right of it. */
class HalfSegmentation implements Segmentation {
  readonly asked: Gestures[] = [];
  isBetter = false;
  isBroken = false;

  async open(): Promise<string> {
    return "diorama";
  }

  async embed(): Promise<string> {
    this.isBetter = true;
    return "sam2";
  }

  async segment(gestures: Gestures, { width, height }: Size) {
    this.asked.push(gestures);
    if (this.isBroken) throw new Error("broken");
    const x = gestures.clicks.filter((click) => click.adds).at(-1)?.x ?? gestures.box?.right ?? 0;
    const probability = Uint8Array.from({ length: width * height }, (_, at) =>
      at % width < x !== this.isBetter ? 200 : 20,
    );
    const model = this.isBetter ? "sam2" : "diorama";
    return { mask: { width, height, probability }, model, took_ms: 1 };
  }

  close(): void {
    this.isBroken = true;
  }
}

function opened() {
  const segmentation = new HalfSegmentation();
  const editor = new Editor(PHOTO, segmentation);
  const coverage = () => editor.state().coverage[editor.chosen.id];
  return { segmentation, editor, coverage };
}

const answered = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("an editor", () => {
  it("shows what a click makes, and says it", async () => {
    const { editor, coverage } = opened();
    editor.rename(editor.chosen.id, "Chair");
    editor.click({ x: 5, y: 2 }, true);
    expect(editor.state().isBusy).toBe(true);
    await answered();
    expect(coverage()).toBe(0.25);
    expect(editor.state().said).toBe("Chair: 1 click, covers 25 % of the photo");
    expect(editor.state().isBusy).toBe(false);
    expect(editor.state().model).toBe("diorama");
  });

  it("goes back to nothing, whatever is still being asked", async () => {
    const { editor, coverage } = opened();
    editor.click({ x: 5, y: 2 }, true);
    editor.undo();
    await answered();
    expect(coverage()).toBe(0);
    expect(editor.state().isBusy).toBe(false);
    editor.redo();
    await answered();
    expect(coverage()).toBe(0.25);
  });

  it("lets the better model answer again what was clicked before", async () => {
    const { editor, coverage } = opened();
    editor.click({ x: 5, y: 2 }, true);
    await answered();
    await editor.embed({} as never);
    await answered();
    expect(coverage()).toBe(0.75);
    expect(editor.state().isBetterModel).toBe(true);
    expect(editor.layers[0]?.model).toBe("sam2");
  });

  it("turns the meaning of clicks with the mask", async () => {
    const { editor, segmentation, coverage } = opened();
    editor.click({ x: 5, y: 2 }, true);
    await answered();
    editor.invert();
    expect(coverage()).toBe(0.75);
    editor.click({ x: 8, y: 2 }, false);
    await answered();
    expect(segmentation.asked.at(-1)?.clicks.map((click) => click.adds)).toEqual([true, true]);
    expect(coverage()).toBe(0.6);
  });

  it("paints over what was clicked, on the right side of an inverted mask too", async () => {
    const { editor } = opened();
    for (const isInverted of [false, true]) {
      if (isInverted) editor.invert();
      editor.setBrushRadius(2);
      editor.beginStroke({ x: 15, y: 5 }, true);
      editor.extendStroke({ x: 17, y: 5 });
      editor.endStroke();
      expect(editor.layers[0]?.mask[5 * 20 + 16]).toBe(255);
    }
  });

  it("keeps a stroke that is being drawn while an answer comes, and forgets one that was not meant", async () => {
    const { editor } = opened();
    editor.click({ x: 5, y: 2 }, true);
    editor.setBrushRadius(2);
    editor.beginStroke({ x: 15, y: 5 }, true);
    await answered();
    expect(editor.layers[0]?.mask[5 * 20 + 15]).toBe(255);
    editor.cancelStroke();
    expect(editor.layers[0]?.mask[5 * 20 + 15]).toBe(0);
    expect(editor.layers[0]?.mask[0]).toBe(255);
  });

  it("changes one object and leaves the others", async () => {
    const { editor } = opened();
    editor.click({ x: 5, y: 2 }, true);
    await answered();
    editor.add();
    editor.box({ left: 0, top: 0, right: 10, bottom: 10 });
    await answered();
    expect(editor.layers.map(({ coverage }) => coverage)).toEqual([0.25, 0.5]);
    editor.reset();
    expect(editor.layers.map(({ coverage }) => coverage)).toEqual([0.25, 0]);
    editor.remove(editor.chosen.id);
    expect(editor.layers.map(({ coverage }) => coverage)).toEqual([0.25]);
    editor.undo();
    expect(editor.layers).toHaveLength(2);
  });

  it("never has no object, nor more than are taken", () => {
    const { editor } = opened();
    editor.remove(editor.chosen.id);
    expect(editor.state().drawing.cutouts).toHaveLength(1);
    for (let count = 0; count < 30; count++) editor.add();
    expect(editor.state().drawing.cutouts).toHaveLength(MOST_CUTOUTS);
    const colours = new Set(editor.state().drawing.cutouts.map((one) => one.colour));
    expect(colours.size).toBe(MOST_CUTOUTS);
  });

  it("takes no more clicks than the studio does", () => {
    const { editor } = opened();
    for (let count = 0; count < MOST_CLICKS + 5; count++) editor.click({ x: 5, y: 2 }, true);
    expect(editor.chosen.clicks).toHaveLength(MOST_CLICKS);
  });

  it("makes one step of a slider that is drawn", async () => {
    const { editor } = opened();
    for (const threshold of [100, 90, 10]) editor.setThreshold(threshold);
    editor.endGesture();
    editor.undo();
    expect(editor.chosen.threshold).toBe(128);
  });

  it("says when no mask can be made, and paints all the same", async () => {
    const { editor, segmentation } = opened();
    segmentation.isBroken = true;
    editor.click({ x: 5, y: 2 }, true);
    await answered();
    expect(editor.state().error?.message).toBe("broken");
    editor.beginStroke({ x: 15, y: 5 }, true);
    editor.endStroke();
    expect(editor.state().coverage[editor.chosen.id]).toBeGreaterThan(0);
  });
});

describe("a drawing on the same photo in another size", () => {
  it("has the same marks", () => {
    const { editor } = opened();
    editor.click({ x: 5, y: 2 }, true);
    editor.box({ left: 1, top: 2, right: 6, bottom: 8 });
    const [cutout] = rescaled(editor.state().drawing, { x: 2, y: 3 }).cutouts;
    expect(cutout?.clicks).toEqual([{ x: 10, y: 6, adds: true }]);
    expect(cutout?.box).toEqual({ left: 2, top: 6, right: 12, bottom: 24 });
  });
});

describe("what was cut out in another browser", () => {
  it("goes on here with the same objects and clicks", async () => {
    const clicks = [{ x: 5, y: 2, adds: true }];
    const sent = { cutout_id: "a", name: "Lamp", clicks, box: null, by_hand: null };
    const editor = new Editor(PHOTO, new HalfSegmentation(), drawingOfSent([sent]));
    await answered();
    expect(editor.layers.map(({ cutout, coverage }) => [cutout.id, cutout.name, coverage])).toEqual([
      ["a", "Lamp", 0.25],
    ]);
    expect(drawingOfSent([])).toBeUndefined();
  });

  it("goes on with what was painted, turned inside out, boxed and set by hand", async () => {
    const { editor: first } = opened();
    first.click({ x: 5, y: 2 }, true);
    first.box({ left: 1, top: 1, right: 6, bottom: 6 });
    first.beginStroke({ x: 1, y: 9 }, true);
    first.extendStroke({ x: 6, y: 9 });
    first.endStroke();
    first.invert();
    first.click({ x: 8, y: 8 }, true);
    first.setThreshold(90);
    await answered();
    const sent = first.layers.map(({ cutout }) => ({
      cutout_id: cutout.id,
      name: cutout.name,
      ...sentOf(cutout),
    }));
    const second = new Editor(PHOTO, new HalfSegmentation(), drawingOfSent(sent));
    await answered();
    expect(second.layers.map(({ mask }) => mask)).toEqual(first.layers.map(({ mask }) => mask));
    expect(second.chosen).toEqual({ ...first.chosen, colour: 0 });
  });
});

describe("a line drawn by hand", () => {
  it("is sent with as few points as say the same", () => {
    const wavy = [...Array(400).keys()].flatMap((at) => [at, 50 + 20 * Math.sin(at / 30)]);
    const few = thinned(wavy, 0.25);
    expect(few.length).toBeLessThan(wavy.length / 5);
    expect(few.slice(0, 2)).toEqual(wavy.slice(0, 2));
    expect(few.slice(-2)).toEqual(wavy.slice(-2));
    const size = { width: 400, height: 100 };
    const painted = (points: number[]) => {
      const mask = new Uint8Array(40_000);
      paint(mask, size, { adds: true, radius: 6, points });
      return mask;
    };
    const [all, some] = [painted(wavy), painted(few)];
    const differing = all.filter((value, at) => value !== some[at]).length;
    expect(differing).toBeLessThan(0.03 * all.filter((value) => value > 0).length);
    expect(thinned([3, 4], 1)).toEqual([3, 4]);
  });
});
