/** Looking around with a headset, by WebXR. Loaded only where there is one and somebody wants it. */
import { type AppBase, type Entity, XRSPACE_LOCALFLOOR, XRTYPE_VR, XrManager } from "playcanvas";
import type { Place } from "./place";
import type { Vector } from "./space";
import { rightOf, type View } from "./view";

/** A stick pushed so far moves. */
const PUSHED = 0.2;
const TURN = Math.PI / 6;
const DEGREES = 180 / Math.PI;
const TURNED_BEYOND = 0.7;
const [NEAR_M, FAR_M] = [0.05, 1000];
/** After a longer pause one goes on from where one stood. */
const LONGEST_STEP_S = 0.25;

export interface HeadsetEvents {
  /** The session is over; the view is where the visitor stands now. */
  onEnd(view: View): void;
}

/** Starts a session at a view. Throws where the device or the person does not allow it. */
export async function startHeadset(
  app: AppBase,
  camera: Entity,
  place: Place,
  from: View,
  events: HeadsetEvents,
): Promise<void> {
  const xr = app.xr ?? new XrManager(app);
  app.xr = xr;
  // What there is was asked for when the manager was made, and is not answered at once.
  if (!xr.isAvailable(XRTYPE_VR)) {
    await new Promise((ready) => xr.once(`available:${XRTYPE_VR}`, ready));
  }
  const visit = new HeadsetVisit(app, camera, place, from, events);
  await visit.start();
}

/** Stands where the visit was; the body's own moves come on top. */
class HeadsetVisit {
  readonly #app: AppBase;
  readonly #camera: Entity;
  readonly #place: Place;
  readonly #events: HeadsetEvents;
  #at: Vector;
  #yaw: number;
  #hasTurned = false;
  #steppedAt = performance.now();

  constructor(app: AppBase, camera: Entity, place: Place, from: View, events: HeadsetEvents) {
    this.#app = app;
    this.#camera = camera;
    this.#place = place;
    this.#events = events;
    this.#at = this.#onFloor(from.position);
    this.#yaw = from.yaw;
  }

  start(): Promise<void> {
    const { xr } = this.#app;
    if (!xr) return Promise.reject(new Error("no WebXR"));
    xr.on("update", this.#step);
    xr.once("end", () => this.#end());
    return new Promise((resolve, reject) => {
      const camera = this.#camera.camera;
      if (!camera) return reject(new Error("no camera"));
      [camera.nearClip, camera.farClip] = [NEAR_M, FAR_M];
      camera.startXr(XRTYPE_VR, XRSPACE_LOCALFLOOR, {
        callback: (error) => {
          if (error) {
            xr.off("update", this.#step);
            return reject(error);
          }
          this.#app.autoRender = true;
          this.#stand();
          resolve();
        },
      });
    });
  }

  readonly #step = (): void => {
    const [across, ahead] = this.#sticks();
    const now = performance.now();
    const seconds = Math.min((now - this.#steppedAt) / 1000, LONGEST_STEP_S);
    this.#steppedAt = now;
    if (Math.hypot(across, ahead) > PUSHED) {
      const { speed, solids } = this.#place;
      const yaw = this.#headYaw();
      const right = rightOf({ position: this.#at, yaw, pitch: 0, roll: 0 });
      const way = [
        (right[0] * across + Math.sin(yaw) * ahead) * speed * seconds,
        (right[2] * across + Math.cos(yaw) * ahead) * speed * seconds,
      ] as const;
      const to = [this.#at[0] + way[0], this.#at[2] + way[1]] as const;
      const [x, z] = solids ? solids.ground.slide([this.#at[0], this.#at[2]], to) : to;
      this.#at = [x, this.#at[1], z];
    }
    this.#stand();
  };

  /** The left stick moves; the right one turns in steps, which makes nobody sick. */
  #sticks(): [number, number] {
    let moved: [number, number] = [0, 0];
    for (const source of this.#app.xr?.input.inputSources ?? []) {
      const axes = source.gamepad?.axes ?? [];
      const [x, y] = [axes[2] ?? 0, axes[3] ?? 0];
      if (source.handedness === "right") this.#turn(x);
      else moved = [x, y];
    }
    return moved;
  }

  #turn(pushed: number): void {
    const isTurned = Math.abs(pushed) > TURNED_BEYOND;
    if (isTurned && !this.#hasTurned) this.#yaw -= Math.sign(pushed) * TURN;
    this.#hasTurned = isTurned;
  }

  #headYaw(): number {
    const { x, z } = this.#camera.forward;
    return Math.atan2(-x, -z);
  }

  #onFloor([x, , z]: Vector): Vector {
    const [standX, standZ] = this.#place.solids?.ground.nearest([x, z]) ?? [x, z];
    return [standX, this.#place.floor, standZ];
  }

  #stand(): void {
    const rig = this.#camera.parent;
    rig?.setPosition(...this.#at);
    rig?.setEulerAngles(0, this.#yaw * DEGREES, 0);
  }

  #end(): void {
    this.#app.xr?.off("update", this.#step);
    this.#app.autoRender = false;
    this.#camera.parent?.setPosition(0, 0, 0);
    this.#camera.parent?.setEulerAngles(0, 0, 0);
    const [x, , z] = this.#at;
    this.#events.onEnd({ position: [x, this.#place.eyeLevel, z], yaw: this.#yaw, pitch: 0, roll: 0 });
  }
}
