/** Cutting objects out of one photo: what was marked, by which tool, and the way back. No page is known here. */
import type { Box } from "../clicks/segmenter";
import { strings } from "../strings";
import {
  type Cutout,
  chosenOf,
  type Drawing,
  newDrawing,
  seenClicks,
  withChange,
  withClick,
  withNew,
  without,
  withReset,
  withStroke,
} from "./drawing";
import { begin, endGesture, type History, redo, step, undo } from "./history";
import type { Area, Size } from "./mask";
import { type Known, type Layer, Masks } from "./masks";
import type { Embedding } from "./samSegmenter";
import type { Segmentation } from "./segmentation";
import type { Point } from "./view";

const words = strings.cutting;

export type Tool = "click" | "box" | "brush" | "eraser";

/** Pixels of the photo. */
export const BRUSH_RADIUS = { least: 2, most: 200, usual: 24 } as const;
const BRUSH_STEP = 1.25;
/** A box smaller than this many pixels of the photo was not meant. */
const LEAST_BOX_PX = 3;

export interface EditorState {
  readonly drawing: Drawing;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly tool: Tool;
  /** What a plain click does: for fingers, which have one button. */
  readonly adds: boolean;
  /** Pixels of the photo. */
  readonly brushRadius: number;
  /** How much the colours hide of the photo below them, 0 to 1. */
  readonly opacity: number;
  readonly isBusy: boolean;
  /** What makes the masks; empty until it can. */
  readonly model: string;
  /** Another model has taken over from the first. */
  readonly isBetterModel: boolean;
  /** For those who hear the page. */
  readonly said: string;
  /** How much of the photo each cut-out covers, 0 to 1. */
  readonly coverage: Readonly<Record<string, number>>;
  readonly error: Error | null;
}

export type CutPhoto = Size & { readonly pixels: ImageData };

export class Editor {
  readonly photo: CutPhoto;
  readonly #segmentation: Segmentation;
  readonly #masks: Masks;
  readonly #listeners = new Set<() => void>();
  readonly #painted = new Set<(area: Area | null) => void>();
  #history: History<Drawing>;
  #state: EditorState;

  /** `answers`: what is known already of what was marked. */
  constructor(
    photo: CutPhoto,
    segmentation: Segmentation,
    drawing: Drawing = newDrawing(words.nameOf(1)),
    answers: readonly Known[] = [],
  ) {
    this.photo = photo;
    this.#segmentation = segmentation;
    this.#history = begin(drawing);
    this.#state = { ...AT_FIRST, drawing };
    this.#masks = new Masks(
      photo,
      segmentation,
      {
        painted: (area) => {
          for (const told of this.#painted) told(area);
        },
        answered: (layer) => this.#tellAnswer(layer),
        failed: (error) => this.#set({ error: asError(error) }),
        rested: () => this.#set({}),
      },
      answers,
    );
    void this.#takeModel(segmentation.open(photo.pixels), false).then(() => this.#settle());
    this.#masks.follow(drawing);
    this.#set({});
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): EditorState => this.#state;

  /** Calls back with which pixels of the masks have changed; null: any may have. */
  onPainted(told: (area: Area | null) => void): () => void {
    this.#painted.add(told);
    return () => this.#painted.delete(told);
  }

  /** In the order of the list. */
  get layers(): readonly Layer[] {
    return this.#state.drawing.cutouts.flatMap(({ id }) => this.#masks.layer(id) ?? []);
  }

