/** The guided walk: the manifest's poses, joined smoothly. */
import type { CameraPath } from "../manifest";
import { length, minus, nearestTurn, type Vector } from "../space";
import { type View, viewOf } from "../view";

export class Guided {
  readonly duration_s: number;
  readonly #views: readonly View[];

  constructor(path: CameraPath) {
    this.duration_s = path.duration_s;
    const views: View[] = [];
    for (const pose of path.poses) {
      const view = { ...viewOf(pose), roll: 0 };
      const before = views.at(-1);
      views.push(before ? { ...view, yaw: nearestTurn(view.yaw, before.yaw) } : view);
    }
    this.#views = views;
  }

  /** The moment of the walk that is nearest to a place; the beginning where that is its end. */
  nearestTo(position: Vector): number {
    const distances = this.#views.map((view) => length(minus(view.position, position)));
    const nearest = distances.indexOf(Math.min(...distances));
    return nearest >= this.#views.length - 1 ? 0 : nearest * this.#secondsAStep;
  }

  /** Where one is after so many seconds; the ends last for ever. */
  viewAt(seconds: number): View {
    const at = Math.min(Math.max(seconds / this.#secondsAStep, 0), this.#views.length - 1);
    const index = Math.min(Math.floor(at), this.#views.length - 2);
    const four = [-1, 0, 1, 2].map((offset) => this.#view(index + offset));
    const joined = (read: (view: View) => number) => spline(four.map(read), at - index);
    return {
      position: [
        joined((view) => view.position[0]),
        joined((view) => view.position[1]),
        joined((view) => view.position[2]),
      ],
      yaw: joined((view) => view.yaw),
      pitch: joined((view) => view.pitch),
      roll: 0,
    };
  }

  /** Where one stands still after so many seconds, for those who want no motion: a place every few seconds. */
  stillAt(seconds: number, stay_s: number): View {
    return this.viewAt(Math.floor(seconds / stay_s) * stay_s);
  }

  get #secondsAStep(): number {
    return this.duration_s / (this.#views.length - 1);
  }

  #view(index: number): View {
    const last = this.#views.length - 1;
    return this.#views[Math.min(Math.max(index, 0), last)] as View;
  }
}

/** Catmull and Rom's curve through the second and third of four values, `share` of the way. */
function spline(values: readonly number[], share: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = values;
  const squared = share * share;
  return (
    0.5 *
    (2 * b +
      (c - a) * share +
      (2 * a - 5 * b + 4 * c - d) * squared +
      (3 * b - a - 3 * c + d) * squared * share)
  );
}
