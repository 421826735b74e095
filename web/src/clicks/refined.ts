/** Masks by the click network and the weight-free method together (sagemaker_containers/vision/clicknet/segmenter.py). */
import type { Look, PhotoNet } from "./photoNet";
import type { Gestures, Mask, Segmenter } from "./segmenter";

/** Makes masks without weights: in this worker (kernel.ts), or beside it while the network runs (masksBeside.ts). */
export interface WeightFree {
  segment(gestures: Gestures): Mask | Promise<Mask>;
}

/** Runs the network: the probability of what it was shown, (rows / 2, columns / 2). */
export type Network = (look: Look) => Promise<Float32Array>;

export interface Networks {
  readonly clicks: Network;
  /** Answers a box without clicks: it has never seen a click. */
  readonly boxes: Network;
}

export class RefinedMasks implements Segmenter {
  readonly model = "diorama-clicknet";
  readonly #weightFree: WeightFree;
  readonly #net: PhotoNet;
  readonly #networks: Networks;
  /** The network's own masks by their gestures: each begins with the one before the last click. */
  readonly #answers = new Map<string, Mask>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(weightFree: WeightFree, net: PhotoNet, networks: Networks) {
    this.#weightFree = weightFree;
    this.#net = net;
    this.#networks = networks;
  }

  /** One after another: between a look and its answer the kernel must not look elsewhere. */
  segment(gestures: Gestures): Promise<Mask> {
    const mine = this.#turn.then(() => this.#segmented(gestures));
    this.#turn = mine.catch(() => null);
    return mine;
  }

  async #segmented(gestures: Gestures): Promise<Mask> {
    const { width, height } = this.#net;
    const nothing = gestures.clicks.length === 0 && gestures.box === null;
    if (nothing) return { width, height, probability: new Uint8Array(width * height) };
    // Asked first: beside this worker it is made while the network keeps this one busy.
    const [other, answer] = await Promise.all([
      gestures.box ? null : this.#weightFree.segment(gestures),
      this.#answer(gestures),
    ]);
    return this.#net.enlarged(this.#net.joined(answer, other ?? answer, gestures));
  }

  /** The network's own mask, made of the one before the last click. */
  async #answer(gestures: Gestures): Promise<Mask> {
    const { clicks, box } = gestures;
    const key = JSON.stringify([clicks.map(({ x, y, adds }) => [x, y, adds]), box]);
    const kept = this.#answers.get(key);
    if (kept) return kept;
    const begins = clicks.length === (box ? 0 : 1);
    const before = begins
      ? await this.#first(gestures)
      : await this.#answer({ clicks: clicks.slice(0, -1), box });
    const mask = await this.#look(gestures, before);
    this.#answers.set(key, mask);
    return mask;
  }

  /**
   * What to look at after the first gesture: what the network finds in all of the photo, or where the weight-free
   * method found something in the box.
   */
  async #first(gestures: Gestures): Promise<Mask> {
    const found = gestures.box && (await this.#weightFree.segment(gestures));
    return this.#look(gestures, found && this.#net.scaled(found));
  }

  async #look(gestures: Gestures, last: Mask | null): Promise<Mask> {
    const { clicks, boxes } = this.#networks;
    const network = gestures.clicks.length > 0 ? clicks : boxes;
    return this.#net.answered(await network(this.#net.look(gestures, last)));
  }
}
