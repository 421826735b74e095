/** The canvas on which a photo is cut: what is seen, and what hands and keys do there. */
import type { Box } from "../clicks/segmenter";
import { strings } from "../strings";
import type { Editor } from "./editor";
import { ARROWS, COMMANDS, type Command, TOOL_KEYS } from "./keys";
import { type Area, isNowhere, type Size, union, whole } from "./mask";
import { contextOf, Painter } from "./painter";
import { Pointers } from "./pointers";
import {
  fitted,
  isOnPhoto,
  ontoPhoto,
  type Point,
  shifted,
  showing,
  toPhoto,
  toScreen,
  type View,
  zoomed,
} from "./view";

const words = strings.cutting;

const MARCH_MS = 120;
const MARCH_PX = 2;
const KEY_STEP_PX = 14;
const KEY_ZOOM = 1.3;
/** Where the crosshair is, is said when it has come to rest. */
const REST_MS = 500;

export class Board {
  readonly #canvas: HTMLCanvasElement;
  readonly #editor: Editor;
  readonly #painter: Painter;
  readonly #pointers: Pointers;
  readonly #leave = new AbortController();
  readonly #ends: (() => void)[] = [];
  #size: Size = { width: 1, height: 1 };
  #view: View = { zoom: 1, left: 0, top: 0 };
  /** The photo is seen as it fits, also when the canvas changes its size. */
  #isFitted = true;
  #stale: Area | null = null;
  #isDrawn = false;
  #march_px = 0;
  #hover: Point | null = null;
  #crosshair: Point | null = null;
  #boxFrom: Point | null = null;
  #box: Box | null = null;
  /** A stroke by keyboard has begun. */
  #isPenDown = false;

