/** What somebody wants since the last frame, whatever they say it with. */
export interface Intent {
  /** Dragged to look: pixels to the right and down. */
  readonly look: readonly [number, number];
  /** Dragged to shift: pixels to the right and down. */
  readonly pan: readonly [number, number];
  /** Steps nearer; farther where negative. */
  readonly nearer: number;
  /** Held: right, up, forward, each from -1 to 1. */
  readonly move: readonly [number, number, number];
  /** Held: to the left, and up, each from -1 to 1. */
  readonly turn: readonly [number, number];
  readonly isFast: boolean;
  /** Clicked or tapped: pixels to the right of the middle, and below it. */
  readonly tap: readonly [number, number] | null;
}

export const NOTHING: Intent = {
  look: [0, 0],
  pan: [0, 0],
  nearer: 0,
  move: [0, 0, 0],
  turn: [0, 0],
  isFast: false,
  tap: null,
};

export function isNothing({ look, pan, nearer, move, turn, tap }: Intent): boolean {
  return tap === null && [...look, ...pan, nearer, ...move, ...turn].every((value) => value === 0);
}
