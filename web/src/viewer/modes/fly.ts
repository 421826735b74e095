import type { Intent } from "../intent";
import type { Place } from "../place";
import { between, plus, times, type Vector } from "../space";
import { forwardOf, rightOf, STEEPEST, type View } from "../view";
import { FASTER, type Mode, TURNING } from "./mode";

/** A step of the wheel, and a dragged pixel, in seconds of moving. */
const SECONDS_A_STEP = 0.35;
const SECONDS_A_PIXEL = 1 / 250;

/** Going anywhere; dragging takes hold of what is seen. */
export class Fly implements Mode {
  protected readonly place: Place;
  #view: View;

  constructor(place: Place, from: View) {
    this.place = place;
    this.#view = from;
  }

  get view(): View {
    return this.#view;
  }

  act(intent: Intent, seconds: number, radiansPerPixel: number): void {
    const keys = TURNING * seconds;
    const { yaw, pitch } = this.#view;
    const facing: View = {
      position: this.#view.position,
      yaw: yaw + keys * intent.turn[0] + radiansPerPixel * intent.look[0],
      pitch: between(-STEEPEST, pitch + keys * intent.turn[1] + radiansPerPixel * intent.look[1], STEEPEST),
      roll: 0,
    };
    this.#view = facing;
    this.move(times(this.step(facing, this.#seconds(intent, seconds)), this.place.speed));
  }

  protected move(way: Vector): void {
    this.#view = { ...this.#view, position: this.allowed(plus(this.#view.position, way)) };
  }

  /** Moving to the right, up and forward, in seconds of walking. */
  #seconds(intent: Intent, seconds: number): Vector {
    const held = seconds * (intent.isFast ? FASTER : 1);
    return [
      held * intent.move[0] - SECONDS_A_PIXEL * intent.pan[0],
      held * intent.move[1] + SECONDS_A_PIXEL * intent.pan[1],
      held * intent.move[2] + SECONDS_A_STEP * intent.nearer,
    ];
  }

  protected step(facing: View, [right, up, forward]: Vector): Vector {
    return plus(plus(times(rightOf(facing), right), times(forwardOf(facing), forward)), [0, up, 0]);
  }

  protected allowed(position: Vector): Vector {
    return position;
  }
}
