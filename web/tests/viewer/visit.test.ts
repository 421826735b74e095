import { describe, expect, it } from "vitest";
import { type Intent, NOTHING } from "../../src/viewer/intent";
import { Guided } from "../../src/viewer/modes/guided";
import { isSeenFromAround, placeOf } from "../../src/viewer/place";
import { length, minus } from "../../src/viewer/space";
import { forwardOf, viewOf } from "../../src/viewer/view";
import { Visit } from "../../src/viewer/visit";
import { manifestOf } from "./manifest";

const MANIFEST = manifestOf();
const PLACE = placeOf(MANIFEST);
const START = viewOf(MANIFEST.start);
const PER_PIXEL = 0.001;

function visitBy(mode: "orbit" | "walk" | "fly", isStill = false): Visit {
  return new Visit(PLACE, MANIFEST.camera_path ?? null, START, mode, () => isStill);
}

function wish(visit: Visit, intent: Partial<Intent>, seconds: number): void {
  for (let passed = 0; passed < seconds; passed += 0.05)
    visit.step(0.05, { ...NOTHING, ...intent }, PER_PIXEL);
  settle(visit);
}

function settle(visit: Visit): void {
  for (let frame = 0; frame < 100; frame++) visit.step(0.05, NOTHING, PER_PIXEL);
}

describe("a visit", () => {
  it("begins where the manifest says, and stands still", () => {
    const visit = visitBy("walk");
    expect(visit.step(0.016, NOTHING, PER_PIXEL)).toBe(false);
    expect(visit.shown).toBe(START);
  });

  it("walks at the height of the eyes of whoever filmed, however steeply one looks, and stays in the place", () => {
    const visit = visitBy("walk");
    wish(visit, { turn: [0, -1] }, 0.4);
    wish(visit, { move: [0, 1, 1] }, 20);
    expect(visit.shown.position[1]).toBeCloseTo(1.6, 3);
    expect(visit.shown.position[2]).toBeCloseTo(-3, 2);
  });

  it("walks at a person's pace, and faster with Shift", () => {
    const [slow, fast] = [visitBy("walk"), visitBy("walk")];
    wish(slow, { move: [0, 0, 1] }, 1);
    wish(fast, { move: [0, 0, 1], isFast: true }, 1);
    expect(2 - slow.shown.position[2]).toBeCloseTo(1.3, 1);
    expect(2 - fast.shown.position[2]).toBeCloseTo(3.9, 1);
  });

  it("walks to the spot on the floor that is tapped, and no farther than the place", () => {
    const visit = visitBy("walk");
    // 45 degrees down, from 1.6 m: so far ahead.
    visit.step(0.05, { ...NOTHING, tap: [0, 785.4] }, PER_PIXEL);
    settle(visit);
    expect(visit.shown.position[2]).toBeCloseTo(0.4, 2);
    visit.step(0.05, { ...NOTHING, tap: [-1570.8, 785.4] }, PER_PIXEL);
    settle(visit);
    expect(visit.shown.position[0]).toBeCloseTo(-1.6, 2);
    visit.step(0.05, { ...NOTHING, tap: [-1570.8, 100] }, PER_PIXEL);
    settle(visit);
    expect(visit.shown.position[0]).toBeCloseTo(-2, 2);
    expect(visit.shown.position[1]).toBeCloseTo(1.6, 3);
  });

  it("takes a step where a wall is tapped", () => {
    const visit = visitBy("walk");
    visit.step(0.05, { ...NOTHING, tap: [0, -200] }, PER_PIXEL);
    settle(visit);
    expect(visit.shown.position[2]).toBeCloseTo(2 - 1.5 * 1.3, 2);
  });

  it("flies where one looks", () => {
    const visit = visitBy("fly");
    wish(visit, { turn: [0, 1] }, 0.5);
    wish(visit, { move: [0, 0, 1] }, 1);
    expect(visit.shown.position[1]).toBeGreaterThan(2);
  });

  it("takes hold of what is seen: dragging to the right turns to the left", () => {
    const visit = visitBy("walk");
    wish(visit, { look: [100, 0] }, 0.01);
    expect(visit.shown.yaw).toBeCloseTo(START.yaw + 0.1, 3);
  });

  it("turns around what it looks at, at the same distance", () => {
    const visit = visitBy("orbit");
    const focus = MANIFEST.start.target;
    wish(visit, { look: [300, 40] }, 0.01);
    const { position } = visit.shown;
    expect(length(minus(position, focus))).toBeCloseTo(2, 3);
    const towards = minus(focus, position);
    expect(
      forwardOf(visit.shown)
        .map((value, axis) => value - (towards[axis] ?? 0) / 2)
        .every(small),
    ).toBe(true);
    // What is near follows the pointer: to the right, and down.
    expect(position[0]).toBeLessThan(START.position[0]);
    expect(position[1]).toBeGreaterThan(START.position[1]);
  });

  it("goes on from where it is in another mode", () => {
    const visit = visitBy("fly");
    wish(visit, { move: [1, 0, 0], turn: [1, 0] }, 0.5);
    const before = visit.shown;
    visit.moveBy("orbit");
    settle(visit);
    expect(length(minus(visit.shown.position, before.position))).toBeLessThan(1e-3);
  });

  it("follows the guided walk to its end, and stops where somebody moves", () => {
    const visit = visitBy("walk");
    visit.follow();
    for (let frame = 0; frame < 50; frame++) visit.step(0.1, NOTHING, PER_PIXEL);
    expect(visit.isFollowing).toBe(true);
    visit.step(0.1, { ...NOTHING, look: [3, 0] }, PER_PIXEL);
    expect(visit.isFollowing).toBe(false);
    visit.follow();
    for (let frame = 0; frame < 120; frame++) visit.step(0.1, NOTHING, PER_PIXEL);
    expect(visit.isFollowing).toBe(false);
    expect(visit.shown.position[0]).toBeCloseTo(1, 2);
  });

  it("jumps instead of gliding for those who want less motion", () => {
    const visit = visitBy("walk", true);
    const there = { ...START, yaw: 2 };
    visit.goTo(there);
    visit.step(0.016, NOTHING, PER_PIXEL);
    expect(visit.shown.yaw).toBe(2);
  });
});

