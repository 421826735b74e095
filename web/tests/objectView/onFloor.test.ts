import { describe, expect, it } from "vitest";
import { boxOf, onFloor } from "../../src/objectView/onFloor";
import { turned } from "../../src/viewer/space";

/** At eye height 1.6, level, looking along -Z: OpenCV's x is right, y down, z forward. */
const CAMERA = {
  world_from_camera: [
    [1, 0, 0, 0.5],
    [0, -1, 0, 1.6],
    [0, 0, -1, 3],
    [0, 0, 0, 1],
  ],
  focal_px: [500, 500],
  centre_px: [320, 240],
  width_px: 640,
};

describe("an object that was seen on the floor", () => {
  it("stands where its lowest pixel is, and is as tall as it was seen", () => {
    // 4 m ahead and 0.5 m to the right, 0.8 m tall.
    const x = 320 + (500 * 0.5) / 4;
    const [top, bottom] = [240 + (500 * 0.8) / 4, 240 + (500 * 1.6) / 4];
    const half = { left: x / 2 - 10, right: x / 2 + 10, top: top / 2, bottom: bottom / 2, width_px: 320 };
    const { position, rotation_wxyz, scale } = onFloor(CAMERA, half, 0, 0.4, 20);
    expect(position[0]).toBeCloseTo(1);
    expect(position[1]).toBeCloseTo(0);
    expect(position[2]).toBeCloseTo(-1);
    expect(scale).toBeCloseTo(2);
    const front = turned(rotation_wxyz, [0, 0, 1]);
    expect(Math.atan2(front[0], front[2])).toBeCloseTo(Math.atan2(-0.5, 4)); // towards who took the photo
  });

  it("is not behind the horizon", () => {
    const box = { left: 300, right: 340, top: 100, bottom: 200, width_px: 640 };
    const { position } = onFloor(CAMERA, box, 0, 1, 6);
    expect(position[2]).toBeCloseTo(3 - 6);
  });
});

describe("the box of a mask", () => {
  it("holds what is the object, to the edges of its pixels", () => {
    const grey = new Uint8Array(20 * 10);
    grey[3 * 20 + 5] = 255;
    grey[7 * 20 + 9] = 200;
    grey[9 * 20 + 19] = 100;
    expect(boxOf(grey, 20)).toEqual({ left: 5, top: 3, right: 10, bottom: 8, width_px: 20 });
    expect(boxOf(new Uint8Array(4), 2)).toBeNull();
  });
});
