import { describe, expect, it } from "vitest";
import { extentOf, frustumsOf, rotated, seenFrom } from "../src/studio/findings/cameras";

const HALF = Math.SQRT1_2;
const FILE = {
  cameras: { "1": { width_px: 200, height_px: 100, focal_px: [100, 100] as const } },
  images: [
    {
      image: "00001.jpg",
      camera: "1",
      // Half a turn about x: OpenCV's y (down) becomes the world's down, z looks along -Z.
      world_from_camera: { rotation_wxyz: [0, 1, 0, 0] as const, translation: [1, 2, 3] as const },
    },
    {
      image: "00002.jpg",
      camera: "1",
      world_from_camera: { rotation_wxyz: [0, 1, 0, 0] as const, translation: [3, 2, 3] as const },
    },
  ],
};

/** Without the sign of zero and the last digits. */
const whole = (value: number) => Math.round(value * 1e6) / 1e6 + 0;

describe("cameras in space", () => {
  it("turn vectors as their quaternions say", () => {
    // A quarter about y takes z to x.
    expect(rotated([HALF, 0, HALF, 0], [0, 0, 1]).map(whole)).toEqual([1, 0, 0]);
  });

  it("look along -Z with the top of the picture up, where OpenCV's axes are half a turn about x", () => {
    const [frustum] = frustumsOf(FILE, 1);
    expect(frustum?.centre).toEqual([1, 2, 3]);
    const [topLeft, , bottomRight] = frustum?.corners ?? [];
    expect(topLeft?.map(whole)).toEqual([0, 2.5, 2]);
    expect(bottomRight?.map(whole)).toEqual([2, 1.5, 2]);
  });

  it("have a middle and a reach", () => {
    expect(extentOf(FILE)).toEqual({ middle: [2, 2, 3], radius: 1 });
  });

  it("are seen from above as on a map, and from the side with up upwards", () => {
    const above = seenFrom({ yaw: 0, pitch: Math.PI / 2, zoom: 1 }, [3, 9, 3], [2, 2, 3], 1);
    expect(above.map(whole)).toEqual([1, 0]);
    const [, y] = seenFrom({ yaw: 0, pitch: 0, zoom: 1 }, [2, 3, 3], [2, 2, 3], 1);
    expect(y).toBe(-1);
  });
});
