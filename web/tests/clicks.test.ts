import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { PhotoMasks } from "../src/clicks/kernel";
import type { Gestures, Mask } from "../src/clicks/segmenter";

const WIDTH = 600;
const HEIGHT = 400;
const DISC = { x: 200, y: 180, radius: 90 };

const inDisc = (x: number, y: number) => Math.hypot(x + 0.5 - DISC.x, y + 0.5 - DISC.y) < DISC.radius;

/** An orange disc on a grey wall, a little noisy. */
function photo(): ImageData {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
    const noise = (pixel * 2654435761) % 13;
    const colour = inDisc(pixel % WIDTH, Math.floor(pixel / WIDTH)) ? [220, 130, 40] : [120, 125, 130];
    data.set([...colour.map((value) => value + noise), 255], pixel * 4);
  }
  return { width: WIDTH, height: HEIGHT, data } as ImageData;
}

function overlapWithDisc({ width, height, probability }: Mask): number {
  let both = 0;
  let either = 0;
  probability.forEach((value, pixel) => {
    const x = ((pixel % width) + 0.5) * (WIDTH / width) - 0.5;
    const y = (Math.floor(pixel / width) + 0.5) * (HEIGHT / height) - 0.5;
    const [said, is] = [value > 127, inDisc(x, y)];
    both += said && is ? 1 : 0;
    either += said || is ? 1 : 0;
  });
  return both / either;
}

const oneClick: Gestures = { clicks: [{ x: DISC.x, y: DISC.y, adds: true }], box: null };

describe("masks in the browser", () => {
  let masks: PhotoMasks;
  let module: WebAssembly.Module;

  beforeAll(async () => {
    module = await WebAssembly.compile(readFileSync(new URL("../src/clicks/masks.wasm", import.meta.url)));
    masks = await PhotoMasks.open(module, photo());
  });

  it("find a plain object by one click", () => {
    expect(overlapWithDisc(masks.segment(oneClick))).toBeGreaterThan(0.9);
  });

  it("find it by a box", () => {
    const box = { left: 105, top: 85, right: 295, bottom: 275 };
    expect(overlapWithDisc(masks.segment({ clicks: [], box }))).toBeGreaterThan(0.9);
  });

  it("are as large as a photo of this size", () => {
    const mask = masks.segment(oneClick);
    expect([mask.width, mask.height, mask.probability.length]).toEqual([600, 400, 600 * 400]);
  });

  it("are the same for the same gestures, whatever was asked before", async () => {
    const first = masks.segment(oneClick);
    masks.segment({ clicks: [...oneClick.clicks, { x: 500, y: 300, adds: true }], box: null });
    expect(masks.segment(oneClick)).toEqual(first);
    expect((await PhotoMasks.open(module, photo())).segment(oneClick)).toEqual(first);
  });

  it("leave out what was clicked away", () => {
    const added = { clicks: [{ x: 500, y: 300, adds: true }], box: null };
    const taken = { clicks: [...added.clicks, { x: DISC.x, y: DISC.y, adds: false }], box: null };
    expect(overlapWithDisc(masks.segment(taken))).toBeLessThan(0.05);
  });

  it("are empty where nothing was clicked", () => {
    expect(masks.segment({ clicks: [], box: null }).probability.every((value) => value < 128)).toBe(true);
  });
});
