import type { Intent } from "../intent";
import type { View } from "../view";

/** A way of moving: turns what somebody wants into where they stand. */
export interface Mode {
  readonly view: View;
  act(intent: Intent, seconds: number, radiansPerPixel: number): void;
}

/** Held keys turn so fast, in radians a second. */
export const TURNING = 1.4;
export const FASTER = 3;
