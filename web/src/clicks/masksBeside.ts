/** The weight-free method in a worker of its own (masksWorker.ts). */
import type { Reply, Request } from "./masksWorker";
import MasksWorker from "./masksWorker?worker";
import type { Gestures, Mask } from "./segmenter";

interface Waiting {
  readonly take: (mask: Mask | null) => void;
  readonly fail: (error: Error) => void;
}

export class MasksBeside {
  readonly #worker = new MasksWorker();
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  /** Looks at the photo. Rejects where a worker cannot have one of its own. */
  static async open(module: WebAssembly.Module, photo: ImageData): Promise<MasksBeside> {
    const beside = new MasksBeside();
    await beside.#ask({ kind: "open", module, photo });
    return beside;
  }

  private constructor() {
    this.#worker.onmessage = ({ data: { id, mask, error } }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.take(mask ?? null);
      else waiting?.fail(new Error(error));
    };
    this.#worker.onerror = (event) => {
      for (const { fail } of this.#waiting.values()) fail(new Error(event.message));
      this.#waiting.clear();
    };
  }

  async segment(gestures: Gestures): Promise<Mask> {
    const mask = await this.#ask({ kind: "segment", gestures });
    if (mask === null) throw new Error("the worker did not answer with a mask");
    return mask;
  }

  #ask(request: Request): Promise<Mask | null> {
    const id = this.#asked++;
    return new Promise((take, fail) => {
      this.#waiting.set(id, { take, fail });
      this.#worker.postMessage({ id, request });
    });
  }
}
