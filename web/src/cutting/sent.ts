/** A cut-out as the studio keeps it, beside its mask: enough to go on with it in another browser. */
import type { ByHand } from "../api/client";
import type { Box, Click } from "../clicks/segmenter";
import {
  type Cutout,
  type Drawing,
  MOST_CUTOUTS,
  newCutout,
  type Stroke,
  seenClicks,
  USUAL_THRESHOLD,
} from "./drawing";

export interface SentCutout {
  readonly cutout_id: string;
  readonly name: string;
  readonly clicks: readonly Click[];
  readonly box: Box | null;
  readonly by_hand: ByHand | null;
}

/** As many as the studio takes. */
const MOST_STROKES = 200;
const MOST_POINTS = 2000;
/** How far a line may stray when points are left out, in pixels of the photo; and where that is given up. */
const FINEST_PX = 0.25;
const COARSEST_PX = 8;

/** What was marked elsewhere, in another browser or by a script; undefined where nothing was. */
export function drawingOfSent(sent: readonly SentCutout[]): Drawing | undefined {
  const cutouts = sent.slice(0, MOST_CUTOUTS).map(cutoutOfSent);
  const [first] = cutouts;
  return first && { cutouts, chosenId: first.id };
}

function cutoutOfSent({ cutout_id: id, name, clicks, box, by_hand }: SentCutout, colour: number): Cutout {
  const cutout = { ...newCutout(name, colour), id, clicks, box };
  if (by_hand === null) return cutout;
  const { threshold, is_inverted: isInverted = false, inverted_box, strokes } = by_hand;
  return {
    ...cutout,
    clicks: seenClicks({ clicks, isInverted }),
    box: isInverted ? (inverted_box ?? null) : box,
    strokes: strokes ?? [],
    isInverted,
    threshold: threshold ?? USUAL_THRESHOLD,
  };
}

/** Clicks and box as they are seen, and what was done by hand; null where that is nothing. */
export function sentOf(cutout: Cutout): Pick<SentCutout, "clicks" | "box" | "by_hand"> {
  const { box, isInverted, threshold, strokes } = cutout;
  const isPlain = strokes.length === 0 && !isInverted && threshold === USUAL_THRESHOLD;
  return {
    clicks: seenClicks(cutout),
    // Where all but what is in the box was meant, no box says it.
    box: isInverted ? null : box,
    by_hand: isPlain
      ? null
      : {
          threshold,
          is_inverted: isInverted,
          inverted_box: isInverted ? box : null,
          strokes: fewEnough(strokes).map((stroke) => ({ ...stroke, points: [...stroke.points] })),
        },
  };
}

/** The same lines with as few points as the studio takes; none where that is not to be had. */
function fewEnough(strokes: readonly Stroke[]): readonly Stroke[] {
  if (strokes.length > MOST_STROKES) return [];
  for (let px = FINEST_PX; px <= COARSEST_PX; px *= 2) {
    const thinner = strokes.map((stroke) => ({ ...stroke, points: thinned(stroke.points, px) }));
    const points = thinner.reduce((sum, stroke) => sum + stroke.points.length / 2, 0);
    if (points <= MOST_POINTS) return thinner;
  }
  return [];
}

/** A line without the points that lie so near to it that it hardly strays (Douglas, Peucker 1973). */
export function thinned(points: readonly number[], strays_px: number): number[] {
  const last = points.length / 2 - 1;
  const kept = new Set([0, last]);
  const open: [number, number][] = [[0, last]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [from, to] = span;
    const { at, distance } = farthest(points, from, to);
    if (distance <= strays_px) continue;
    kept.add(at);
    open.push([from, at], [at, to]);
  }
  return [...kept].sort((one, other) => one - other).flatMap((at) => pointOf(points, at));
}

/** Which point between two others is farthest from the line between them. */
function farthest(points: readonly number[], from: number, to: number) {
  const [x, y] = pointOf(points, from);
  const [toX, toY] = pointOf(points, to);
  const [dx, dy] = [toX - x, toY - y];
  const length2 = dx * dx + dy * dy;
  let found = { at: from, distance: 0 };
  for (let at = from + 1; at < to; at++) {
    const [px, py] = pointOf(points, at);
    const share = length2 === 0 ? 0 : ((px - x) * dx + (py - y) * dy) / length2;
    const along = Math.min(1, Math.max(0, share));
    const distance = Math.hypot(px - x - along * dx, py - y - along * dy);
    if (distance > found.distance) found = { at, distance };
  }
  return found;
}

function pointOf(points: readonly number[], at: number): [number, number] {
  return [points[2 * at] ?? 0, points[2 * at + 1] ?? 0];
}
