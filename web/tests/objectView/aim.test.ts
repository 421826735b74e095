import { describe, expect, it } from "vitest";
import {
  aroundOf,
  boundsOf,
  firstViewOf,
  frontOf,
  lensOf,
  sizeOf,
  turnedOrShifted,
  turntable,
} from "../../src/objectView/aim";
import { turnOfLight } from "../../src/objectView/appearance";
import { NOTHING } from "../../src/viewer/intent";
import { Orbit } from "../../src/viewer/modes/orbit";
import { onCanvas } from "../../src/viewer/projection";
import type { Vector } from "../../src/viewer/space";
import type { View } from "../../src/viewer/view";

const BOUNDS = { min: [-0.5, 0, -0.2], max: [0.5, 0.9, 0.2] } as const;
const CORNERS = [0, 1, 2, 3, 4, 5, 6, 7].map((bits): Vector => {
  const side = (axis: 0 | 1 | 2) => (bits & (1 << axis) ? BOUNDS.max : BOUNDS.min)[axis];
  return [side(0), side(1), side(2)];
});

function spotOf(view: View, point: Vector, width = 800, height = 600) {
  return onCanvas({ view, lens: lensOf(width / height), width, height }, point);
}

describe("looking at an object", () => {
  it("is from where the photo was taken: +X is right, +Y is up, +Z is nearer", () => {
    const front = frontOf(BOUNDS);
    const [left, right] = [spotOf(front, [-0.5, 0.4, 0]), spotOf(front, [0.5, 0.4, 0])];
    const [low, high] = [spotOf(front, [0, 0, 0]), spotOf(front, [0, 0.9, 0])];
    expect(left?.x).toBeLessThan(right?.x ?? 0);
    expect(high?.y).toBeLessThan(low?.y ?? 0);
    expect(front.position[2]).toBeGreaterThan(BOUNDS.max[2]);
  });

  it.each([
    [800, 600],
    [390, 700],
    [1600, 400],
  ])("shows all of it in %i by %i pixels", (width, height) => {
    for (const view of [frontOf(BOUNDS), firstViewOf(BOUNDS)])
      for (const corner of CORNERS) {
        const spot = spotOf(view, corner, width, height);
        expect(spot?.x).toBeGreaterThan(0);
        expect(spot?.x).toBeLessThan(width);
        expect(spot?.y).toBeGreaterThan(0);
        expect(spot?.y).toBeLessThan(height);
      }
  });

  it("is at all objects where they stand", () => {
    const one = { bounds_min: BOUNDS.min, bounds_max: BOUNDS.max };
    const both = boundsOf([
      { ...one, placed_at: [0, 0, 0], scene_scale: 1 },
      { ...one, placed_at: [2, 0, -1], scene_scale: 2 },
    ]);
    expect(both).toEqual({ min: [-0.5, 0, -1.4], max: [3, 1.8, 0.2] });
    expect(sizeOf({ min: [1, 1, 1], max: [1, 1, 1] })).toBeGreaterThan(0);
  });
});

describe("turning an object", () => {
  const moved = (intent: Partial<typeof NOTHING>, seconds = 0.1): View => {
    const orbit = new Orbit(aroundOf(BOUNDS), frontOf(BOUNDS));
    orbit.act(turnedOrShifted({ ...NOTHING, ...intent }, seconds), seconds);
    return orbit.view;
  };

  it("lets its near side follow a drag", () => {
    expect(moved({ look: [60, 0] }).position[0]).toBeLessThan(-0.05); // seen more from its left
    expect(moved({ look: [0, 60] }).position[1]).toBeGreaterThan(0.6); // and more from above
  });

  it("works by arrow keys as by drags", () => {
    expect(moved({ move: [1, 0, 0] }).position[0]).toBeLessThan(-0.05);
    expect(moved({ move: [0, 0, 1] }).position[1]).toBeGreaterThan(0.6);
  });

  it("becomes shifting with Shift: the object follows the arrow", () => {
    const view = moved({ move: [1, 0, 0], isFast: true });
    expect(view.yaw).toBe(0);
    expect(view.position[0]).toBeLessThan(0);
    expect(moved({ move: [0, 0, 1], isFast: true }).position[1]).toBeLessThan(0.45);
  });

  it("comes back after a turn of the turntable", () => {
    const orbit = new Orbit(aroundOf(BOUNDS), frontOf(BOUNDS));
    for (let frame = 0; frame < 160; frame++) orbit.act(turntable(NOTHING), 0.1);
    expect(Math.cos(orbit.view.yaw)).toBeCloseTo(1, 6);
    expect(orbit.view.yaw).toBeLessThan(-6);
  });

  it("takes the light from where it is said to come from", () => {
    // Shining straight down until it is turned: about x first, then about y.
    const from = (around_deg: number, above_deg: number) => {
      const [x, y] = turnOfLight({ around_deg, above_deg, strength: 1 }).map((one) => (one * Math.PI) / 180);
      return [Math.sin(x ?? 0) * Math.sin(y ?? 0), Math.cos(x ?? 0), Math.sin(x ?? 0) * Math.cos(y ?? 0)];
    };
    expect(from(0, 0)[2]).toBeCloseTo(1); // the front
    expect(from(90, 0)[0]).toBeCloseTo(1); // the right
    expect(from(30, 90)[1]).toBeCloseTo(1); // above
  });
});
