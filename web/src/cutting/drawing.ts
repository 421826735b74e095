/** What a person has marked on a photo: values that are never changed, and the ways from one to the next. */
import type { Box, Click, Gestures } from "../clicks/segmenter";
import { randomName } from "../randomName";

export const MOST_CUTOUTS = 20;
export const MOST_CLICKS = 200;
/** Of 255: from where on a pixel belongs to the object. */
export const USUAL_THRESHOLD = 128;

/** A line drawn by hand. */
export interface Stroke {
  readonly adds: boolean;
  /** Pixels of the photo. */
  readonly radius: number;
  /** x and y in turn, pixels of the photo. */
  readonly points: readonly number[];
}

/**
 * One object of the photo. Clicks and strokes mean what they meant when nothing was turned inside out:
 * where `isInverted`, the mask is everything else, and what they add is taken away.
 */
export interface Cutout {
  readonly id: string;
  readonly name: string;
  /** A place in the list of colours. */
  readonly colour: number;
  readonly isHidden: boolean;
  readonly clicks: readonly Click[];
  readonly box: Box | null;
  readonly strokes: readonly Stroke[];
  readonly isInverted: boolean;
  readonly threshold: number;
}

export interface Drawing {
  readonly cutouts: readonly Cutout[];
  readonly chosenId: string;
}

export function newCutout(name: string, colour: number): Cutout {
  return {
    id: randomName(),
    name,
    colour,
    isHidden: false,
    clicks: [],
    box: null,
    strokes: [],
    isInverted: false,
    threshold: USUAL_THRESHOLD,
  };
}

export function newDrawing(name: string): Drawing {
  const first = newCutout(name, 0);
  return { cutouts: [first], chosenId: first.id };
}

export function chosenOf(drawing: Drawing): Cutout {
  const chosen = drawing.cutouts.find((one) => one.id === drawing.chosenId) ?? drawing.cutouts[0];
  if (chosen === undefined) throw new Error("a drawing has at least one cut-out");
  return chosen;
}

/** With one cut-out changed. */
export function withChange(drawing: Drawing, id: string, changes: Partial<Omit<Cutout, "id">>): Drawing {
  const cutouts = drawing.cutouts.map((one) => (one.id === id ? { ...one, ...changes } : one));
  return { ...drawing, cutouts };
}

/** With one more, which is chosen; the same where there are as many as may be. */
export function withNew(drawing: Drawing, name: string): Drawing {
  if (drawing.cutouts.length >= MOST_CUTOUTS) return drawing;
  const taken = new Set(drawing.cutouts.map((one) => one.colour));
  const colour = [...Array(MOST_CUTOUTS).keys()].find((one) => !taken.has(one)) ?? 0;
  const added = newCutout(name, colour);
  return { cutouts: [...drawing.cutouts, added], chosenId: added.id };
}

/** Without one; the one beside it is chosen. The last one is never taken away but emptied. */
export function without(drawing: Drawing, id: string): Drawing {
  const at = drawing.cutouts.findIndex((one) => one.id === id);
  const cutouts = drawing.cutouts.filter((one) => one.id !== id);
  const beside = cutouts[Math.min(at, cutouts.length - 1)];
  if (at < 0) return drawing;
  if (beside === undefined) return withReset(drawing, id);
  return { cutouts, chosenId: drawing.chosenId === id ? beside.id : drawing.chosenId };
}

/** With nothing marked of one cut-out: its name and colour stay. */
export function withReset(drawing: Drawing, id: string): Drawing {
  const { clicks, box, strokes, isInverted, threshold } = newCutout("", 0);
  return withChange(drawing, id, { clicks, box, strokes, isInverted, threshold });
}

/** With a click that adds or removes what is seen there; more than may be are not taken. */
export function withClick(drawing: Drawing, click: Click): Drawing {
  const { id, clicks, isInverted } = chosenOf(drawing);
  if (clicks.length >= MOST_CLICKS) return drawing;
  const meant = { ...click, adds: click.adds !== isInverted };
  return withChange(drawing, id, { clicks: [...clicks, meant] });
}

export function withStroke(drawing: Drawing, stroke: Stroke): Drawing {
  const { id, strokes, isInverted } = chosenOf(drawing);
  const meant = { ...stroke, adds: stroke.adds !== isInverted };
  return withChange(drawing, id, { strokes: [...strokes, meant] });
}

/** Nothing was marked yet. */
export function isEmpty(cutout: Cutout): boolean {
  return !asksSegmenter(cutout) && cutout.strokes.length === 0 && !cutout.isInverted;
}

/** There is something that a segmenter can answer. */
export function asksSegmenter(gestures: Gestures): boolean {
  return gestures.clicks.length > 0 || gestures.box !== null;
}

/** The clicks as they are seen: after the mask was turned inside out they mean the contrary. And back. */
export function seenClicks({ clicks, isInverted }: Pick<Cutout, "clicks" | "isInverted">): readonly Click[] {
  return isInverted ? clicks.map((click) => ({ ...click, adds: !click.adds })) : clicks;
}

/** The same marks on the same photo in another size. */
export function rescaled(drawing: Drawing, by: { readonly x: number; readonly y: number }): Drawing {
  return { ...drawing, cutouts: drawing.cutouts.map((one) => rescaledCutout(one, by.x, by.y)) };
}

function rescaledCutout(cutout: Cutout, x: number, y: number): Cutout {
  const { box } = cutout;
  return {
    ...cutout,
    clicks: cutout.clicks.map((click) => ({ ...click, x: click.x * x, y: click.y * y })),
    box: box && { left: box.left * x, right: box.right * x, top: box.top * y, bottom: box.bottom * y },
    strokes: cutout.strokes.map((stroke) => ({
      ...stroke,
      radius: stroke.radius * Math.sqrt(x * y),
      points: stroke.points.map((value, at) => value * (at % 2 ? y : x)),
    })),
  };
}
