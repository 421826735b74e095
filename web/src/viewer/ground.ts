/** The floor that one can stand on: nobody leaves it, and who walks against its edge slides along. */
import { isBitSet } from "./bits";
import { between } from "./space";

/** x and z. */
export type Spot = readonly [number, number];

/** So much of a cell is walked at once: nothing is jumped over. */
const STRIDE = 0.5;
/** Pushed back so often, one stands on the floor again or does not move at all. */
const PUSHES = 3;
/** Of a cell: nearer to the edge is on it. */
const ON_THE_EDGE = 0.05;

export class Ground {
  /** The height of the floor. */
  readonly floor: number;
  readonly #corner: Spot;
  readonly #cell: number;
  readonly #counts: Spot;
  /** Of each cell's middle, in cells: how far it is from the edge; outside of the floor negative. */
  readonly #depths: Float32Array;
  readonly #isEmpty: boolean;

  /** From a bit a cell, along x, then along z. */
  constructor(bits: Uint8Array, corner: Spot, cell: number, counts: Spot, floor: number) {
    this.floor = floor;
    this.#corner = corner;
    this.#cell = cell;
    this.#counts = counts;
    const inside = Uint8Array.from({ length: counts[0] * counts[1] }, (_, index) => +isBitSet(bits, index));
    this.#isEmpty = !inside.includes(1);
    this.#depths = depthsOf(inside, counts);
  }

  canStand(spot: Spot): boolean {
    return this.#depthAt(this.#inCells(spot)) >= -ON_THE_EDGE;
  }

  /** The nearest spot where one can stand; the spot itself where nobody can anywhere. */
  nearest(spot: Spot): Spot {
    if (this.canStand(spot) || this.#isEmpty) return spot;
    const [u, v] = this.#inCells(spot);
    let [best, least] = [spot, Number.POSITIVE_INFINITY];
    for (let index = 0; index < this.#depths.length; index++) {
      if ((this.#depths[index] ?? 0) <= 0) continue;
      const [column, row] = [index % this.#counts[0], Math.floor(index / this.#counts[0])];
      const distance = (column - u) ** 2 + (row - v) ** 2;
      if (distance < least) [best, least] = [this.#inWorld([column, row]), distance];
    }
    return best;
  }

  /** Where one gets from a spot to another by walking straight, and along what stands in the way. */
  slide(from: Spot, to: Spot): Spot {
    let at = this.#inCells(this.nearest(from));
    const goal = this.#inCells(to);
    const start = this.#inCells(from);
    const way: Spot = [goal[0] - start[0], goal[1] - start[1]];
    const strides = Math.ceil(Math.hypot(...way) / STRIDE);
    for (let stride = 0; stride < strides; stride++) {
      const next = this.#pushedBack([at[0] + way[0] / strides, at[1] + way[1] / strides]);
      if (next === null) break;
      at = next;
    }
    return this.#inWorld(at);
  }

  /** Onto the floor by the shortest way; null where that does not lead there. */
  #pushedBack(at: Spot): Spot | null {
    let [u, v] = at;
    for (let push = 0; push <= PUSHES; push++) {
      const depth = this.#depthAt([u, v]);
      if (depth >= -ON_THE_EDGE) return [u, v];
      const [across, along] = this.#inwards([u, v]);
      u -= depth * across;
      v -= depth * along;
    }
    return null;
  }

  /** The direction in which the floor's edge gets farther away, or nearer from outside. */
  #inwards([u, v]: Spot): Spot {
    const across = this.#depthAt([u + 0.5, v]) - this.#depthAt([u - 0.5, v]);
    const along = this.#depthAt([u, v + 0.5]) - this.#depthAt([u, v - 0.5]);
    const steepness = Math.hypot(across, along);
    return steepness < 1e-6 ? [0, 0] : [across / steepness, along / steepness];
  }

  /** Between the middles of cells, so that slanted walls are no stairs. */
  #depthAt([u, v]: Spot): number {
    const [column, row] = [Math.floor(u), Math.floor(v)];
    const [right, down] = [u - column, v - row];
    const mix = (one: number, other: number, share: number) => one + (other - one) * share;
    return mix(
      mix(this.#depth(column, row), this.#depth(column + 1, row), right),
      mix(this.#depth(column, row + 1), this.#depth(column + 1, row + 1), right),
      down,
    );
  }

  #depth(column: number, row: number): number {
    const [columns, rows] = this.#counts;
    const [u, v] = [between(0, column, columns - 1), between(0, row, rows - 1)];
    const outside = Math.hypot(column - u, row - v);
    return Math.min(this.#depths[v * columns + u] ?? 0, outside > 0 ? 0 : Number.POSITIVE_INFINITY) - outside;
  }

  /** In cells, from the middle of the first one. */
  #inCells([x, z]: Spot): Spot {
    return [(x - this.#corner[0]) / this.#cell - 0.5, (z - this.#corner[1]) / this.#cell - 0.5];
  }

  #inWorld([u, v]: Spot): Spot {
    return [this.#corner[0] + (u + 0.5) * this.#cell, this.#corner[1] + (v + 0.5) * this.#cell];
  }
}

/** How far each cell is from the edge between cells that are inside and those that are not; inside positive. */
function depthsOf(inside: Uint8Array, counts: Spot): Float32Array {
  const toOutside = squaredDistances(inside, counts, 0);
  const toInside = squaredDistances(inside, counts, 1);
  return Float32Array.from(inside, (isInside, index) =>
    isInside ? Math.sqrt(toOutside[index] ?? 0) - 0.5 : 0.5 - Math.sqrt(toInside[index] ?? 0),
  );
}

const FAR = 1e6;

/** Of each cell, the squared distance to the nearest that holds `wanted`; first along columns, then along rows. */
function squaredDistances(cells: Uint8Array, [columns, rows]: Spot, wanted: 0 | 1): Float64Array {
  const distances = Float64Array.from(cells, (cell) => (cell === wanted ? 0 : FAR));
  for (let column = 0; column < columns; column++) sharpen(distances, column, columns, rows);
  for (let row = 0; row < rows; row++) sharpen(distances, row * columns, 1, columns);
  return distances;
}

/** The lower envelope of parabolas on a line of values (Felzenszwalb and Huttenlocher 2012). */
function sharpen(values: Float64Array, first: number, step: number, count: number): void {
  const line = Float64Array.from({ length: count }, (_, index) => values[first + index * step] ?? FAR);
  const places = new Int32Array(count);
  const borders = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
  borders[0] = Number.NEGATIVE_INFINITY;
  const meets = (one: number, other: number) =>
    ((line[other] ?? 0) + other * other - (line[one] ?? 0) - one * one) / (2 * (other - one));
  let last = 0;
  for (let index = 1; index < count; index++) {
    while (last > 0 && meets(places[last] ?? 0, index) <= (borders[last] ?? 0)) last -= 1;
    const border = meets(places[last] ?? 0, index);
    last += 1;
    places[last] = index;
    borders[last] = border;
    borders[last + 1] = Number.POSITIVE_INFINITY;
  }
  for (let index = 0, at = 0; index < count; index++) {
    while ((borders[at + 1] ?? 0) < index) at += 1;
    const place = places[at] ?? 0;
    values[first + index * step] = (index - place) ** 2 + (line[place] ?? 0);
  }
}
