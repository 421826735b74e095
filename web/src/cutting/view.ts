/** Where the photo lies on the screen. */
import type { Size } from "./mask";

/** Screen pixels a photo's pixel, and where the photo's upper left corner is, in screen pixels of the canvas. */
export interface View {
  readonly zoom: number;
  readonly left: number;
  readonly top: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const MOST_ZOOM = 24;
/** The photo can be made this much smaller than fits, and always stays in sight by so many screen pixels. */
const LEAST_OF_FIT = 0.5;
const KEPT_PX = 48;

/** The whole photo in the middle, never larger than it is. */
export function fitted(photo: Size, canvas: Size): View {
  const zoom = Math.min(1.5, fitOf(photo, canvas));
  return {
    zoom,
    left: (canvas.width - photo.width * zoom) / 2,
    top: (canvas.height - photo.height * zoom) / 2,
  };
}

function fitOf(photo: Size, canvas: Size): number {
  return Math.max(1e-3, Math.min(canvas.width / photo.width, canvas.height / photo.height));
}

/** Nearer or farther; what is at `around` on the screen stays there. */
export function zoomed(view: View, factor: number, around: Point, photo: Size, canvas: Size): View {
  const least = LEAST_OF_FIT * fitOf(photo, canvas);
  const zoom = Math.min(Math.max(MOST_ZOOM, least), Math.max(least, view.zoom * factor));
  const by = zoom / view.zoom;
  const moved = {
    zoom,
    left: around.x - (around.x - view.left) * by,
    top: around.y - (around.y - view.top) * by,
  };
  return kept(moved, photo, canvas);
}

export function shifted(view: View, x: number, y: number, photo: Size, canvas: Size): View {
  return kept({ ...view, left: view.left + x, top: view.top + y }, photo, canvas);
}

/** So that a point of the photo is in sight, not too near the border. */
export function showing(view: View, point: Point, photo: Size, canvas: Size): View {
  const seen = toScreen(view, point);
  const margin = Math.min(KEPT_PX, canvas.width / 4, canvas.height / 4);
  const into = (value: number, most: number) => Math.min(most - margin, Math.max(margin, value)) - value;
  return shifted(view, into(seen.x, canvas.width), into(seen.y, canvas.height), photo, canvas);
}

function kept(view: View, photo: Size, canvas: Size): View {
  const between = (value: number, size: number, most: number) =>
    Math.min(most - KEPT_PX, Math.max(KEPT_PX - size * view.zoom, value));
  return {
    ...view,
    left: between(view.left, photo.width, canvas.width),
    top: between(view.top, photo.height, canvas.height),
  };
}

export function toPhoto(view: View, { x, y }: Point): Point {
  return { x: (x - view.left) / view.zoom, y: (y - view.top) / view.zoom };
}

export function toScreen(view: View, { x, y }: Point): Point {
  return { x: view.left + x * view.zoom, y: view.top + y * view.zoom };
}

/** The nearest point that is on the photo, in the middle of a pixel's reach. */
export function ontoPhoto({ x, y }: Point, { width, height }: Size): Point {
  return {
    x: Math.min(width - 0.5, Math.max(0.5, x)),
    y: Math.min(height - 0.5, Math.max(0.5, y)),
  };
}

export function isOnPhoto({ x, y }: Point, { width, height }: Size): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}
