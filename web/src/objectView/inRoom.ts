/** An object standing in one's own room, by WebXR. Loaded only where the device has that and somebody wants it. */
import {
  type AppBase,
  type Entity,
  XRSPACE_LOCALFLOOR,
  XRSPACE_VIEWER,
  XRTYPE_AR,
  type XrInputSource,
  XrManager,
} from "playcanvas";
import { element } from "../viewer/element";
import { between, type Vector } from "../viewer/space";
import { type Bounds, sizeOf } from "./aim";

export interface RoomWords {
  readonly hint: string;
  readonly smaller: string;
  readonly larger: string;
  readonly turn: string;
  readonly leave: string;
}

/** What stands there: `thing` holds all of it, in the object's frame; metres where `isMetric`. */
export interface Guest {
  readonly camera: Entity;
  readonly thing: Entity;
  readonly bounds: Bounds;
  readonly isMetric: boolean;
}

/** From corner to corner, of an object whose own size nobody knows. */
const USUAL_M = 0.6;
const AHEAD_M = 1.2;
const [LEAST_TIMES, MOST_TIMES] = [0.05, 20];
const STEP = 1.15;
const TURN_DEG = 30;
/** Of a controller's stick, a second: as many steps, and as many turns. */
const STICK_STEPS = 6;
const PUSHED = 0.2;
/** A tap goes to what was seen in the middle of the picture so long ago at most. */
const FRESH_MS = 500;
const [NEAR_M, FAR_M] = [0.02, 100];
const DEGREES = 180 / Math.PI;

/** Shows the object in the room until its session ends. Throws where the device or the person does not allow it. */
export async function standInRoom(
  app: AppBase,
  guest: Guest,
  words: RoomWords,
  onEnd: () => void,
): Promise<void> {
  const xr = app.xr ?? new XrManager(app);
  app.xr = xr;
  // What there is was asked for when the manager was made, and is not answered at once.
  if (!xr.isAvailable(XRTYPE_AR)) await new Promise((ready) => xr.once(`available:${XRTYPE_AR}`, ready));
  await new InRoom(app, xr, guest, words, onEnd).start();
}

/** Where a ray meets the floor; null where it does not come down. */
export function onFloorAlong(origin: Vector, direction: Vector): Vector | null {
  if (direction[1] > -1e-3 || origin[1] <= 0) return null;
  const far = -origin[1] / direction[1];
  return [origin[0] + far * direction[0], 0, origin[2] + far * direction[2]];
}

function pointedAt(source: XrInputSource): Vector | null {
  const [from, towards] = [source.getOrigin(), source.getDirection()];
  return onFloorAlong([from.x, from.y, from.z], [towards.x, towards.y, towards.z]);
}

class InRoom {
  readonly #app: AppBase;
  readonly #xr: XrManager;
  readonly #guest: Guest;
  readonly #onEnd: () => void;
  readonly #overlay: HTMLElement;
  #at: Vector | null = null;
  #turn_deg = 0;
  #times: number;
  #seen: { readonly at: Vector; readonly when: number } | null = null;
  #before = performance.now();

  constructor(app: AppBase, xr: XrManager, guest: Guest, words: RoomWords, onEnd: () => void) {
    this.#app = app;
    this.#xr = xr;
    this.#guest = guest;
    this.#onEnd = onEnd;
    this.#times = guest.isMetric ? 1 : USUAL_M / sizeOf(guest.bounds);
    this.#overlay = this.#makeOverlay(words);
  }

