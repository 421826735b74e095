/** Mouse, touch, wheel and keyboard, gathered into what is wanted in a frame. */
import { heldOnGamepads } from "./gamepad";
import type { Intent } from "./intent";
import { COMMANDS, type Command, HELD, NEARER } from "./keys";
import { between } from "./space";

const WHEEL_PX_A_STEP = 100;
const LINE_PX = 33;
const STEPS_OF_A_DOUBLING = 5;
/** Held no longer and moved no farther, a press is a tap. */
const TAP_MS = 350;
const TAP_PX = 7;
const WRITES = "input, textarea, select, dialog, audio, video";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Press extends Point {
  readonly time: number;
}

/** Whose keys and wheel these are: the whole page's, or only the canvas's, while that has the focus. */
export type Reach = "page" | "canvas";

export class Input {
  readonly #canvas: HTMLCanvasElement;
  readonly #reach: Reach;
  readonly #closing = new AbortController();
  readonly #onCommand: (command: Command) => void;
  readonly #held = new Set<string>();
  readonly #pointers = new Map<number, Point>();
  #isPanning = false;
  #isFast = false;
  #look: [number, number] = [0, 0];
  #pan: [number, number] = [0, 0];
  #nearer = 0;
  #tap: [number, number] | null = null;
  /** What may yet become a tap. */
  #pressed: Press | null = null;

  constructor(canvas: HTMLCanvasElement, onCommand: (command: Command) => void, reach: Reach = "page") {
    this.#canvas = canvas;
    this.#onCommand = onCommand;
    this.#reach = reach;
    canvas.addEventListener("pointerdown", this.#press);
    canvas.addEventListener("pointermove", this.#drag);
    for (const end of ["pointerup", "pointercancel"] as const) canvas.addEventListener(end, this.#release);
    canvas.addEventListener("wheel", this.#roll, { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("blur", () => delete canvas.dataset.held);
    const keys: EventTarget = reach === "page" ? window : canvas;
    const { signal } = this.#closing;
    keys.addEventListener("keydown", this.#keyDown as EventListener, { signal });
    keys.addEventListener("keyup", this.#keyUp as EventListener, { signal });
    for (const left of new Set([window, keys]))
      left.addEventListener("blur", () => this.#letGo(), { signal });
  }

  /** Listens no more. */
  close(): void {
    this.#closing.abort();
  }

  /** What was wanted since it was taken last. */
  take(): Intent {
    const keys = this.#heldAxes();
    const pad = heldOnGamepads(navigator);
    const both = (one: number, other: number) => between(-1, one + other, 1);
    const intent: Intent = {
      look: this.#look,
      pan: this.#pan,
      nearer: this.#nearer,
      move: [
        both(keys.move[0], pad.move[0]),
        both(keys.move[1], pad.move[1]),
        both(keys.move[2], pad.move[2]),
      ],
      turn: [both(keys.turn[0], pad.turn[0]), both(keys.turn[1], pad.turn[1])],
      isFast: this.#isFast || pad.isFast,
      tap: this.#tap,
    };
    this.#look = [0, 0];
    this.#pan = [0, 0];
    this.#nearer = 0;
    this.#tap = null;
    return intent;
  }

  #heldAxes(): Pick<Intent, "move" | "turn"> {
    const axes = { move: [0, 0, 0] as [number, number, number], turn: [0, 0, 0] as [number, number, number] };
    for (const code of this.#held) {
      const [what, axis, sign] = HELD[code] ?? [];
      if (what !== undefined && axis !== undefined && sign !== undefined)
        axes[what][axis] = between(-1, axes[what][axis] + sign, 1);
    }
    return { move: axes.move, turn: [axes.turn[0], axes.turn[1]] };
  }

  readonly #press = (event: PointerEvent): void => {
    this.#canvas.dataset.held = ""; // whoever has it in hand needs no ring around it
    this.#canvas.focus({ preventScroll: true });
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, at(event));
    this.#isPanning = event.button === 2 || event.button === 1;
    const isTap = event.button === 0 && this.#pointers.size === 1;
    this.#pressed = isTap ? { ...at(event), time: event.timeStamp } : null;
    event.preventDefault();
  };

  readonly #drag = (event: PointerEvent): void => {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    if (this.#pointers.size === 1) this.#dragOne(before, now, this.#isPanning || event.ctrlKey);
    else this.#dragTwo(event.pointerId, before, now);
    this.#pointers.set(event.pointerId, now);
  };

  #dragOne(before: Point, now: Point, isPanning: boolean): void {
    const sum = isPanning ? this.#pan : this.#look;
    sum[0] += now.x - before.x;
    sum[1] += now.y - before.y;
  }

  /** Two fingers: their middle shifts, their distance goes nearer. */
  #dragTwo(id: number, before: Point, now: Point): void {
    const [other] = [...this.#pointers].filter(([pointer]) => pointer !== id).map(([, point]) => point);
    if (!other) return;
    this.#pan[0] += (now.x - before.x) / 2;
    this.#pan[1] += (now.y - before.y) / 2;
    const distance = (point: Point) => Math.max(20, Math.hypot(point.x - other.x, point.y - other.y));
    this.#nearer += STEPS_OF_A_DOUBLING * Math.log2(distance(now) / distance(before));
  }

  readonly #release = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
    const pressed = this.#pressed;
    this.#pressed = null;
    if (!pressed || event.type !== "pointerup" || event.timeStamp - pressed.time > TAP_MS) return;
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > TAP_PX) return;
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    this.#tap = [event.clientX - left - width / 2, event.clientY - top - height / 2];
  };

  readonly #roll = (event: WheelEvent): void => {
    // Within a page the wheel is for the page, until what is shown is taken in hand.
    const isWithin = this.#reach === "canvas" || window.parent !== window;
    if (isWithin && document.activeElement !== this.#canvas) return;
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE_PX : event.deltaY;
    // A pinch on a trackpad comes as a wheel with small steps.
    this.#nearer -= (pixels / WHEEL_PX_A_STEP) * (event.ctrlKey ? 6 : 1);
  };

  readonly #keyDown = (event: KeyboardEvent): void => {
    this.#isFast = event.shiftKey;
    if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event)) return;
    const command = COMMANDS[event.key.toLowerCase()];
    const nearer = NEARER[event.key];
    if (event.code in HELD) this.#held.add(event.code);
    else if (command && !event.repeat) this.#onCommand(command);
    else if (nearer) this.#nearer += nearer;
    else return;
    event.preventDefault();
  };

  readonly #keyUp = (event: KeyboardEvent): void => {
    this.#isFast = event.shiftKey;
    this.#held.delete(event.code);
  };

  #letGo(): void {
    this.#held.clear();
    this.#pointers.clear();
    this.#isFast = false;
  }
}

const at = (event: PointerEvent): Point => ({ x: event.clientX, y: event.clientY });

/** Typed into something that takes keys itself. */
function isElsewhere(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest(WRITES) !== null;
}
