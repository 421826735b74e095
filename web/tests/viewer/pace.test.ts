import { describe, expect, it } from "vitest";
import { fieldOfView } from "../../src/viewer/lens";
import { Budget, Meter, nextLevel, Pace } from "../../src/viewer/pace";

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

describe("the budget of a place in tiles", () => {
  const settled = (milliseconds: (splats: number) => number, least = 100_000, most = 5_000_000): Budget => {
    const budget = new Budget(least, most);
    for (let steps = 0; budget.next(milliseconds(budget.splats)); steps++) expect(steps).toBeLessThan(60);
    return budget;
  };

  it("grows to the whole place where frames are quick", () => {
    expect(settled(() => 12).splats).toBe(5_000_000);
  });

  it("stays where it is where more would be slow", () => {
    expect(settled(() => 40).splats).toBe(100_000);
  });

  it("ends below what is slow, whatever the device", () => {
    for (const splatsAMs of [2_000, 10_000, 40_000]) {
      const { splats } = settled((count) => count / splatsAMs);
      expect(splats / splatsAMs).toBeLessThanOrEqual(70);
      expect(splats).toBeGreaterThanOrEqual(100_000);
    }
  });

  it("goes back where it was too much, and does not try that again", () => {
    const budget = new Budget(100_000, 1_000_000);
    budget.next(10);
    budget.next(10);
    const slow = budget.splats;
    expect(budget.next(120)).toBe(true);
    expect(budget.splats).toBeLessThan(slow);
    while (budget.next(10)) expect(budget.splats).toBeLessThan(slow);
  });

  it("is light at least, and the whole place at its coarsest", () => {
    expect(settled(() => 500, 20_000).splats).toBe(80_000);
    expect(settled(() => 500, 150_000).splats).toBe(150_000);
    expect(settled(() => 500, 20_000, 60_000).splats).toBe(60_000);
  });
});

describe("the meter", () => {
  it("tells whoever waits, and others what moving pictures take", async () => {
    const meter = new Meter();
    const waiting = meter.measure();
    expect(meter.isMeasuring).toBe(true);
    for (let frame = 0; frame < 12; frame++) meter.take(20);
    expect(await waiting).toBe(20);
    expect(meter.isMeasuring).toBe(false);
    expect(meter.take(20)).toBe(20);
    expect(meter.take(5000)).toBeNull();
  });
});