  constructor(canvas: HTMLCanvasElement, picture: HTMLCanvasElement, editor: Editor) {
    this.#canvas = canvas;
    this.#editor = editor;
    this.#painter = new Painter(picture);
    this.#pointers = new Pointers(canvas, {
      taps: (at, isOther) => this.#tap(toPhoto(this.#view, at), isOther),
      grabs: (at, isOther) => this.#grab(toPhoto(this.#view, at), isOther),
      drags: (to) => this.#drag(toPhoto(this.#view, to)),
      drops: (isMeant) => this.#drop(isMeant),
      shifts: (x, y) => this.#look(shifted(this.#view, x, y, this.#photo, this.#size)),
      zooms: (factor, around) => this.zoom(factor, around),
      hovers: (at) => this.#hoverAt(at),
    });
    this.#listen();
    this.#repaint(null);
  }

  close(): void {
    this.#pointers.close();
    this.#leave.abort();
    for (const end of this.#ends) end();
  }

  fit(): void {
    this.#look(fitted(this.#photo, this.#size));
    this.#isFitted = true;
  }

  zoom(factor: number, around: Point = { x: this.#size.width / 2, y: this.#size.height / 2 }): void {
    this.#look(zoomed(this.#view, factor, around, this.#photo, this.#size));
  }

  get #photo(): Size {
    return this.#editor.photo;
  }

  #listen(): void {
    const { signal } = this.#leave;
    this.#canvas.addEventListener("keydown", this.#keyDown, { signal });
    this.#canvas.addEventListener("keyup", this.#keyUp, { signal });
    this.#canvas.addEventListener("blur", () => this.#blur(), { signal });
    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(this.#canvas);
    this.#ends.push(
      () => resized.disconnect(),
      this.#editor.onPainted((area) => this.#repaint(area)),
      this.#editor.subscribe(() => this.#draw()),
      marching(() => this.#marchOn()),
    );
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0 || height === 0) return;
    this.#size = { width, height };
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    if (this.#isFitted) this.fit();
    else this.#look(shifted(this.#view, 0, 0, this.#photo, this.#size));
    this.#drawNow(); // a canvas with a new size is empty
  }

  #look(view: View): void {
    this.#view = view;
    this.#isFitted = false;
    this.#draw();
  }

  #repaint(area: Area | null): void {
    const all = whole(this.#photo);
    this.#stale = area === null ? all : this.#stale ? union(this.#stale, area) : area;
    this.#draw();
  }

  #draw(): void {
    if (this.#isDrawn) return;
    this.#isDrawn = true;
    requestAnimationFrame(() => {
      this.#isDrawn = false;
      if (!this.#leave.signal.aborted) this.#drawNow();
    });
  }

  #drawNow(): void {
    const { layers, chosen } = this.#editor;
    const { opacity, tool, brushRadius } = this.#editor.state();
    if (this.#stale && !isNowhere(this.#stale)) this.#painter.colour(layers, this.#stale);
    this.#stale = null;
    const brushAt = this.#isPenDown ? this.#crosshair : this.#hover;
    const isPainting = tool === "brush" || tool === "eraser";
    this.#painter.draw(contextOf(this.#canvas), {
      view: this.#view,
      canvas: this.#size,
      layers,
      chosen,
      opacity,
      march_px: this.#march_px,
      box: this.#box,
      crosshair: this.#crosshair,
      brush: isPainting && brushAt ? { at: brushAt, radius: brushRadius } : null,
    });
  }

  #marchOn(): void {
    if (!this.#editor.layers.some((layer) => layer.coverage > 0)) return;
    this.#march_px = (this.#march_px + MARCH_PX) % 1000;
    this.#draw();
  }

  #hoverAt(at: Point | null): void {
    this.#hover = at && toPhoto(this.#view, at);
    const { tool } = this.#editor.state();
    if (tool === "brush" || tool === "eraser") this.#draw();
  }

  #tap(at: Point, isOther: boolean): void {
    this.#crosshair = null;
    if (isOnPhoto(at, this.#photo)) this.#editor.click(at, this.#editor.state().adds !== isOther);
  }

  /** Whether the tool takes hold there. */
  #grab(at: Point, isOther: boolean): boolean {
    const { tool } = this.#editor.state();
    this.#crosshair = null;
    if (tool === "click") return false;
    if (tool === "box") this.#stretch(ontoEdges(at, this.#photo), at);
    else this.#editor.beginStroke(at, (tool === "brush") !== isOther);
    return true;
  }

  #drag(to: Point): void {
    this.#hover = to;
    if (this.#boxFrom) this.#stretch(this.#boxFrom, to);
    else this.#editor.extendStroke(to);
  }

  #drop(isMeant: boolean): void {
    const box = this.#box;
    this.#boxFrom = null;
    this.#box = null;
    if (box) {
      if (isMeant) this.#editor.box(box);
    } else if (isMeant) this.#editor.endStroke();
    else this.#editor.cancelStroke();
    this.#draw();
  }

  #stretch(from: Point, to: Point): void {
    const end = ontoEdges(to, this.#photo);
    this.#boxFrom = from;
    this.#box = {
      left: Math.min(from.x, end.x),
      top: Math.min(from.y, end.y),
      right: Math.max(from.x, end.x),
      bottom: Math.max(from.y, end.y),
    };
    this.#draw();
  }

  readonly #keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const [arrow, tool, command] = [ARROWS[key], TOOL_KEYS[key], COMMANDS[key]];
    if (arrow) this.#moveCrosshair(arrow, event.shiftKey);
    else if (tool) this.#editor.setTool(tool);
    else if (command) this.#command(command);
    else if (key === " ") this.#pointers.isShifting = true;
    else return;
    event.preventDefault();
  };

  readonly #keyUp = (event: KeyboardEvent): void => {
    if (event.key === " ") this.#pointers.isShifting = false;
  };

  #blur(): void {
    this.#pointers.isShifting = false;
    if (this.#isPenDown) this.#penUp();
    this.#crosshair = null;
    this.#draw();
  }

  /** In steps of the screen; with Shift a pixel of the photo. */
  #moveCrosshair([x, y]: readonly [number, number], isFine: boolean): void {
    const step = isFine ? 1 : KEY_STEP_PX / this.#view.zoom;
    const from = this.#aim();
    const to = ontoPhoto({ x: from.x + step * x, y: from.y + step * y }, this.#photo);
    this.#crosshair = to;
    if (this.#boxFrom) this.#stretch(this.#boxFrom, to);
    if (this.#isPenDown) this.#editor.extendStroke(to);
    this.#look(showing(this.#view, to, this.#photo, this.#size));
    this.#sayWhere();
  }

  /** Where the crosshair is; at first in the middle of what is seen. */
  #aim(): Point {
    const middle = { x: this.#size.width / 2, y: this.#size.height / 2 };
    this.#crosshair ??= ontoPhoto(toPhoto(this.#view, middle), this.#photo);
    return this.#crosshair;
  }

  #saying = 0;

  #sayWhere(): void {
    clearTimeout(this.#saying);
    this.#saying = window.setTimeout(() => {
      const at = this.#crosshair;
      if (at === null) return;
      const { width, height } = this.#photo;
      const place = Math.floor(at.y) * width + Math.floor(at.x);
      const on = this.#editor.layers.filter(({ mask }) => (mask[place] ?? 0) > 127);
      const names = on.map(({ cutout }) => cutout.name);
      this.#editor.say(words.crosshairAt(at.x / width, at.y / height, names));
    }, REST_MS);
  }

  #command(command: Command): void {
    const editor = this.#editor;
    const deeds: Readonly<Record<Command, () => void>> = {
      use: () => this.#use(false),
      useOther: () => this.#use(true),
      invert: () => editor.invert(),
      fit: () => this.fit(),
      nearer: () => this.zoom(KEY_ZOOM, this.#crosshair ? toScreen(this.#view, this.#crosshair) : undefined),
      farther: () => this.zoom(1 / KEY_ZOOM),
      smallerBrush: () => editor.stepBrush(-1),
      largerBrush: () => editor.stepBrush(1),
      newCutout: () => editor.add(),
      nextCutout: () => this.#chooseNext(),
      cancel: () => this.#cancel(),
    };
    deeds[command]();
  }

  /** Does at the crosshair what the tool does; boxes and strokes begin, and end the next time. */
  #use(isOther: boolean): void {
    const { tool, adds } = this.#editor.state();
    const at = this.#aim();
    if (tool === "click") this.#editor.click(at, adds !== isOther);
    else if (tool === "box") {
      if (this.#boxFrom) this.#drop(true);
      else this.#stretch(at, at);
    } else if (this.#isPenDown) this.#penUp();
    else {
      this.#isPenDown = true;
      this.#editor.beginStroke(at, (tool === "brush") !== isOther);
      this.#editor.say(words.penDown);
    }
    this.#draw();
  }

  #penUp(): void {
    this.#isPenDown = false;
    this.#editor.endStroke();
  }

  #chooseNext(): void {
    const { cutouts, chosenId } = this.#editor.state().drawing;
    const at = cutouts.findIndex((one) => one.id === chosenId);
    const next = cutouts[(at + 1) % cutouts.length];
    if (next) this.#editor.choose(next.id);
  }

  #cancel(): void {
    if (this.#isPenDown || this.#boxFrom) this.#drop(false);
    this.#isPenDown = false;
    this.#crosshair = null;
    this.#draw();
  }
}

/** A corner of a box may be on the photo's border. */
function ontoEdges({ x, y }: Point, { width, height }: Size): Point {
  return { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) };
}

/** Calls again and again while the page is seen, but never where motion is not wanted. */
function marching(act: () => void): () => void {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const timer = setInterval(() => {
    if (!still.matches && !document.hidden) act();
  }, MARCH_MS);
  return () => clearInterval(timer);
}
