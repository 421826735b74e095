import { describe, expect, it } from "vitest";
import { cuttingSize, uprightCuttingSize } from "../../src/cutting/size";

describe("the size at which a photo is cut", () => {
  // What Pillow's thumbnail((2048, 2048)) makes of each.
  it.each([
    [640, 480, 640, 480],
    [2048, 2048, 2048, 2048],
    [4000, 3000, 2048, 1536],
    [3000, 4000, 1536, 2048],
    [4032, 3024, 2048, 1536],
    [8192, 64, 2048, 16],
    [2049, 1000, 2048, 1000],
    [5000, 3333, 2048, 1365],
    [3333, 5000, 1365, 2048],
    [4099, 1025, 2048, 512],
    [4096, 65, 2048, 33],
    [65, 4096, 32, 2048],
  ])("is that of embed_photo: %i x %i", (width, height, cutWidth, cutHeight) => {
    expect(cuttingSize({ width, height })).toEqual({ width: cutWidth, height: cutHeight });
  });

  it("is decided before a photo is turned upright", () => {
    const stored = { width: 4096, height: 65 };
    const upright = { width: 65, height: 4096 };
    expect(uprightCuttingSize(upright, stored)).toEqual({ width: 33, height: 2048 });
    expect(uprightCuttingSize(stored, stored)).toEqual({ width: 2048, height: 33 });
  });
});
