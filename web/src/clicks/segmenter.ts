/** What makes masks of clicks: the browser's own method (diorama.ts), or a model's decoder. */

/** A click in pixels of the photo, a pixel's middle at .5. */
export interface Click {
  readonly x: number;
  readonly y: number;
  readonly adds: boolean;
}

/** A box that holds the object, in pixels of the photo. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Gestures {
  readonly clicks: readonly Click[];
  readonly box: Box | null;
}

/** How surely each pixel is the object's: 255 is surely. Of any size; who shows it scales it to the photo. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly probability: Uint8Array;
}

export interface Segmenter {
  readonly model: string;
  /** Over when `model` is the one that stays; until then the same gestures may get a better mask later. */
  readonly settled?: Promise<unknown>;
  /** The same gestures give the same mask, whatever was asked before. It is the asker's, to change or give away. */
  segment(gestures: Gestures): Promise<Mask>;
}
