import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { PhotoMasks } from "../src/clicks/kernel";
import { openedNetwork } from "../src/clicks/layers";
import { PhotoNet } from "../src/clicks/photoNet";
import { type Network, type Networks, RefinedMasks, type WeightFree } from "../src/clicks/refined";
import type { Gestures, Mask } from "../src/clicks/segmenter";

const WIDTH = 480;
const HEIGHT = 320;
const DISC = { x: 180, y: 150, radius: 70 };
const oneClick: Gestures = { clicks: [{ x: DISC.x, y: DISC.y, adds: true }], box: null };

const inDisc = (x: number, y: number) => Math.hypot(x + 0.5 - DISC.x, y + 0.5 - DISC.y) < DISC.radius;
const bytes = (address: string) => readFileSync(new URL(address, import.meta.url));

/** An orange disc on a grey wall, a little noisy; `scale` times as large. */
function photo(scale = 1): ImageData {
  const [width, height] = [WIDTH * scale, HEIGHT * scale];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const noise = (pixel * 2654435761) % 13;
    const isIn = inDisc((pixel % width) / scale, Math.floor(pixel / width) / scale);
    const colour = isIn ? [220, 130, 40] : [120, 125, 130];
    data.set([...colour.map((value) => value + noise), 255], pixel * 4);
  }
  return { width, height, data } as ImageData;
}

function overlapWithDisc({ width, probability }: Mask, scale = 1): number {
  let both = 0;
  let either = 0;
  probability.forEach((value, pixel) => {
    const isIn = inDisc((pixel % width) / scale, Math.floor(pixel / width) / scale);
    const [said, is] = [value > 127, isIn];
    both += said && is ? 1 : 0;
    either += said || is ? 1 : 0;
  });
  return both / either;
}

describe("masks by the click network in the browser", () => {
  let networks: Networks;
  let open: (seen?: ImageData, weightFree?: (masks: PhotoMasks) => WeightFree) => Promise<RefinedMasks>;

  beforeAll(async () => {
    const layers = await WebAssembly.compile(bytes("../src/clicks/layers.wasm"));
    const opened = (name: string) =>
      openedNetwork(layers, new Uint8Array(bytes(`../../sagemaker_containers/vision/clicknet/${name}`)));
    networks = { clicks: await opened("weights.onnx"), boxes: await opened("boxes.onnx") };
    const [masks, clicknet] = await Promise.all([
      WebAssembly.compile(bytes("../src/clicks/masks.wasm")),
      WebAssembly.compile(bytes("../src/clicks/clicknet.wasm")),
    ]);
    open = async (seen = photo(), weightFree = (made) => made) =>
      new RefinedMasks(
        weightFree(await PhotoMasks.open(masks, seen)),
        await PhotoNet.open(clicknet, seen),
        networks,
      );
  });

  it("find a plain object by one click", async () => {
    expect(overlapWithDisc(await (await open()).segment(oneClick))).toBeGreaterThan(0.9);
  });

  it("find it by a box", async () => {
    const box = { left: 110, top: 80, right: 250, bottom: 220 };
    expect(overlapWithDisc(await (await open()).segment({ clicks: [], box }))).toBeGreaterThan(0.9);
  });

  it("of a box are asked of the network that learnt from boxes, until there is a click", async () => {
    const asked: string[] = [];
    const noted = (name: "clicks" | "boxes"): Network => {
      return async (look) => {
        asked.push(name);
        return networks[name](look);
      };
    };
    const [masks, clicknet] = await Promise.all([
      WebAssembly.compile(bytes("../src/clicks/masks.wasm")),
      WebAssembly.compile(bytes("../src/clicks/clicknet.wasm")),
    ]);
    const refined = new RefinedMasks(
      await PhotoMasks.open(masks, photo()),
      await PhotoNet.open(clicknet, photo()),
      { clicks: noted("clicks"), boxes: noted("boxes") },
    );
    const box = { left: 110, top: 80, right: 250, bottom: 220 };
    await refined.segment({ clicks: [], box });
    expect(asked).toEqual(["boxes", "boxes"]);
    await refined.segment({ ...oneClick, box });
    expect(asked).toEqual(["boxes", "boxes", "clicks"]);
  });

  it("are as large as a large photo", async () => {
    const mask = await (await open(photo(2))).segment({
      clicks: [{ x: 2 * DISC.x, y: 2 * DISC.y, adds: true }],
      box: null,
    });
    expect([mask.width, mask.height, mask.probability.length]).toEqual([960, 640, 960 * 640]);
    expect(overlapWithDisc(mask, 2)).toBeGreaterThan(0.9);
  });

  it("are the same where the weight-free ones are made beside, and later", async () => {
    const later = (masks: PhotoMasks): WeightFree => ({
      segment: async (gestures) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return masks.segment(gestures);
      },
    });
    const box = { left: 110, top: 80, right: 250, bottom: 220 };
    const [here, beside] = [await open(), await open(photo(), later)];
    for (const asked of [oneClick, { clicks: [], box }])
      expect(await beside.segment(asked)).toEqual(await here.segment(asked));
  });

  it("are the same when several are asked for at once", async () => {
    const refined = await open();
    const more = { clicks: [...oneClick.clicks, { x: 400, y: 60, adds: false }], box: null };
    const [one, two] = await Promise.all([refined.segment(oneClick), refined.segment(more)]);
    const alone = await open();
    expect(await alone.segment(more)).toEqual(two);
    expect(await alone.segment(oneClick)).toEqual(one);
  });

  it("go on after a network that failed once", async () => {
    let fails = true;
    const [masks, clicknet] = await Promise.all([
      WebAssembly.compile(bytes("../src/clicks/masks.wasm")),
      WebAssembly.compile(bytes("../src/clicks/clicknet.wasm")),
    ]);
    const once: Network = async (look) => {
      if (fails) throw new Error("lost");
      return networks.clicks(look);
    };
    const refined = new RefinedMasks(
      await PhotoMasks.open(masks, photo()),
      await PhotoNet.open(clicknet, photo()),
      { clicks: once, boxes: once },
    );
    await expect(refined.segment(oneClick)).rejects.toThrow("lost");
    fails = false;
    expect(overlapWithDisc(await refined.segment(oneClick))).toBeGreaterThan(0.9);
  });

  it("are empty where nothing was clicked", async () => {
    const mask = await (await open()).segment({ clicks: [], box: null });
    expect(mask.probability.every((value) => value === 0)).toBe(true);
  });
});
