import { describe, expect, it } from "vitest";
import { type Matrix, seenFromCamera, seenFromFront, standingOf } from "../../src/objectView/standing";
import { facing, placed, stanceOf } from "../../src/viewer/placing";
import { type Quaternion, turned, type Vector } from "../../src/viewer/space";
import { forwardOf } from "../../src/viewer/view";

const QUATERNIONS: Quaternion[] = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
  [0.5, 0.5, -0.5, 0.5],
  [0.1, -0.7, 0.1, 0.7],
  [-0.8, 0, 0.6, 0],
];

function matrixOf(rotation: Quaternion, scale: number, shift: Vector): Matrix {
  const columns = (
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as Vector[]
  ).map((axis) => turned(rotation, axis));
  return [0, 1, 2].map((row) => [...columns.map((column) => scale * (column[row] ?? 0)), shift[row] ?? 0]);
}

describe("where an object stands in its tour", () => {
  it.each(QUATERNIONS)("is read from the matrix, however it is turned: %d %d %d %d", (...rotation) => {
    const { position, rotation_wxyz, scale } = standingOf(matrixOf(rotation as Quaternion, 2.5, [1, -2, 3]));
    expect(position).toEqual([1, -2, 3]);
    expect(scale).toBeCloseTo(2.5, 9);
    const same = rotation_wxyz.reduce((sum, part, index) => sum + part * (rotation[index] ?? 0), 0);
    expect(Math.abs(same)).toBeCloseTo(1, 9);
  });

  it("is seen from its front", () => {
    const quarter: Quaternion = [Math.SQRT1_2, 0, Math.SQRT1_2, 0]; // its front looks along +X
    const standing = { position: [1, 0, 1], rotation_wxyz: quarter, scale: 2 } as const;
    const { position, yaw } = seenFromFront(
      { ...standing, position: [1, 0, 1], rotation_wxyz: [...quarter] },
      0.5,
    );
    expect(position.map((value) => Number(value.toFixed(6)))).toEqual([4, 0.5, 1]);
    expect(yaw).toBeCloseTo(Math.PI / 2);
  });

  it("is seen from where its photo was taken, its middle in the middle", () => {
    const camera = matrixOf([1, 0, 0, 0], 1, [3, 1.6, 2]);
    const sight = seenFromCamera(
      camera,
      { position: [3, 0, -2], rotation_wxyz: [1, 0, 0, 0], scale: 2 },
      0.6,
    );
    expect(sight.position).toEqual([3, 1.6, 2]);
    const forward = forwardOf({ ...sight, roll: 0 });
    expect(
      [0, 1, 2].map((axis) => (sight.position[axis] ?? 0) + Math.hypot(1, 4) * (forward[axis] ?? 0)),
    ).toEqual([expect.closeTo(3), expect.closeTo(0.6), expect.closeTo(-2)]);
  });
});

describe("how a thing stands", () => {
  it("is a turn about the vertical and a size", () => {
    const placement = placed(null, { turn_deg: 90, scale: 0.5 });
    expect(turned(placement.rotation_wxyz, [0, 0, 1])[0]).toBeCloseTo(1);
    expect(stanceOf(placement)).toEqual({ turn_deg: expect.closeTo(90), scale: 0.5 });
  });

  it("stays leaning where it leans", () => {
    const leaning: Quaternion = [Math.cos(0.2), Math.sin(0.2), 0, 0];
    const before = { rotation_wxyz: [...leaning] as [number, number, number, number], scale: 1 };
    const { rotation_wxyz } = placed(before, { turn_deg: 40, scale: 1 });
    expect(turned(rotation_wxyz, [0, 1, 0])[1]).toBeCloseTo(turned(leaning, [0, 1, 0])[1]);
    expect(stanceOf({ rotation_wxyz, scale: 1 }).turn_deg).toBeCloseTo(40);
  });

  it("faces whoever puts it there", () => {
    for (const yaw of [0, 1, -2, 4]) {
      const { rotation_wxyz } = placed(null, { turn_deg: facing(yaw), scale: 1 });
      const front = turned(rotation_wxyz, [0, 0, 1]);
      expect(front[0]).toBeCloseTo(Math.sin(yaw)); // against the look along (-sin, 0, -cos)
      expect(front[2]).toBeCloseTo(Math.cos(yaw));
    }
    expect(Math.abs(facing(6))).toBeLessThanOrEqual(180);
  });
});
