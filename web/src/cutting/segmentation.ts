/** The page's side of the worker that makes masks. */
import type { Gestures, Mask } from "../clicks/segmenter";
import type { Size } from "./mask";
import type { Embedding } from "./samSegmenter";
import SegmentationWorker from "./worker?worker";

export interface Answer {
  readonly mask: Mask;
  /** Which model made it. */
  readonly model: string;
  readonly took_ms: number;
}

export type Request =
  | { readonly kind: "open"; readonly photo: ImageData }
  | { readonly kind: "settle" }
  | { readonly kind: "embed"; readonly embedding: Embedding }
  | { readonly kind: "segment"; readonly gestures: Gestures; readonly size: Size };

/** What is answered: a mask, or the name of the model that answers from now on. */
export type Reply =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly model: string }
  | { readonly id: number; readonly error: string };

/** What an editor needs of it. */
export interface Segmentation {
  /** The model that answers from now on. */
  open(photo: ImageData): Promise<string>;
  /** The same, once what `open` began with has become as good as it gets. */
  settled(): Promise<string>;
  /** The same, when a better one has been loaded. */
  embed(embedding: Embedding): Promise<string>;
  segment(gestures: Gestures, size: Size): Promise<Answer>;
  close(): void;
}

/** A worker of its own, which ends with `close`. */
export class WorkerSegmentation implements Segmentation {
  readonly #worker = new SegmentationWorker();
  readonly #waiting = new Map<number, { take: (reply: Reply) => void; fail: (error: Error) => void }>();
  #asked = 0;

  constructor() {
    this.#worker.onmessage = (event: MessageEvent<Reply>) => {
      this.#waiting.get(event.data.id)?.take(event.data);
      this.#waiting.delete(event.data.id);
    };
    this.#worker.onerror = (event) => this.#failAll(new Error(event.message));
  }

  open(photo: ImageData): Promise<string> {
    return this.#askModel({ kind: "open", photo });
  }

  settled(): Promise<string> {
    return this.#askModel({ kind: "settle" });
  }

  embed(embedding: Embedding): Promise<string> {
    return this.#askModel({ kind: "embed", embedding });
  }

  async segment(gestures: Gestures, size: Size): Promise<Answer> {
    const reply = await this.#ask({ kind: "segment", gestures, size });
    if (!("answer" in reply)) throw new Error("the worker did not answer with a mask");
    return reply.answer;
  }

  close(): void {
    this.#worker.terminate();
    this.#failAll(new DOMException("closed", "AbortError"));
  }

  async #askModel(request: Request): Promise<string> {
    const reply = await this.#ask(request);
    if (!("model" in reply)) throw new Error("the worker did not name a model");
    return reply.model;
  }

  #ask(request: Request): Promise<Reply> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      const take = (reply: Reply) => ("error" in reply ? reject(new Error(reply.error)) : resolve(reply));
      this.#waiting.set(id, { take, fail: reject });
      this.#worker.postMessage({ id, request });
    });
  }

  #failAll(error: Error): void {
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }
}
