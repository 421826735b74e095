/** One person's visit: where they are, how they move, and the guided walk; no engine, no page. */
import type { ModeName } from "./address";
import { type Intent, isNothing } from "./intent";
import type { CameraPath } from "./manifest";
import { Fly } from "./modes/fly";
import { Guided } from "./modes/guided";
import type { Mode } from "./modes/mode";
import { Orbit } from "./modes/orbit";
import { Walk } from "./modes/walk";
import type { Place } from "./place";
import { blend, isSame, type View } from "./view";

const MODES: Record<ModeName, new (place: Place, from: View) => Mode> = {
  orbit: Orbit,
  walk: Walk,
  fly: Fly,
};
/** What is shown follows what is wanted with this time constant; and more softly over a jump. */
const FOLLOWS_S = 0.07;
const GLIDES_S = 0.25;
/** Of the place's size: nearer is the same. */
const SAME = 2e-5;
const STILLS_S = 4;

export class Visit {
  readonly #place: Place;
  readonly #guided: Guided | null;
  readonly #isMotionReduced: () => boolean;
  #modeName: ModeName;
  #mode: Mode;
  #shown: View;
  #isGliding = false;
  /** Seconds into the guided walk; null where it is not followed. */
  #walked: number | null = null;

  constructor(
    place: Place,
    path: CameraPath | null,
    start: View,
    mode: ModeName,
    isMotionReduced: () => boolean,
  ) {
    this.#place = place;
    this.#guided = path && new Guided(path);
    this.#isMotionReduced = isMotionReduced;
    this.#shown = start;
    this.#modeName = mode;
    this.#mode = new MODES[mode](place, start);
  }

  get shown(): View {
    return this.#shown;
  }

  get modeName(): ModeName {
    return this.#modeName;
  }

  get hasPath(): boolean {
    return this.#guided !== null;
  }

  get isFollowing(): boolean {
    return this.#walked !== null;
  }

  /** Where the visit is heading to: what a link leads to. */
  get wanted(): View {
    return this.#walked === null ? this.#mode.view : this.#shown;
  }

  moveBy(mode: ModeName): void {
    this.#stand(this.wanted, mode);
  }

  goTo(view: View): void {
    this.#stand(view, this.#modeName);
  }

  follow(): void {
    if (this.#guided === null) return;
    this.#isGliding = true;
    this.#walked = this.#guided.nearestTo(this.#shown.position);
  }

  stopFollowing(): void {
    if (this.isFollowing) this.#stand(this.#shown, this.#modeName);
  }

  /** Takes a frame's time and wishes; true where another view is shown than before. */
  step(seconds: number, intent: Intent, radiansPerPixel: number): boolean {
    if (!isNothing(intent)) {
      this.stopFollowing();
      this.#isGliding = intent.tap !== null;
      this.#mode.act(intent, seconds, radiansPerPixel);
    }
    const before = this.#shown;
    const goal = this.#walked === null ? this.#mode.view : this.#walkOn(seconds);
    this.#shown = this.#nextTo(goal, seconds);
    return this.#shown !== before;
  }

  #walkOn(seconds: number): View {
    const guided = this.#guided;
    if (guided === null || this.#walked === null) return this.#mode.view;
    this.#walked += seconds;
    const isOver = this.#walked >= guided.duration_s;
    const view = this.#isMotionReduced()
      ? guided.stillAt(this.#walked, STILLS_S)
      : guided.viewAt(this.#walked);
    if (isOver) this.#stand(view, this.#modeName);
    return view;
  }

  #nextTo(goal: View, seconds: number): View {
    if (isSame(this.#shown, goal, SAME * this.#place.size)) {
      this.#isGliding = false;
      return this.#shown;
    }
    if (this.#isMotionReduced()) return goal;
    const time = this.#isGliding ? GLIDES_S : FOLLOWS_S;
    return blend(this.#shown, goal, 1 - Math.exp(-seconds / time));
  }

  #stand(view: View, mode: ModeName): void {
    this.#walked = null;
    this.#isGliding = true;
    this.#modeName = mode;
    this.#mode = new MODES[mode](this.#place, view);
  }
}