  get chosen(): Cutout {
    return chosenOf(this.#state.drawing);
  }

  close(): void {
    this.#segmentation.close();
  }

  /** A better model takes over, and answers anew what was marked before. */
  async embed(embedding: Embedding): Promise<void> {
    await this.#takeModel(this.#segmentation.embed(embedding), true);
  }

  click(at: Point, adds: boolean): void {
    this.#step(withClick(this.#state.drawing, { ...at, adds }));
  }

  box(box: Box): void {
    const isMeant = Math.min(box.right - box.left, box.bottom - box.top) >= LEAST_BOX_PX;
    if (isMeant) this.#step(withChange(this.#state.drawing, this.chosen.id, { box }));
  }

  beginStroke(at: Point, adds: boolean): void {
    this.#masks.beginStroke(this.chosen, at, adds, this.#state.brushRadius);
  }

  extendStroke(to: Point): void {
    this.#masks.extendStroke(to);
  }

  endStroke(): void {
    const stroke = this.#masks.endStroke();
    if (stroke === null) return;
    this.#step(withStroke(this.#state.drawing, stroke));
    this.#sayCoverage(this.chosen);
  }

  cancelStroke(): void {
    this.#masks.cancelStroke();
  }

  undo(): void {
    if (!this.#state.canUndo) return;
    this.#show(undo(this.#history));
    this.#set({ said: words.undone });
  }

  redo(): void {
    if (!this.#state.canRedo) return;
    this.#show(redo(this.#history));
    this.#set({ said: words.redone });
  }

  /** Takes away what was marked of the chosen one. */
  reset(): void {
    this.#step(withReset(this.#state.drawing, this.chosen.id));
    this.#set({ said: words.wasReset(this.chosen.name) });
  }

  invert(): void {
    this.#step(withChange(this.#state.drawing, this.chosen.id, { isInverted: !this.chosen.isInverted }));
    this.#sayCoverage(this.chosen);
  }

  choose(id: string): void {
    // Which one is chosen is no step of its own, but goes with the steps.
    const drawing = { ...this.#state.drawing, chosenId: id };
    this.#show({ ...endGesture(this.#history), present: drawing });
    this.#sayCoverage(this.chosen);
  }

  add(): void {
    this.#step(withNew(this.#state.drawing, words.nameOf(this.#state.drawing.cutouts.length + 1)));
    this.#set({ said: words.wasAdded(this.chosen.name) });
  }

  remove(id: string): void {
    const name = this.#state.drawing.cutouts.find((one) => one.id === id)?.name ?? "";
    this.#step(without(this.#state.drawing, id));
    this.#set({ said: words.wasRemoved(name) });
  }

  rename(id: string, name: string): void {
    this.#step(withChange(this.#state.drawing, id, { name }), `name ${id}`);
  }

  setHidden(id: string, isHidden: boolean): void {
    this.#step(withChange(this.#state.drawing, id, { isHidden }));
  }

  /** Of 255. */
  setThreshold(threshold: number): void {
    const { id } = this.chosen;
    this.#step(withChange(this.#state.drawing, id, { threshold }), `threshold ${id}`);
  }

  endGesture(): void {
    this.#history = endGesture(this.#history);
  }

  setOpacity(opacity: number): void {
    this.#set({ opacity });
    for (const told of this.#painted) told(NO_PIXELS);
  }

  setTool(tool: Tool): void {
    this.#set({ tool, said: words.toolChosen(words.tools[tool]) });
  }

  setAdds(adds: boolean): void {
    this.#set({ adds });
  }

  setBrushRadius(radius: number): void {
    this.#set({ brushRadius: Math.min(BRUSH_RADIUS.most, Math.max(BRUSH_RADIUS.least, radius)) });
  }

  /** A step larger (1) or smaller (-1). */
  stepBrush(by: 1 | -1): void {
    this.setBrushRadius(Math.round(this.#state.brushRadius * BRUSH_STEP ** by + by / 2));
    this.#set({ said: words.brushOf(this.#state.brushRadius) });
  }

  say(said: string): void {
    this.#set({ said });
  }

  #step(next: Drawing, gesture: string | null = null): void {
    if (next !== this.#state.drawing) this.#show(step(this.#history, next, gesture));
  }

  #show(history: History<Drawing>): void {
    this.#history = history;
    this.#masks.follow(history.present);
    this.#set({ drawing: history.present });
  }

  async #takeModel(asked: Promise<string>, isBetterModel: boolean): Promise<void> {
    try {
      this.#set({ model: await asked, isBetterModel });
    } catch (error) {
      this.#set({ error: asError(error) });
      return;
    }
    if (isBetterModel) {
      this.#set({ said: words.nowWith(words.modelName(this.#state.model)) });
      this.#masks.askAgain();
    }
  }

  /** What was answered before the page's own method had all it needs is answered anew, as it will be from now on. */
  async #settle(): Promise<void> {
    const first = this.#state.model;
    const model = await this.#segmentation.settled().catch(() => first);
    if (model === first || this.#state.isBetterModel) return;
    this.#set({ model });
    this.#masks.askAgain((layer) => layer.model !== "" && layer.model !== model);
  }

  #tellAnswer({ cutout }: Layer): void {
    this.#set({ error: null });
    this.#sayCoverage(cutout);
  }

  #sayCoverage(cutout: Cutout): void {
    const coverage = this.#masks.layer(cutout.id)?.coverage ?? 0;
    this.#set({ said: words.status(cutout.name, seenClicks(cutout).length, coverage) });
  }

  #set(changes: Partial<EditorState>): void {
    this.#state = {
      ...this.#state,
      canUndo: this.#history.past.length > 0,
      canRedo: this.#history.future.length > 0,
      isBusy: this.#masks.isBusy,
      coverage: Object.fromEntries(this.layers.map(({ cutout, coverage }) => [cutout.id, coverage])),
      ...changes,
    };
    for (const listener of this.#listeners) listener();
  }
}

const AT_FIRST: EditorState = {
  drawing: { cutouts: [], chosenId: "" },
  canUndo: false,
  canRedo: false,
  tool: "click",
  adds: true,
  brushRadius: BRUSH_RADIUS.usual,
  opacity: 0.5,
  isBusy: false,
  model: "",
  isBetterModel: false,
  said: "",
  coverage: {},
  error: null,
};

/** Nothing of the masks has changed, only how they look. */
const NO_PIXELS: Area = { left: 0, top: 0, right: 0, bottom: 0 };

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
