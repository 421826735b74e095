import DigestWorker from "./digest.worker?worker";

type Answer = { id: number; sha256?: string; error?: string };

/** The SHA-256 digests of parts, in base64, one after another in a worker. */
export class Digests {
  readonly #worker = new DigestWorker();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  constructor() {
    this.#worker.onmessage = (event: MessageEvent<Answer>) => {
      this.#waiting.get(event.data.id)?.(event.data);
      this.#waiting.delete(event.data.id);
    };
  }

  /** Rejects where the file can't be read (any more). */
  of(part: Blob): Promise<string> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ sha256, error }) =>
        sha256 === undefined ? reject(new Error(error)) : resolve(sha256),
      );
      this.#worker.postMessage({ id, part });
    });
  }
}