const small = (value: number): boolean => Math.abs(value) < 1e-3;

describe("the guided walk", () => {
  const guided = new Guided(MANIFEST.camera_path ?? { duration_s: 1, poses: [] });

  it("goes through its poses", () => {
    expect(guided.viewAt(0).position).toEqual([0, 1.6, 2]);
    expect(guided.viewAt(5).position.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 1.7, 1]);
    expect(guided.viewAt(99).position.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([1, 1.6, 0]);
  });

  it("begins where one stands, and anew at its end", () => {
    expect(guided.nearestTo([0.1, 1.6, 1.1])).toBe(5);
    expect(guided.nearestTo([1, 1.6, 0])).toBe(0);
  });
});

describe("a place", () => {
  it("that was walked through is walked in", () => {
    expect(isSeenFromAround(MANIFEST)).toBe(false);
  });

  it("where all cameras look at its middle is seen from around", () => {
    const inwards = {
      position: [0, 1.25, 2] as [number, number, number],
      rotation_wxyz: [0, 1, 0, 0] as const,
    };
    const pose = {
      ...inwards,
      rotation_wxyz: [...inwards.rotation_wxyz] as [number, number, number, number],
    };
    const poses = [pose, pose].map((each) => ({ ...each, target: [0, 1.25, 0] as [number, number, number] }));
    const path = { duration_s: 4, poses };
    expect(isSeenFromAround(manifestOf({ camera_path: path, scale_source: "none" }))).toBe(true);
  });

  it("of unknown scale is crossed in seconds all the same", () => {
    expect(placeOf(manifestOf({ scale_source: "none" })).speed).toBe(1);
  });
});
