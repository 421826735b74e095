import { describe, expect, it } from "vitest";
import { outlineOf } from "../../src/cutting/outline";

function maskOfRows(...rows: string[]) {
  const pixels = rows.join("");
  return {
    mask: Uint8Array.from(pixels, (letter) => (letter === "#" ? 255 : 0)),
    size: { width: rows[0]?.length ?? 0, height: rows.length },
  };
}

/** By the winding of all lines around its middle: how a canvas fills them. */
function isInside(x: number, y: number, rings: readonly (readonly number[])[]): boolean {
  let winding = 0;
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const [ax = 0, ay = 0] = ring.slice(at, at + 2);
      const [bx = ring[0] ?? 0, by = ring[1] ?? 0] = ring.slice(at + 2, at + 4);
      if (ax === bx && ax > x && Math.min(ay, by) < y && Math.max(ay, by) > y) winding += Math.sign(by - ay);
    }
  }
  return winding !== 0;
}

describe("the outline of a mask", () => {
  it("is one line with a corner at each turn", () => {
    const { mask, size } = maskOfRows("....", ".##.", ".##.", "....");
    const [ring, ...others] = outlineOf(mask, size);
    expect(others).toEqual([]);
    expect(ring).toEqual([3, 1, 3, 3, 1, 3, 1, 1]);
  });

  it("has a line of its own around each hole and each part", () => {
    const { mask, size } = maskOfRows("####.", "#..#.", "####.", "....#");
    expect(outlineOf(mask, size)).toHaveLength(3);
  });

  it("holds just the pixels of the mask, whatever it is", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    for (let round = 0; round < 60; round++) {
      const size = { width: 1 + Math.floor(12 * random()), height: 1 + Math.floor(12 * random()) };
      const share = random();
      const mask = Uint8Array.from({ length: size.width * size.height }, () => (random() < share ? 255 : 0));
      const rings = outlineOf(mask, size);
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          expect(isInside(x + 0.5, y + 0.5, rings)).toBe(mask[y * size.width + x] === 255);
        }
      }
    }
  });
});
