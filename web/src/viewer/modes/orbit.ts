import type { Intent } from "../intent";
import type { Place } from "../place";
import { between, dot, minus, plus, times, type Vector } from "../space";
import { forwardOf, rightOf, STEEPEST, type View } from "../view";
import { FASTER, type Mode, TURNING } from "./mode";

const NEAREST = 0.02;
const FARTHEST = 3;
/** Half a turn for so many pixels. */
const DRAG_FOR_HALF_TURN_PX = 700;
const NEARER_A_STEP = 0.88;

/** As much of a place as one needs to turn around what is in it. */
export type Around = Pick<Place, "focus" | "size">;

/** Turning around a point; its near side follows the pointer, and what is shifted does. */
export class Orbit implements Mode {
  readonly #place: Around;
  #target: Vector;
  #distance: number;
  #angles: Omit<View, "position">;

  constructor(place: Around, from: View) {
    const forward = forwardOf(from);
    const ahead = dot(minus(place.focus, from.position), forward);
    this.#place = place;
    this.#distance = between(0.1 * place.size, ahead, place.size);
    this.#target = plus(from.position, times(forward, this.#distance));
    this.#angles = { yaw: from.yaw, pitch: from.pitch, roll: from.roll };
  }

  get view(): View {
    const back = times(forwardOf({ ...this.#angles, position: [0, 0, 0] }), -this.#distance);
    return { ...this.#angles, position: plus(this.#target, back) };
  }

  act(intent: Intent, seconds: number): void {
    const keys = TURNING * seconds * (intent.isFast ? FASTER : 1);
    const drag = Math.PI / DRAG_FOR_HALF_TURN_PX;
    const { yaw, pitch } = this.#angles;
    const left = keys * (intent.turn[0] - intent.move[0]) - drag * intent.look[0];
    const up = keys * (intent.turn[1] + intent.move[1]) + drag * intent.look[1];
    this.#angles = { yaw: yaw + left, pitch: between(-STEEPEST, pitch - up, STEEPEST), roll: 0 };
    const steps = intent.nearer + 8 * seconds * intent.move[2] * (intent.isFast ? FASTER : 1);
    const { size } = this.#place;
    this.#distance = between(NEAREST * size, this.#distance * NEARER_A_STEP ** steps, FARTHEST * size);
    this.#shift(intent.pan);
  }

  #shift([across, down]: readonly [number, number]): void {
    const perPixel = this.#distance / DRAG_FOR_HALF_TURN_PX;
    const shift = plus(times(rightOf(this.view), -across * perPixel), [0, down * perPixel, 0]);
    this.#target = plus(this.#target, shift);
  }
}
