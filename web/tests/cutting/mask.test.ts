import { describe, expect, it } from "vitest";
import { newCutout, type Stroke } from "../../src/cutting/drawing";
import { coverageOf, maskOf, paint, resampled, scaledTo } from "../../src/cutting/mask";

const SIZE = { width: 40, height: 30 };

function painted(stroke: Stroke, mask = new Uint8Array(SIZE.width * SIZE.height)): Uint8Array {
  paint(mask, SIZE, stroke);
  return mask;
}

/** The distance from a pixel's middle to a line of points, looked for in small steps. */
function slowDistance(x: number, y: number, points: readonly number[]): number {
  let least = Infinity;
  for (let at = 0; at < points.length; at += 2) {
    const [toX = 0, toY = 0] = points.slice(at, at + 2);
    const [fromX = toX, fromY = toY] = points.slice(Math.max(0, at - 2), Math.max(2, at));
    for (let share = 0; share <= 1; share += 1 / 512) {
      const [px, py] = [fromX + share * (toX - fromX), fromY + share * (toY - fromY)];
      least = Math.min(least, Math.hypot(x + 0.5 - px, y + 0.5 - py));
    }
  }
  return least;
}

describe("a stroke", () => {
  it("paints all pixels that are near its line, and no others", () => {
    const points = [5, 6, 22.5, 9, 30, 25, 12, 40];
    const mask = painted({ adds: true, radius: 4.3, points });
    for (let y = 0; y < SIZE.height; y++) {
      for (let x = 0; x < SIZE.width; x++) {
        const distance = slowDistance(x, y, points);
        if (Math.abs(distance - 4.3) > 0.05) expect(mask[y * SIZE.width + x]).toBe(distance < 4.3 ? 255 : 0);
      }
    }
  });

  it("is the same whether it is painted at once or point by point", () => {
    const stroke = { adds: true, radius: 3, points: [2, 2, 20, 4, 35, 28] };
    const bitwise = new Uint8Array(SIZE.width * SIZE.height);
    for (let count = 1; count <= 3; count++) {
      paint(bitwise, SIZE, { ...stroke, points: stroke.points.slice(0, 2 * count) }, count - 1);
    }
    expect(bitwise).toEqual(painted(stroke));
  });

  it("says which pixels may have changed, and touches no others", () => {
    const mask = new Uint8Array(SIZE.width * SIZE.height);
    const area = paint(mask, SIZE, { adds: true, radius: 5, points: [36, 3, 50, -4] });
    mask.forEach((value, at) => {
      const [x, y] = [at % SIZE.width, Math.floor(at / SIZE.width)];
      const isInside = x >= area.left && x < area.right && y >= area.top && y < area.bottom;
      if (!isInside) expect(value).toBe(0);
    });
    expect(area.right).toBe(SIZE.width);
    expect(area.top).toBe(0);
  });

  it("takes away what was there", () => {
    const full = new Uint8Array(SIZE.width * SIZE.height).fill(255);
    const mask = painted({ adds: false, radius: 2, points: [10.5, 10.5] }, full);
    expect(mask[10 * SIZE.width + 10]).toBe(0);
    expect(mask[20 * SIZE.width + 10]).toBe(255);
  });
});

describe("a mask", () => {
  const probability = Uint8Array.from({ length: 1200 }, (_, at) => at % 256);
  const cutout = newCutout("Chair", 0);

  it("is what is likely enough", () => {
    const mask = maskOf({ ...cutout, threshold: 200 }, probability, SIZE);
    expect(mask.every((value, at) => value === ((probability[at] ?? 0) >= 200 ? 255 : 0))).toBe(true);
  });

  it("is everything else where it was turned inside out, strokes too", () => {
    const strokes = [{ adds: true, radius: 4, points: [10, 10] }];
    const mask = maskOf({ ...cutout, strokes }, probability, SIZE);
    const inverted = maskOf({ ...cutout, strokes, isInverted: true }, probability, SIZE);
    expect(inverted.every((value, at) => value === 255 - (mask[at] ?? 0))).toBe(true);
  });

  it("covers nothing before anything was marked", () => {
    expect(coverageOf(maskOf(cutout, null, SIZE))).toBe(0);
    expect(coverageOf(maskOf({ ...cutout, isInverted: true }, null, SIZE))).toBe(1);
  });
});

describe("a probability at another size", () => {
  it("is the same where it was even", () => {
    const even = { width: 3, height: 2, probability: new Uint8Array(6).fill(77) };
    const scaled = scaledTo(even, { width: 11, height: 9 });
    expect([...new Set(scaled.probability)]).toEqual([77]);
  });

  it("lies over the photo by the middles of pixels", () => {
    const found = resampled(
      [0, 100],
      { width: 2, height: 1 },
      { width: 2, height: 1 },
      { width: 4, height: 1 },
    );
    expect([...found]).toEqual([0, 25, 75, 100]);
  });

  it("has only the part that is seen", () => {
    const values = [0, 10, 20, 99, 0, 10, 20, 99];
    const found = resampled(
      values,
      { width: 4, height: 2 },
      { width: 3, height: 1 },
      { width: 3, height: 1 },
    );
    expect([...found]).toEqual([0, 10, 20]);
  });
});
