/**
 * How one looks at an object, without page or engine: where it is, where one stands at first, and what keys mean here.
 *
 * An object's frame: +Y up, +Z towards who took the photo, standing on y = 0.
 */
import type { Intent } from "../viewer/intent";
import { TURNING } from "../viewer/modes/mode";
import type { Around } from "../viewer/modes/orbit";
import { length, minus, plus, times, type Vector } from "../viewer/space";
import { forwardOf, type View } from "../viewer/view";

export interface Bounds {
  readonly min: Vector;
  readonly max: Vector;
}

/** A placed object, as far as it says how much there is to be seen. */
export interface Standing {
  readonly bounds_min: Vector;
  readonly bounds_max: Vector;
  readonly placed_at: Vector;
  /** How many times larger it is there. */
  readonly scene_scale: number;
}

const RADIANS = Math.PI / 180;
/** Across the shorter side of the picture. */
const LENS = 35 * RADIANS;
/** Of the sphere around an object, which few objects fill. */
const FILLED = 0.9;
/** How far away one may go, in sizes of the object. */
const ROOM_AROUND = 3;
/** A little from the side and from above: what is solid looks so. */
const FIRST_YAW = 22 * RADIANS;
const FIRST_PITCH = -12 * RADIANS;
/** A whole turn of the turntable in so many seconds. */
const TURNTABLE_S = 16;
/** Held keys shift so fast, in pixels of a drag a second. */
const SHIFT_PX_S = 320;

/** What holds all of them as they stand beside each other. */
export function boundsOf(objects: readonly Standing[]): Bounds {
  const corners = objects.flatMap(({ bounds_min, bounds_max, placed_at, scene_scale }) =>
    [bounds_min, bounds_max].map((corner) => plus(times(corner, scene_scale), placed_at)),
  );
  const along = (pick: (...values: number[]) => number): Vector => [
    pick(...corners.map(([x]) => x)),
    pick(...corners.map(([, y]) => y)),
    pick(...corners.map(([, , z]) => z)),
  ];
  return { min: along(Math.min), max: along(Math.max) };
}

/** From corner to corner; never nothing. */
export function sizeOf({ min, max }: Bounds): number {
  return Math.max(length(minus(max, min)), 1e-6);
}

export function aroundOf(bounds: Bounds): Around {
  return { focus: times(plus(bounds.min, bounds.max), 0.5), size: ROOM_AROUND * sizeOf(bounds) };
}

/** From exactly where the photo was taken, as far as the object's frame says: all of it, filling the picture. */
export function frontOf(bounds: Bounds): View {
  return seenFrom(bounds, 0, 0);
}

export function firstViewOf(bounds: Bounds): View {
  return seenFrom(bounds, FIRST_YAW, FIRST_PITCH);
}

function seenFrom(bounds: Bounds, yaw: number, pitch: number): View {
  const angles = { yaw, pitch, roll: 0 };
  const distance = (FILLED * sizeOf(bounds)) / 2 / Math.sin(LENS / 2);
  const forward = forwardOf({ ...angles, position: [0, 0, 0] });
  return { ...angles, position: minus(aroundOf(bounds).focus, times(forward, distance)) };
}

/** The vertical field of view, in radians, of a picture of that shape. */
export function lensOf(aspect: number): number {
  return aspect >= 1 ? LENS : 2 * Math.atan(Math.tan(LENS / 2) / Math.max(aspect, 1e-3));
}

/** Keys as one expects them before a thing: arrows turn it, or with Shift shift it. */
export function turnedOrShifted(intent: Intent, seconds: number): Intent {
  const [right, up, ahead] = intent.move;
  const [left, raise] = intent.turn;
  const rest = { ...intent, move: [0, 0, 0], tap: null, isFast: false } as const;
  if (!intent.isFast) return { ...rest, turn: [left - right, raise + up + ahead] };
  const px = SHIFT_PX_S * seconds;
  const [across, down] = intent.pan;
  return { ...rest, turn: [0, 0], pan: [across + px * right, down - px * (up + ahead)] };
}

/** The object turns by itself, to the right: whoever looks goes to the left. */
export function turntable(intent: Intent): Intent {
  const [left, raise] = intent.turn;
  return { ...intent, turn: [left - (2 * Math.PI) / TURNTABLE_S / TURNING, raise] };
}
