/** Measuring: two points on what is seen, and how far it is from one to the other. */
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import type { Manifest } from "./manifest";
import type { Marked, Overlay } from "./overlay";
import { length, minus, plus, times, type Vector } from "./space";

const words = viewerStrings.measure;

/** A length in the world's units, in words: metres only where they are known. */
export function inWords(distance: number, scale: Manifest["scale_source"]): string {
  const digits = distance < 1 ? 3 : 2;
  if (scale === "reference") return words.metres(distance.toFixed(digits));
  if (scale === "assumed_eye_height_1.6m") return words.about(distance.toFixed(2));
  return words.units(distance.toFixed(digits));
}

export class Measure {
  readonly element: HTMLElement;
  readonly #overlay: Overlay;
  readonly #scale: Manifest["scale_source"];
  readonly #told = element("p", { role: "status" }, words.first);
  readonly #aim = element("button", { type: "button", class: "action" }, words.aim);
  readonly #label = element("output", { class: "length" });
  #points: Vector[] = [];
  #marks: Marked[] = [];

  constructor(overlay: Overlay, scale: Manifest["scale_source"], events: { aim(): void; end(): void }) {
    this.#overlay = overlay;
    this.#scale = scale;
    const clear = element("button", { type: "button", class: "quiet" }, words.clear);
    const done = element("button", { type: "button", class: "quiet" }, words.done);
    this.#aim.addEventListener("click", () => events.aim());
    clear.addEventListener("click", () => this.clear());
    done.addEventListener("click", () => events.end());
    this.element = element(
      "section",
      { class: "strip", "aria-label": words.label, hidden: true },
      this.#told,
      this.#aim,
      clear,
      done,
    );
  }

  get isOn(): boolean {
    return !this.element.hidden;
  }

  start(): void {
    this.element.hidden = false;
    this.clear();
  }

  end(): void {
    this.clear();
    this.element.hidden = true;
  }

  /** A point that was pointed at; null where nothing is. A third one begins anew. */
  take(point: Vector | null): void {
    if (point === null) {
      this.#told.textContent = words.nothing;
      return;
    }
    if (this.#points.length === 2) this.clear();
    this.#points.push(point);
    this.#mark(point, element("span", { class: "end" }));
    if (this.#points.length === 1) this.#told.textContent = words.second;
    else this.#finish();
  }

  clear(): void {
    for (const mark of this.#marks) this.#overlay.remove(mark);
    this.#marks = [];
    this.#points = [];
    this.#overlay.draw(null);
    this.#told.textContent = words.first;
  }

  #finish(): void {
    const [from, to] = this.#points;
    if (!from || !to) return;
    this.#overlay.draw([from, to]);
    const told = inWords(length(minus(to, from)), this.#scale);
    this.#label.textContent = told;
    this.#mark(times(plus(from, to), 0.5), this.#label);
    this.#told.textContent = words.result(told);
  }

  #mark(position: Vector, shown: HTMLElement): void {
    const mark = { position, element: shown, isAlwaysSeen: true };
    this.#marks.push(mark);
    this.#overlay.add(mark);
  }
}
