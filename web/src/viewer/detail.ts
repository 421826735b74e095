/** How finely a place is shown: by levels that take each other's place (`levels.ts`), or by tiles (`tiles.ts`). */

/** What is on the canvas: a level, and how many splats that is. */
export interface Shown {
  readonly name: string;
  readonly splats: number;
}

export interface DetailEvents {
  onShown(level: Shown): void;
  /** How much of what is wanted has come, from 0 to 1; null when nothing is on its way. */
  onProgress(share: number | null): void;
  /** Something did not come; `isFirst` where there is nothing on the canvas yet. */
  onFailed(isFirst: boolean): void;
}

export interface Detail {
  /** Frames are wanted now, to see how long they take. */
  readonly isMeasuring: boolean;
  /** Loads what there is to load; again after a failure. */
  start(): Promise<void>;
  /** How long a frame took that followed another one. */
  takePace(ms: number): void;
}
