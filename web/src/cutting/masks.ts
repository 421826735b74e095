/** The masks of a drawing, kept up to date: asks for what has to be asked, and paints what is drawn by hand. */
import type { Gestures } from "../clicks/segmenter";
import { asksSegmenter, type Cutout, type Drawing, type Stroke } from "./drawing";
import { LatestFirst } from "./latest";
import { type Area, coverageOf, maskOf, paint, type Size } from "./mask";
import type { Answer, Segmentation } from "./segmentation";
import type { Point } from "./view";

/** A cut-out, and its mask as it is now. */
export interface Layer {
  readonly cutout: Cutout;
  readonly mask: Uint8Array;
  /** How much of the photo it covers, 0 to 1. */
  readonly coverage: number;
  /** What a segmenter said, of the photo's size; null where none was asked. */
  readonly probability: Uint8Array | null;
  /** Which one that was. */
  readonly model: string;
}

/** What is the answer to a cut-out's gestures, as long as they are these very ones. */
export interface Known {
  readonly cutout: Cutout;
  readonly probability: Uint8Array;
  readonly model: string;
}

export interface MaskEvents {
  /** Pixels have changed: within an area, or anywhere (null). */
  readonly painted: (area: Area | null) => void;
  readonly answered: (layer: Layer) => void;
  readonly failed: (error: unknown) => void;
  /** Nothing is being asked any more. */
  readonly rested: () => void;
}

const MIN_STEP_PX = 0.5;

export class Masks {
  readonly #size: Size;
  readonly #events: MaskEvents;
  readonly #questions: LatestFirst<Gestures, Answer>;
  readonly #layers = new Map<string, Layer>();
  readonly #known: readonly Known[];
  #live: { readonly id: string; readonly stroke: Stroke } | null = null;

  constructor(
    { width, height }: Size,
    segmentation: Segmentation,
    events: MaskEvents,
    known: readonly Known[] = [],
  ) {
    this.#known = known;
    const size = { width, height }; // and nothing else that a photo has: it goes to a worker
    this.#size = size;
    this.#events = events;
    this.#questions = new LatestFirst(
      (gestures) => segmentation.segment(gestures, size),
      (id, answer) => this.#takeAnswer(id, answer),
      events.failed,
      events.rested,
    );
  }

  get isBusy(): boolean {
    return this.#questions.isBusy;
  }

  layer(id: string): Layer | undefined {
    return this.#layers.get(id);
  }

  follow(drawing: Drawing): void {
    const ids = new Set(drawing.cutouts.map((one) => one.id));
    for (const id of this.#layers.keys()) if (!ids.has(id)) this.#forget(id);
    for (const cutout of drawing.cutouts) this.#followOne(cutout);
    this.#events.painted(null);
  }

  /** Asks anew: another model answers now. */
  askAgain(which: (layer: Layer) => boolean = () => true): void {
    for (const layer of this.#layers.values()) if (which(layer)) this.#ask(layer.cutout);
  }

  beginStroke(cutout: Cutout, at: Point, adds: boolean, radius: number): void {
    const layer = this.#layers.get(cutout.id);
    if (layer === undefined) return;
    this.#live = { id: cutout.id, stroke: { adds, radius, points: [at.x, at.y] } };
    this.#layers.set(cutout.id, { ...layer, mask: layer.mask.slice() });
    this.#paintLive(0);
  }

  extendStroke(to: Point): void {
    if (this.#live === null) return;
    const { id, stroke } = this.#live;
    const [lastX = 0, lastY = 0] = stroke.points.slice(-2);
    if (Math.hypot(to.x - lastX, to.y - lastY) < MIN_STEP_PX) return;
    this.#live = { id, stroke: { ...stroke, points: [...stroke.points, to.x, to.y] } };
    this.#paintLive(stroke.points.length / 2);
  }

  /** What was drawn, which is the drawing's from now on. */
  endStroke(): Stroke | null {
    const stroke = this.#live?.stroke ?? null;
    this.#live = null;
    return stroke;
  }

  cancelStroke(): void {
    const layer = this.#layers.get(this.#live?.id ?? "");
    this.#live = null;
    if (layer) this.#remake(layer);
    this.#events.painted(null);
  }

  #followOne(cutout: Cutout): void {
    const known = this.#layers.get(cutout.id);
    if (!known || !hasSameGestures(known.cutout, cutout)) this.#ask(cutout);
    const answer = this.#answerTo(cutout) ?? (asksSegmenter(cutout) ? known : undefined);
    const probability = answer?.probability ?? null;
    const layer: Layer = {
      cutout,
      probability,
      model: answer?.model ?? known?.model ?? "",
      mask: known?.mask ?? new Uint8Array(),
      coverage: known?.coverage ?? 0,
    };
    if (known && probability === known.probability && isSameFinish(cutout, known.cutout)) {
      this.#layers.set(cutout.id, layer);
    } else this.#remake(layer);
  }

  #answerTo(cutout: Cutout): Known | undefined {
    return this.#known.find((one) => one.cutout.id === cutout.id && hasSameGestures(one.cutout, cutout));
  }

  #ask(cutout: Cutout): void {
    const { id, clicks, box } = cutout;
    if (asksSegmenter(cutout) && !this.#answerTo(cutout)) this.#questions.ask(id, { clicks, box });
    else this.#questions.drop(id);
  }

  #forget(id: string): void {
    this.#layers.delete(id);
    this.#questions.drop(id);
  }

  #takeAnswer(id: string, { mask, model }: Answer): void {
    const layer = this.#layers.get(id);
    if (layer === undefined) return;
    const made = this.#remake({ ...layer, probability: mask.probability, model });
    this.#events.painted(null);
    this.#events.answered(made);
  }

  #remake(layer: Layer): Layer {
    const mask = maskOf(layer.cutout, layer.probability, this.#size);
    if (this.#live?.id === layer.cutout.id) paint(mask, this.#size, this.#live.stroke);
    const made = { ...layer, mask, coverage: coverageOf(mask) };
    this.#layers.set(layer.cutout.id, made);
    return made;
  }

  #paintLive(from: number): void {
    const layer = this.#layers.get(this.#live?.id ?? "");
    if (this.#live && layer) this.#events.painted(paint(layer.mask, this.#size, this.#live.stroke, from));
  }
}

function hasSameGestures(one: Cutout, other: Cutout): boolean {
  return one.clicks === other.clicks && one.box === other.box;
}

/** What is done to a probability is the same. */
function isSameFinish(one: Cutout, other: Cutout): boolean {
  return (
    one.threshold === other.threshold && one.strokes === other.strokes && one.isInverted === other.isInverted
  );
}
