/**
 * Masks by the decoder of a Segment Anything model, over an embedding that the studio made of the photo
 * (docs/decisions/0023 says what the decoder takes and gives). For a worker.
 */
import type { Gestures, Mask, Segmenter } from "../clicks/segmenter";
import { widened } from "./halves";
import { keptFile } from "./keptFile";
import { resampled, type Size } from "./mask";
import { hasGraphicsCard, onGraphicsCard, onProcessor, type Runtime } from "./runtime";

/** Where an embedding and its decoder are to be had, and how the photo lies in it. */
export interface Embedding {
  readonly model: string;
  /** Stands for the decoder's content: it is kept under it. */
  readonly decoderDigest: string;
  readonly photo: Size;
  /** The photo in the model's square, from its upper left corner. */
  readonly frame: Size & { readonly side: number };
  readonly arrays: readonly EmbeddingArray[];
  readonly decoderUrl: string;
}

export interface EmbeddingArray {
  readonly name: string;
  /** Float16, little endian, row-major. */
  readonly url: string;
  readonly shape: readonly number[];
}

/** Reads embedding and decoder, and answers once so that the first click is as quick as the others. */
export async function openSam(embedding: Embedding): Promise<Segmenter> {
  const [decoder, ...arrays] = await Promise.all([
    keptFile("decoders", `${embedding.model}-${embedding.decoderDigest}`, embedding.decoderUrl),
    ...embedding.arrays.map(readArray),
  ]);
  const openOn = async (runtime: Runtime) => {
    const sam = new Sam(embedding, runtime, await runtime.open(decoder), arrays);
    await sam.segment({ clicks: [{ x: 1, y: 1, adds: true }], box: null });
    return sam;
  };
  if (await hasGraphicsCard()) {
    try {
      return await openOn(await onGraphicsCard());
    } catch {
      // Drivers differ in what they hold of what they promise. The processor can do it too.
    }
  }
  return openOn(await onProcessor());
}

async function readArray({ name, url, shape }: EmbeddingArray): Promise<NamedArray> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return { name, shape, values: widened(new Uint16Array(await answer.arrayBuffer())) };
}

interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

type Session = Awaited<ReturnType<Runtime["open"]>>;

class Sam implements Segmenter {
  readonly model: string;
  readonly #embedding: Embedding;
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #arrays: readonly NamedArray[];

  constructor(embedding: Embedding, runtime: Runtime, session: Session, arrays: readonly NamedArray[]) {
    this.model = embedding.model;
    this.#embedding = embedding;
    this.#runtime = runtime;
    this.#session = session;
    this.#arrays = arrays;
  }

  /** Nothing of earlier answers goes in: the same gestures give the same mask, also after an undo. */
  async segment(gestures: Gestures): Promise<Mask> {
    const { tensor } = this.#runtime;
    const prompt = promptOf(gestures, this.#embedding);
    const points = prompt.labels.length;
    const side = 4 * (this.#arrays.find(({ name }) => name === "image")?.shape[3] ?? 0);
    const answers = await this.#session.run({
      ...Object.fromEntries(
        this.#arrays.map(({ name, values, shape }) => [name, tensor("float32", values, [...shape])]),
      ),
      point_coords: tensor("float32", prompt.coords, [1, points, 2]),
      point_labels: tensor("int32", prompt.labels, [1, points]),
      mask_input: tensor("float32", new Float32Array(side * side), [1, 1, side, side]),
      has_mask_input: tensor("float32", new Float32Array(1), [1]),
    });
    const logits = (await answers.mask?.getData()) as Float32Array | undefined;
    if (logits === undefined) throw new Error("the decoder gave no mask");
    return maskOfLogits(logits, side, this.#embedding);
  }
}

const ADDS = 1;
const REMOVES = 0;
const UPPER_LEFT = 2;
const LOWER_RIGHT = 3;
const NO_POINT = -1;

/** Clicks and box as the decoder's points: x and y in the model's square, and what each means. */
export function promptOf(
  { clicks, box }: Gestures,
  { model, photo, frame }: Pick<Embedding, "model" | "photo" | "frame">,
): { readonly coords: Float32Array; readonly labels: Int32Array } {
  const points = clicks.map(({ x, y, adds }) => ({ x, y, label: adds ? ADDS : REMOVES }));
  if (box) {
    points.push({ x: box.left, y: box.top, label: UPPER_LEFT });
    points.push({ x: box.right, y: box.bottom, label: LOWER_RIGHT });
  }
  // So the models were trained: what ends a prompt is no point, but after a box of SAM 1.
  if (!(box && model === "sam1")) points.push({ x: 0, y: 0, label: NO_POINT });
  const coords = points.flatMap(({ x, y, label }) =>
    label === NO_POINT ? [0, 0] : [(x * frame.width) / photo.width, (y * frame.height) / photo.height],
  );
  return {
    coords: Float32Array.from(coords),
    labels: Int32Array.from(points, ({ label }) => label),
  };
}

/** The photo's part of the model's answer, as a probability of the photo's size. */
export function maskOfLogits(
  logits: Float32Array,
  side: number,
  { photo, frame }: Pick<Embedding, "photo" | "frame">,
): Mask {
  const seen = { width: (side * frame.width) / frame.side, height: (side * frame.height) / frame.side };
  // Between pixels by the logits, not by what comes of them: their borders are finer than a pixel.
  const fine = resampled(logits, { width: side, height: side }, seen, photo);
  const probability = new Uint8Array(fine.length);
  for (let at = 0; at < fine.length; at++) {
    const step = Math.round(((fine[at] ?? 0) + SURE) * STEPS);
    probability[at] = PROBABILITIES[step] ?? (step < 0 ? 0 : 255);
  }
  return { width: photo.width, height: photo.height, probability };
}

/** Beyond this logit either way nothing is left to doubt, of 255. */
const SURE = 8;
const STEPS = 128;
/** 255 / (1 + exp(-x)) in steps, since exp takes long for millions of pixels. */
const PROBABILITIES = Uint8Array.from(
  { length: 2 * SURE * STEPS + 1 },
  (_, step) => 255 / (1 + Math.exp(SURE - step / STEPS)) + 0.5,
);
