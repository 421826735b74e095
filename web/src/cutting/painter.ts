/** Draws the photo and what was marked on it. */
import type { Box } from "../clicks/segmenter";
import { channelsOf, colourOf } from "./colours";
import { type Cutout, seenClicks } from "./drawing";
import type { Area, Size } from "./mask";
import type { Layer } from "./masks";
import { outlineOf } from "./outline";
import { type Point, toScreen, type View } from "./view";

const DASH_PX = [5, 5];
const CLICK_PX = 6;
/** From this zoom on pixels are seen as squares. */
const SQUARES_FROM = 4;

export interface Scene {
  readonly view: View;
  readonly canvas: Size;
  readonly layers: readonly Layer[];
  readonly chosen: Cutout;
  readonly opacity: number;
  /** How far the dashes have marched, in screen pixels. */
  readonly march_px: number;
  /** A box that is being drawn. */
  readonly box: Box | null;
  readonly crosshair: Point | null;
  /** The brush, where it is over the photo; radius in pixels of the photo. */
  readonly brush: { readonly at: Point; readonly radius: number } | null;
}

export class Painter {
  readonly #photo: Size;
  readonly #picture: CanvasImageSource;
  readonly #colours: CanvasRenderingContext2D;
  readonly #outlines = new WeakMap<Uint8Array, Path2D>();

  constructor(picture: HTMLCanvasElement) {
    this.#photo = { width: picture.width, height: picture.height };
    this.#picture = picture;
    this.#colours = contextOf(Object.assign(document.createElement("canvas"), this.#photo));
  }

  /** Colours the pixels of an area anew. */
  colour(layers: readonly Layer[], area: Area): void {
    const [width, height] = [area.right - area.left, area.bottom - area.top];
    if (width <= 0 || height <= 0) return;
    const pixels = this.#colours.createImageData(width, height);
    const words = new Uint32Array(pixels.data.buffer);
    for (const { cutout, mask } of layers) {
      if (cutout.isHidden) continue;
      const [red, green, blue] = channelsOf(cutout.colour);
      const colour = (255 << 24) | (blue << 16) | (green << 8) | red; // bytes lie in the order of memory
      for (let y = 0; y < height; y++) {
        const row = (area.top + y) * this.#photo.width + area.left;
        for (let x = 0; x < width; x++) if ((mask[row + x] ?? 0) > 127) words[y * width + x] = colour;
      }
    }
    this.#colours.putImageData(pixels, area.left, area.top);
  }

  draw(context: CanvasRenderingContext2D, scene: Scene): void {
    const ratio = context.canvas.width / scene.canvas.width;
    const { zoom, left, top } = scene.view;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, scene.canvas.width, scene.canvas.height);
    context.imageSmoothingEnabled = zoom < SQUARES_FROM;
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * left, ratio * top);
    context.drawImage(this.#picture, 0, 0);
    context.globalAlpha = scene.opacity;
    context.drawImage(this.#colours.canvas, 0, 0);
    context.globalAlpha = 1;
    for (const layer of scene.layers) if (!layer.cutout.isHidden) this.#outline(context, layer, scene);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#marks(context, scene);
  }

  /** Black below white, or below its colour: seen on any photo. */
  #outline(context: CanvasRenderingContext2D, { cutout, mask }: Layer, scene: Scene): void {
    const path = this.#outlineOf(mask);
    const { zoom } = scene.view;
    const isChosen = cutout.id === scene.chosen.id;
    context.lineJoin = "round";
    context.lineWidth = 3 / zoom;
    context.strokeStyle = "#000";
    context.stroke(path);
    context.lineWidth = 1.6 / zoom;
    context.strokeStyle = isChosen ? "#fff" : colourOf(cutout.colour);
    if (isChosen) context.setLineDash(DASH_PX.map((length) => length / zoom));
    context.lineDashOffset = -scene.march_px / zoom;
    context.stroke(path);
    context.setLineDash([]);
  }

  #outlineOf(mask: Uint8Array): Path2D {
    const known = this.#outlines.get(mask);
    if (known) return known;
    const path = new Path2D();
    for (const ring of outlineOf(mask, this.#photo)) {
      path.moveTo(ring[0] ?? 0, ring[1] ?? 0);
      for (let at = 2; at < ring.length; at += 2) path.lineTo(ring[at] ?? 0, ring[at + 1] ?? 0);
      path.closePath();
    }
    this.#outlines.set(mask, path);
    return path;
  }

  #marks(context: CanvasRenderingContext2D, scene: Scene): void {
    const { view, chosen, brush, crosshair } = scene;
    const box = scene.box ?? chosen.box;
    if (box && !chosen.isHidden) drawBox(context, box, view);
    if (!chosen.isHidden) {
      for (const click of seenClicks(chosen)) drawClick(context, toScreen(view, click), click.adds);
    }
    if (brush) drawRing(context, toScreen(view, brush.at), brush.radius * view.zoom);
    if (crosshair) drawCrosshair(context, toScreen(view, crosshair));
  }
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser does not draw");
  return context;
}

/** A line that is seen on any photo. */
function strokeTwice(context: CanvasRenderingContext2D, path: Path2D): void {
  context.lineWidth = 3.5;
  context.strokeStyle = "#000";
  context.stroke(path);
  context.lineWidth = 1.5;
  context.strokeStyle = "#fff";
  context.stroke(path);
}

function drawBox(context: CanvasRenderingContext2D, box: Box, view: View): void {
  const from = toScreen(view, { x: box.left, y: box.top });
  const to = toScreen(view, { x: box.right, y: box.bottom });
  const path = new Path2D();
  path.rect(from.x, from.y, to.x - from.x, to.y - from.y);
  strokeTwice(context, path);
}

/** A plus or a minus in a disc: the sign says it, not the colour alone. */
function drawClick(context: CanvasRenderingContext2D, { x, y }: Point, adds: boolean): void {
  const disc = new Path2D();
  disc.arc(x, y, CLICK_PX, 0, 2 * Math.PI);
  strokeTwice(context, disc);
  context.fillStyle = adds ? "#0a6b3d" : "#b3151c";
  context.fill(disc);
  const sign = new Path2D();
  sign.moveTo(x - 3, y);
  sign.lineTo(x + 3, y);
  if (adds) {
    sign.moveTo(x, y - 3);
    sign.lineTo(x, y + 3);
  }
  context.lineWidth = 1.8;
  context.strokeStyle = "#fff";
  context.stroke(sign);
}

function drawRing(context: CanvasRenderingContext2D, { x, y }: Point, radius: number): void {
  const ring = new Path2D();
  ring.arc(x, y, Math.max(1, radius), 0, 2 * Math.PI);
  strokeTwice(context, ring);
}

function drawCrosshair(context: CanvasRenderingContext2D, { x, y }: Point): void {
  const cross = new Path2D();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    cross.moveTo(x + 4 * dx, y + 4 * dy);
    cross.lineTo(x + 16 * dx, y + 16 * dy);
  }
  strokeTwice(context, cross);
}
