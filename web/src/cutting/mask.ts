/**
 * Masks as pixels: one byte a pixel of the photo, row by row, 255 is the object. From a probability, what was drawn
 * by hand, and whether it was turned inside out.
 */
import type { Mask } from "../clicks/segmenter";
import type { Cutout, Stroke } from "./drawing";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whole pixels; `right` and `bottom` are the first ones outside. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A probability at another size. */
export function scaledTo(mask: Mask, size: Size): Mask {
  if (mask.width === size.width && mask.height === size.height) return mask;
  const values = resampled(mask.probability, mask, mask, size);
  const probability = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) probability[at] = (values[at] ?? 0) + 0.5;
  return { ...size, probability };
}

/**
 * Values at another size, in proportion between those of the four pixels around (bilinear, by the middles of
 * pixels). Only the upper left part of them is looked at, as much as `seen`, which need not be whole pixels.
 */
export function resampled(values: ArrayLike<number>, from: Size, seen: Size, to: Size): Float32Array {
  const across = places(from.width, seen.width, to.width);
  const down = places(from.height, seen.height, to.height);
  const found = new Float32Array(to.width * to.height);
  // A row is widened once, however many new ones lie between it and the next.
  let [above, below] = [new Float32Array(to.width), new Float32Array(to.width)];
  let [rowAbove, rowBelow] = [-1, -1];
  for (let y = 0; y < to.height; y++) {
    const [first = 0, second = 0] = [down.first[y], down.second[y]];
    if (first === rowBelow) [above, below, rowAbove, rowBelow] = [below, above, rowBelow, rowAbove];
    if (first !== rowAbove) widen(values, first * from.width, across, above);
    if (second !== rowBelow) widen(values, second * from.width, across, below);
    [rowAbove, rowBelow] = [first, second];
    blend(above, below, down.share[y] ?? 0, found.subarray(y * to.width, (y + 1) * to.width));
  }
  return found;
}

function widen(values: ArrayLike<number>, start: number, across: Places, line: Float32Array): void {
  const { first, second, share } = across;
  for (let x = 0; x < line.length; x++) {
    const value = values[start + (first[x] ?? 0)] ?? 0;
    line[x] = value + ((values[start + (second[x] ?? 0)] ?? 0) - value) * (share[x] ?? 0);
  }
}

function blend(above: Float32Array, below: Float32Array, share: number, line: Float32Array): void {
  for (let x = 0; x < line.length; x++) {
    const value = above[x] ?? 0;
    line[x] = value + ((below[x] ?? 0) - value) * share;
  }
}

interface Places {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

/** For each new pixel the two old ones it lies between, and how far it is from the first. */
function places(from: number, seen: number, to: number): Places {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const share = new Float32Array(to);
  for (let at = 0; at < to; at++) {
    const place = Math.min(from - 1, Math.max(0, ((at + 0.5) * seen) / to - 0.5));
    first[at] = Math.floor(place);
    second[at] = Math.min(from - 1, Math.floor(place) + 1);
    share[at] = place - Math.floor(place);
  }
  return { first, second, share };
}

/** The mask of a cut-out. `probability` is of the photo's size, or null where no segmenter was asked. */
export function maskOf(
  cutout: Pick<Cutout, "threshold" | "strokes" | "isInverted">,
  probability: Uint8Array | null,
  size: Size,
): Uint8Array {
  const mask = new Uint8Array(size.width * size.height);
  if (probability !== null) {
    // 0 never belongs to it, whatever is asked for.
    const least = Math.max(1, cutout.threshold);
    for (let at = 0; at < mask.length; at++) mask[at] = (probability[at] ?? 0) >= least ? 255 : 0;
  }
  for (const stroke of cutout.strokes) paint(mask, size, stroke);
  if (cutout.isInverted) for (let at = 0; at < mask.length; at++) mask[at] = 255 - (mask[at] ?? 0);
  return mask;
}

/** Paints a stroke onto the mask, from its point `from` on, and says which area that may have changed. */
export function paint(mask: Uint8Array, size: Size, stroke: Stroke, from = 0): Area {
  const { points, radius } = stroke;
  let changed: Area = NOWHERE;
  for (let at = Math.max(0, from); at < points.length / 2; at++) {
    const to: Point = [points[2 * at] ?? 0, points[2 * at + 1] ?? 0];
    const before: Point = at > 0 ? [points[2 * at - 2] ?? 0, points[2 * at - 1] ?? 0] : to;
    changed = union(changed, paintCapsule(mask, size, before, to, radius, stroke.adds ? 255 : 0));
  }
  return changed;
}

type Point = readonly [number, number];

/** All pixels whose middles are no farther than `radius` from the line between two points. */
function paintCapsule(
  mask: Uint8Array,
  size: Size,
  from: Point,
  to: Point,
  radius: number,
  value: number,
): Area {
  const area = within(
    {
      left: Math.floor(Math.min(from[0], to[0]) - radius),
      top: Math.floor(Math.min(from[1], to[1]) - radius),
      right: Math.ceil(Math.max(from[0], to[0]) + radius),
      bottom: Math.ceil(Math.max(from[1], to[1]) + radius),
    },
    size,
  );
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length2 = dx * dx + dy * dy;
  for (let y = area.top; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++) {
      const [px, py] = [x + 0.5 - from[0], y + 0.5 - from[1]];
      const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2));
      const [ox, oy] = [px - along * dx, py - along * dy];
      if (ox * ox + oy * oy <= radius * radius) mask[y * size.width + x] = value;
    }
  }
  return area;
}

export function whole({ width, height }: Size): Area {
  return { left: 0, top: 0, right: width, bottom: height };
}

export function isNowhere(area: Area): boolean {
  return area.right <= area.left || area.bottom <= area.top;
}

const NOWHERE: Area = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };

export function union(one: Area, other: Area): Area {
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

function within(area: Area, { width, height }: Size): Area {
  return {
    left: Math.min(width, Math.max(0, area.left)),
    top: Math.min(height, Math.max(0, area.top)),
    right: Math.min(width, Math.max(0, area.right)),
    bottom: Math.min(height, Math.max(0, area.bottom)),
  };
}

/** How much of the photo it covers, 0 to 1. */
export function coverageOf(mask: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < mask.length; at++) count += (mask[at] ?? 0) >> 7;
  return mask.length === 0 ? 0 : count / mask.length;
}
