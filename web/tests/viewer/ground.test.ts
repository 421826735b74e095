import { describe, expect, it } from "vitest";
import { Cubes, readSolids } from "../../src/viewer/collision";
import { Ground, type Spot } from "../../src/viewer/ground";

const CELL = 0.1;
const COUNTS: Spot = [40, 30];

/** A floor of 4 by 3 m from the origin, but for what is taken away. */
function groundWithout(isTaken: (x: number, z: number) => boolean): Ground {
  const [columns, rows] = COUNTS;
  const bits = new Uint8Array(Math.ceil((columns * rows) / 8));
  for (let index = 0; index < columns * rows; index++) {
    const x = ((index % columns) + 0.5) * CELL;
    const z = (Math.floor(index / columns) + 0.5) * CELL;
    if (!isTaken(x, z)) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return new Ground(bits, [0, 0], CELL, COUNTS, 0);
}

const isTable = (x: number, z: number) => x > 1.5 && x < 2.5 && z > 1 && z < 2;

describe("the ground", () => {
  it("lets one walk where nothing is, exactly as far as wanted", () => {
    const [x, z] = groundWithout(isTable).slide([0.5, 0.5], [3.2, 0.6]);
    expect(x).toBeCloseTo(3.2, 5);
    expect(z).toBeCloseTo(0.6, 5);
  });

  it("stops one who walks straight at a thing", () => {
    const [x, z] = groundWithout(isTable).slide([0.5, 1.5], [3.5, 1.5]);
    expect(x).toBeGreaterThan(1.3);
    expect(x).toBeLessThan(1.55);
    expect(z).toBeCloseTo(1.5, 1);
  });

  it("lets one slide along a thing, and along a slanted wall without a jerk", () => {
    const along = groundWithout(isTable).slide([1, 1.2], [2, 0.2]);
    expect(along[1]).toBeLessThan(0.9);
    const slanted = groundWithout((x, z) => x + z > 3);
    const steps: Spot[] = [[0.5, 0.5]];
    for (let step = 0; step < 60; step++) {
      const [x, z] = steps.at(-1) as Spot;
      steps.push(slanted.slide([x, z], [x + 0.05, z]));
    }
    const [x, z] = steps.at(-1) as Spot;
    expect(x + z).toBeGreaterThan(2.85);
    expect(x + z).toBeLessThan(3.1);
    for (const at of steps) expect(slanted.canStand(at)).toBe(true);
  });

  it("is left by nobody, wherever they go", () => {
    const ground = groundWithout((x, z) => isTable(x, z) || (x > 3 && z > 2.4));
    let seed = 7;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    let at: Spot = [0.5, 0.5];
    for (let step = 0; step < 3000; step++) {
      at = ground.slide(at, [at[0] + 3 * (random() - 0.5), at[1] + 3 * (random() - 0.5)]);
      expect(ground.canStand(at)).toBe(true);
      expect(isTable(at[0] - 0.06, at[1] - 0.06) && isTable(at[0] + 0.06, at[1] + 0.06)).toBe(false);
    }
  });

  it("is what one stands on after coming from elsewhere", () => {
    const ground = groundWithout(isTable);
    expect(ground.canStand(ground.nearest([2, 1.5]))).toBe(true);
    expect(ground.nearest([-3, 1])[0]).toBeCloseTo(0.05, 1);
    expect(ground.nearest([0.5, 0.5])).toEqual([0.5, 0.5]);
  });

  it("keeps one where one is where nobody can stand at all", () => {
    expect(groundWithout(() => true).nearest([1, 1])).toEqual([1, 1]);
  });
});

describe("the cubes", () => {
  /** 8 by 4 by 8 cubes of 0.5 from (-2, 0, -2), with one solid at (4, 1, 2). */
  const bits = new Uint8Array(32);
  const index = (1 * 8 + 2) * 8 + 4;
  bits[index >> 3] = 1 << (index & 7);
  const cubes = new Cubes(bits, [-2, 0, -2], 0.5, [8, 4, 8]);

  it("are hit where they are, from any side", () => {
    expect(cubes.hit([0.25, 0.75, 2], [0, 0, -1], 10)).toBeCloseTo(2.5, 6);
    expect(cubes.hit([-2, 0.75, -0.75], [1, 0, 0], 10)).toBeCloseTo(2, 6);
    expect(cubes.hit([0.25, 5, -0.75], [0, -1, 0], 10)).toBeCloseTo(4, 6);
    const slanted = Math.SQRT1_2;
    expect(cubes.hit([-0.5, 0.75, -1.75], [slanted, 0, slanted], 10)).toBeCloseTo(0.75 * Math.SQRT2, 6);
  });

  it("are not hit beside, behind or too far away", () => {
    expect(cubes.hit([0.25, 1.25, 2], [0, 0, -1], 10)).toBeNull();
    expect(cubes.hit([0.25, 0.75, 2], [0, 0, 1], 10)).toBeNull();
    expect(cubes.hit([0.25, 0.75, 2], [0, 0, -1], 2)).toBeNull();
  });

  it("come with the ground from one file, which must be whole", () => {
    const collision = {
      path: "collision.bits",
      origin: [-2, 0, -2] as [number, number, number],
      cube: 0.5,
      cubes: [8, 4, 8] as [number, number, number],
      floor: 0,
    };
    const file = new Uint8Array(32 + 8);
    file.set(bits);
    file.fill(255, 32);
    const solids = readSolids(file, collision);
    expect(solids.cubes.isSolid(4, 1, 2)).toBe(true);
    expect(solids.ground.canStand([0, 0])).toBe(true);
    expect(solids.ground.canStand([2.6, 0])).toBe(false);
    expect(() => readSolids(file.subarray(0, 30), collision)).toThrow("too short");
  });
});
