/** What is solid, and where one can stand: the bits of a tour's collision file. */
import { isBitSet } from "./bits";
import type { TourFiles } from "./files";
import { Ground } from "./ground";
import type { Collision } from "./manifest";
import type { Vector } from "./space";

export interface Solids {
  readonly cubes: Cubes;
  readonly ground: Ground;
}

/** Throws where the file does not come or is damaged. */
export async function loadSolids(files: TourFiles, collision: Collision): Promise<Solids> {
  const answer = await files.fetch(collision.path);
  const stream = answer.body?.pipeThrough(new DecompressionStream("gzip"));
  return readSolids(new Uint8Array(await new Response(stream).arrayBuffer()), collision);
}

/** From the content of the file, decompressed. Throws where it is too short. */
export function readSolids(content: Uint8Array, { origin, cube, cubes, floor }: Collision): Solids {
  const [x, y, z] = cubes;
  const split = Math.ceil((x * y * z) / 8);
  if (content.length < split + Math.ceil((x * z) / 8)) throw new Error("the collision file is too short");
  return {
    cubes: new Cubes(content.subarray(0, split), origin, cube, cubes),
    ground: new Ground(content.subarray(split), [origin[0], origin[2]], cube, [x, z], floor),
  };
}

/** A grid of cubes, some of them solid. */
export class Cubes {
  readonly #bits: Uint8Array;
  readonly #origin: Vector;
  readonly #cube: number;
  readonly #counts: Vector;

  constructor(bits: Uint8Array, origin: Vector, cube: number, counts: Vector) {
    this.#bits = bits;
    this.#origin = origin;
    this.#cube = cube;
    this.#counts = counts;
  }

  isSolid(x: number, y: number, z: number): boolean {
    const [across, up, along] = this.#counts;
    if (x < 0 || y < 0 || z < 0 || x >= across || y >= up || z >= along) return false;
    return isBitSet(this.#bits, (y * along + z) * across + x);
  }

  /**
   * How far it is from a point along a unit direction to the first solid cube, and at most `farthest`; null where
   * none is. From cube to cube, as Amanatides and Woo (1987) walk through a grid.
   */
  hit(from: Vector, along: Vector, farthest: number): number | null {
    const start = from.map((value, axis) => (value - (this.#origin[axis] ?? 0)) / this.#cube);
    const at = start.map(Math.floor) as [number, number, number];
    const steps = along.map(Math.sign);
    const widths = along.map((part) => (part === 0 ? Number.POSITIVE_INFINITY : Math.abs(1 / part)));
    const next = widths.map((width, axis) => {
      const inside = (start[axis] ?? 0) - (at[axis] ?? 0);
      return width === Number.POSITIVE_INFINITY
        ? width
        : width * ((steps[axis] ?? 0) > 0 ? 1 - inside : inside);
    });
    for (let passed = 0; passed * this.#cube <= farthest; ) {
      if (this.isSolid(...at)) return passed * this.#cube;
      const axis = next.indexOf(Math.min(...next));
      passed = next[axis] ?? Number.POSITIVE_INFINITY;
      at[axis] = (at[axis] ?? 0) + (steps[axis] ?? 0);
      next[axis] = passed + (widths[axis] ?? 0);
    }
    return null;
  }
}
