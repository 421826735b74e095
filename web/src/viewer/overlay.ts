/** What lies over the picture and stays where it belongs in the place: markers, and the line of a measurement. */
import { element } from "./element";
import { type Eye, onCanvas } from "./projection";
import { length, minus, times, type Vector } from "./space";

const SVG = "http://www.w3.org/2000/svg";
/** What is so much nearer than the marker hides it; of the way to it, and at least so many cubes. */
const BEFORE = 0.93;

export interface Marked {
  readonly position: Vector;
  /** Its middle lies at the position. */
  readonly element: HTMLElement;
  /** Nothing hides it. */
  readonly isAlwaysSeen?: boolean;
}

/** How far one sees from a point in a unit direction; null for as far as one likes. */
export type Sight = (from: Vector, along: Vector, farthest: number) => number | null;

export class Overlay {
  readonly element: HTMLElement;
  readonly #lines = document.createElementNS(SVG, "svg");
  readonly #marks = new Set<Marked>();
  #line: readonly [Vector, Vector] | null = null;
  #eye: Eye | null = null;

  constructor() {
    this.#lines.setAttribute("aria-hidden", "true");
    this.#lines.setAttribute("class", "lines");
    this.element = element("div", { class: "overlay" }, this.#lines);
  }

  add(mark: Marked): void {
    this.#marks.add(mark);
    this.element.append(mark.element);
    this.#again();
  }

  remove(mark: Marked): void {
    this.#marks.delete(mark);
    mark.element.remove();
  }

  /** The straight line between two points, or none. */
  draw(line: readonly [Vector, Vector] | null): void {
    this.#line = line;
    this.#again();
  }

  /** Puts everything where it is seen; what is behind something, or outside of the picture, is not shown. */
  place(eye: Eye, sight: Sight): void {
    this.#eye = eye;
    this.#sight = sight;
    for (const mark of this.#marks) this.#placeMark(mark, eye);
    this.#placeLine(eye);
  }

  #sight: Sight = () => null;

  #again(): void {
    if (this.#eye) this.place(this.#eye, this.#sight);
  }

  #placeMark({ position, element: shown, isAlwaysSeen }: Marked, eye: Eye): void {
    const spot = onCanvas(eye, position);
    const isInside =
      spot !== null && spot.x >= 0 && spot.y >= 0 && spot.x <= eye.width && spot.y <= eye.height;
    shown.hidden = !isInside || (!isAlwaysSeen && this.#isHidden(position, eye));
    if (spot) shown.style.transform = `translate(-50%, -50%) translate(${spot.x}px, ${spot.y}px)`;
  }

  #isHidden(position: Vector, eye: Eye): boolean {
    const way = minus(position, eye.view.position);
    const distance = length(way);
    const seen = this.#sight(eye.view.position, times(way, 1 / Math.max(distance, 1e-9)), distance);
    return seen !== null && seen < BEFORE * distance;
  }

  #placeLine(eye: Eye): void {
    const [from, to] = (this.#line ?? []).map((point) => onCanvas(eye, point));
    this.#lines.replaceChildren();
    if (!from || !to) return;
    const drawn = document.createElementNS(SVG, "path");
    drawn.setAttribute("d", `M${from.x} ${from.y}L${to.x} ${to.y}`);
    this.#lines.append(drawn);
  }
}
