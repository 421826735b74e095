import { describe, expect, it } from "vitest";
import { fieldOfView } from "../../src/viewer/lens";
import { nextLevel, Pace } from "../../src/viewer/pace";

const LEVELS = [1_000_000, 700_000, 400_000, 100_000].map((splats) => ({ splats }));
const THUMBNAIL = 3;

describe("which level comes next", () => {
  it("is a finer one where frames are quick, but not too much at once", () => {
    expect(nextLevel(LEVELS, THUMBNAIL, 0, 10)).toBe(2);
    expect(nextLevel(LEVELS, 2, 0, 16.7)).toBe(0);
  });

  it("is the finest whose splats the device can bear", () => {
    expect(nextLevel(LEVELS, 2, 0, 30)).toBe(2);
    expect(nextLevel(LEVELS, 1, 0, 25)).toBe(1);
  });

  it("is a coarser one where frames are slow, and none where there is none", () => {
    expect(nextLevel(LEVELS, 1, 0, 100)).toBe(2);
    expect(nextLevel(LEVELS, THUMBNAIL, 0, 400)).toBe(THUMBNAIL);
  });

  it("is never one that was too slow before", () => {
    expect(nextLevel(LEVELS, 2, 2, 8)).toBe(2);
    expect(nextLevel(LEVELS, 2, 1, 8)).toBe(1);
  });

  it("is at least the finest light one, however slow frames are", () => {
    const small = [150_000, 60_000, 20_000, 3_000].map((splats) => ({ splats }));
    expect(nextLevel(small, THUMBNAIL, 0, 200)).toBe(1);
    expect(nextLevel(small, 1, 0, 200)).toBe(1);
    expect(nextLevel(small, 0, 0, 200)).toBe(1);
  });

  it("ends: up while it is quick, then down once for good", () => {
    const milliseconds = (level: number) => (LEVELS[level]?.splats ?? 0) / 6000;
    let [current, finest, steps] = [THUMBNAIL, 0, 0];
    for (;;) {
      const next = nextLevel(LEVELS, current, finest, milliseconds(current));
      if (next === current) break;
      if (next > current) finest = next;
      current = next;
      steps += 1;
      expect(steps).toBeLessThan(10);
    }
    expect(milliseconds(current)).toBeLessThan(70);
  });
});

describe("a pace", () => {
  it("is unknown at first, and no single slow frame changes it", () => {
    const pace = new Pace();
    expect(pace.median).toBeNull();
    for (let frame = 0; frame < 20; frame++) pace.take(frame === 5 ? 900 : 16);
    expect(pace.median).toBe(16);
    pace.forget();
    expect(pace.median).toBeNull();
  });
});

describe("the field of view", () => {
  const DEGREES = 180 / Math.PI;
  const seen = (aspect: number) => fieldOfView(50 / DEGREES, 16 / 9, aspect) * DEGREES;

  it("is the poster's on a page of its shape", () => {
    expect(seen(16 / 9)).toBeCloseTo(50);
  });

  it("is that of the poster's part which covers a wider page", () => {
    expect(seen(32 / 9)).toBeLessThan(27);
  });

  it("opens on a tall phone, within bounds", () => {
    expect(seen(9 / 19)).toBeGreaterThan(50);
    expect(seen(0.1)).toBeLessThanOrEqual(56.001);
  });
});