  start(): Promise<void> {
    const { camera } = this.#guest.camera;
    if (!camera) return Promise.reject(new Error("no camera"));
    document.body.append(this.#overlay);
    this.#xr.domOverlay.root = this.#overlay;
    [camera.nearClip, camera.farClip] = [NEAR_M, FAR_M];
    return new Promise((resolve, reject) => {
      camera.startXr(XRTYPE_AR, XRSPACE_LOCALFLOOR, {
        callback: (error) => {
          if (error) {
            this.#overlay.remove();
            return reject(error);
          }
          this.#listen();
          resolve();
        },
      });
    });
  }

  #listen(): void {
    const { hitTest, input } = this.#xr;
    this.#app.autoRender = true;
    this.#xr.on("update", this.#step);
    input.on("select", this.#select);
    hitTest.once("available", () => hitTest.start({ spaceType: XRSPACE_VIEWER }));
    hitTest.on("result", this.#see);
    this.#xr.once("end", () => {
      this.#xr.off("update", this.#step);
      input.off("select", this.#select);
      hitTest.off("result", this.#see);
      this.#app.autoRender = false;
      this.#overlay.remove();
      this.#onEnd();
    });
  }

  #makeOverlay(words: RoomWords): HTMLElement {
    const button = (name: string, act: () => void) => {
      const made = element("button", { type: "button" }, name);
      made.addEventListener("click", act);
      return made;
    };
    const buttons = element(
      "div",
      {},
      button(words.smaller, () => this.#resize(1 / STEP)),
      button(words.larger, () => this.#resize(STEP)),
      button(words.turn, () => this.#rotate(TURN_DEG)),
      button(words.leave, () => this.#xr.end()),
    );
    // What is meant for a button does not move the object.
    buttons.addEventListener("beforexrselect", (event) => event.preventDefault());
    return element("div", { class: "room-overlay" }, element("p", {}, words.hint), buttons);
  }

  readonly #step = (): void => {
    const now = performance.now();
    const seconds = Math.min(0.1, (now - this.#before) / 1000);
    this.#before = now;
    if (this.#at === null) this.#putAhead();
    for (const { gamepad } of this.#xr.input.inputSources) {
      const [across = 0, down = 0] = gamepad?.axes.slice(-2) ?? [];
      if (Math.abs(down) > PUSHED) this.#resize(STEP ** (-down * STICK_STEPS * seconds));
      if (Math.abs(across) > PUSHED) this.#rotate(across * STICK_STEPS * TURN_DEG * seconds);
    }
  };

  readonly #see = (_source: unknown, { x, y, z }: { x: number; y: number; z: number }): void => {
    this.#seen = { at: [x, y, z], when: performance.now() };
  };

  readonly #select = (source: XrInputSource): void => {
    const isFresh = this.#seen !== null && performance.now() - this.#seen.when < FRESH_MS;
    // A controller points by itself; with a phone, the middle of the picture does.
    const isAimed = source.targetRayMode === "screen" && isFresh;
    const at = isAimed ? this.#seen?.at : pointedAt(source);
    if (at) this.#put(at);
  };

  /** Before whoever looks, on the floor. */
  #putAhead(): void {
    const { camera, bounds } = this.#guest;
    const [eye, towards] = [camera.getPosition(), camera.forward];
    const flat = Math.hypot(towards.x, towards.z) || 1;
    const far = AHEAD_M + (this.#times * sizeOf(bounds)) / 2;
    this.#put([eye.x + (far * towards.x) / flat, 0, eye.z + (far * towards.z) / flat]);
  }

  /** There, its front towards whoever looks. */
  #put(at: Vector): void {
    const eye = this.#guest.camera.getPosition();
    this.#at = at;
    this.#turn_deg = Math.atan2(eye.x - at[0], eye.z - at[2]) * DEGREES;
    this.#show();
  }

  #resize(by: number): void {
    const first = this.#guest.isMetric ? 1 : USUAL_M / sizeOf(this.#guest.bounds);
    this.#times = between(LEAST_TIMES * first, this.#times * by, MOST_TIMES * first);
    this.#show();
  }

  #rotate(by_deg: number): void {
    this.#turn_deg += by_deg;
    this.#show();
  }

  #show(): void {
    const { thing } = this.#guest;
    if (this.#at) thing.setPosition(...this.#at);
    thing.setEulerAngles(0, this.#turn_deg, 0);
    thing.setLocalScale(this.#times, this.#times, this.#times);
  }
}
