/** Mouse, pen and fingers on the photo, told as what a person wants. */
import type { Point } from "./view";

const TAP_PX = 6;
const LONG_PRESS_MS = 550;
const WHEEL_PX_A_DOUBLING = 400;
/** A pinch on a trackpad comes as a wheel with small steps. */
const PINCH_PX_A_DOUBLING = 60;
const LINE_PX = 33;
const LEFT = 0;
const MIDDLE = 1;
const RIGHT = 2;

/** Places are screen pixels of the canvas. `isOther`: with the other button, Alt, or by a long press. */
export interface Hand {
  readonly taps: (at: Point, isOther: boolean) => void;
  /** Whether what is dragged is a tool; else the photo is shifted. */
  readonly grabs: (at: Point, isOther: boolean) => boolean;
  readonly drags: (to: Point) => void;
  /** Lets go of the tool; `isMeant` is false where a second finger shows that it was none. */
  readonly drops: (isMeant: boolean) => void;
  readonly shifts: (x: number, y: number) => void;
  readonly zooms: (factor: number, around: Point) => void;
  readonly hovers: (at: Point | null) => void;
}

interface Press {
  readonly from: Point;
  readonly isOther: boolean;
  readonly kind: "tap" | "tool" | "shift";
}

export class Pointers {
  /** Space is held: what is dragged is the photo. */
  isShifting = false;
  readonly #canvas: HTMLCanvasElement;
  readonly #hand: Hand;
  readonly #held = new Map<number, Point>();
  #press: Press | null = null;
  #longPress = 0;
  readonly #leave = new AbortController();

  constructor(canvas: HTMLCanvasElement, hand: Hand) {
    this.#canvas = canvas;
    this.#hand = hand;
    const { signal } = this.#leave;
    canvas.addEventListener("pointerdown", this.#down, { signal });
    canvas.addEventListener("pointermove", this.#move, { signal });
    canvas.addEventListener("pointerup", this.#up, { signal });
    canvas.addEventListener("pointercancel", this.#cancel, { signal });
    canvas.addEventListener("pointerleave", () => hand.hovers(null), { signal });
    canvas.addEventListener("wheel", this.#roll, { signal, passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  close(): void {
    clearTimeout(this.#longPress);
    this.#leave.abort();
  }

  readonly #down = (event: PointerEvent): void => {
    const at = this.#at(event);
    this.#canvas.focus({ preventScroll: true });
    this.#canvas.setPointerCapture(event.pointerId);
    this.#held.set(event.pointerId, at);
    event.preventDefault();
    if (this.#held.size > 1) this.#letGo(false);
    else if (event.button === LEFT || event.button === RIGHT || event.button === MIDDLE) {
      this.#begin(at, event);
    }
  };

  #begin(at: Point, event: PointerEvent): void {
    const isOther = event.button === RIGHT || event.altKey;
    const isShift = this.isShifting || event.button === MIDDLE;
    const kind = isShift ? "shift" : this.#hand.grabs(at, isOther) ? "tool" : "tap";
    this.#press = { from: at, isOther, kind };
    if (kind !== "tap" || event.pointerType !== "touch") return;
    this.#longPress = window.setTimeout(() => {
      this.#press = null;
      this.#hand.taps(at, true);
    }, LONG_PRESS_MS);
  }

  readonly #move = (event: PointerEvent): void => {
    const now = this.#at(event);
    const before = this.#held.get(event.pointerId);
    if (event.pointerType !== "touch") this.#hand.hovers(now);
    if (before === undefined) return;
    this.#held.set(event.pointerId, now);
    if (this.#held.size > 1) this.#pinch(event.pointerId, before, now);
    else this.#drag(before, now, event);
  };

  #drag(before: Point, now: Point, event: PointerEvent): void {
    const press = this.#press;
    if (press === null) return;
    if (press.kind === "tool") {
      // All places since the last event: a quick line stays a line.
      const between = event.getCoalescedEvents?.() ?? [];
      for (const one of between.length > 0 ? between : [event]) this.#hand.drags(this.#at(one));
    } else if (press.kind === "shift") {
      this.#hand.shifts(now.x - before.x, now.y - before.y);
    } else if (Math.hypot(now.x - press.from.x, now.y - press.from.y) > TAP_PX) {
      clearTimeout(this.#longPress);
      this.#press = { ...press, kind: "shift" };
      this.#hand.shifts(now.x - press.from.x, now.y - press.from.y);
    }
  }

  /** Two fingers: their middle shifts, their distance goes nearer. */
  #pinch(id: number, before: Point, now: Point): void {
    const [other] = [...this.#held].filter(([pointer]) => pointer !== id).map(([, point]) => point);
    if (other === undefined) return;
    const distance = (point: Point) => Math.max(20, Math.hypot(point.x - other.x, point.y - other.y));
    this.#hand.shifts((now.x - before.x) / 2, (now.y - before.y) / 2);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.#hand.zooms(distance(now) / distance(before), middle);
  }

  readonly #up = (event: PointerEvent): void => {
    this.#held.delete(event.pointerId);
    const press = this.#press;
    if (press?.kind === "tap") this.#hand.taps(press.from, press.isOther);
    this.#letGo(true);
  };

  readonly #cancel = (event: PointerEvent): void => {
    this.#held.delete(event.pointerId);
    this.#letGo(false);
  };

  #letGo(isMeant: boolean): void {
    clearTimeout(this.#longPress);
    if (this.#press?.kind === "tool") this.#hand.drops(isMeant);
    this.#press = null;
  }

  readonly #roll = (event: WheelEvent): void => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE_PX : event.deltaY;
    const doubling = event.ctrlKey ? PINCH_PX_A_DOUBLING : WHEEL_PX_A_DOUBLING;
    this.#hand.zooms(2 ** (-pixels / doubling), this.#at(event));
  };

  #at(event: MouseEvent): Point {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
