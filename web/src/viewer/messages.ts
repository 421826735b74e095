/**
 * How the page around an embed talks with it, by `postMessage`; docs/embedding.md is written for those pages.
 *
 * Every message is `{ diorama: 1, type, ... }`. Only the page that holds the frame is listened to; once it has
 * said "hello" its origin alone is told what happens. `?host=ORIGIN` in the frame's address lets nobody else in.
 */
import { PROTOCOL, type TourTold } from "../embed/protocol";
import { MODES, type ModeName } from "./address";
import type { Listener, ViewerEvent } from "./events";
import type { Vector } from "./space";
import type { View } from "./view";

const DEGREES = 180 / Math.PI;

/** What a viewer can be asked for. */
export interface Commanded {
  goTo(view: View): void;
  moveBy(mode: ModeName): void;
  /** Goes there and opens it; null closes what is open. */
  openHotspot(id: string | null): void;
  reset(): void;
  play(): void;
  pause(): void;
}

export class Messages {
  readonly #host: string | null;
  readonly #start: () => void;
  /** The origin that said hello. */
  #origin: string | null = null;
  #viewer: Commanded | null = null;
  /** What a page that says hello late has missed: the last of each kind. */
  readonly #missed = new Map<ViewerEvent["type"], ViewerEvent>();

  /** Listens to `host` alone where it is named. `start` is done when the page wants the place on the canvas. */
  constructor(host: string | null, start: () => void) {
    this.#host = host;
    this.#start = start;
    window.addEventListener("message", (message) => this.#take(message));
  }

  obey(viewer: Commanded): void {
    this.#viewer = viewer;
  }

  readonly tell: Listener = (event) => {
    this.#missed.set(event.type, event);
    if (this.#origin !== null) window.parent.postMessage(inWords(event), this.#origin);
  };

  #take({ source, origin, data }: MessageEvent): void {
    if (source !== window.parent || source === window || !isOurs(data)) return;
    if (this.#host !== null && origin !== this.#host) return;
    if (data.type === "hello") this.#greet(origin);
    else if (data.type === "start") this.#start();
    else if (this.#viewer !== null) command(this.#viewer, data);
  }

  #greet(origin: string): void {
    // A page without an origin (a file, a sandbox) can't be named: nothing is told to it.
    this.#origin = origin === "null" ? null : origin;
    for (const event of this.#missed.values()) this.tell(event);
  }
}

type Message = Readonly<Record<string, unknown>>;

function isOurs(data: unknown): data is Message {
  return typeof data === "object" && data !== null && (data as Message).diorama === PROTOCOL;
}

function command(viewer: Commanded, message: Message): void {
  const mode = MODES.find((name) => name === message.mode);
  const view = viewIn(message);
  if (message.type === "go_to" && view) viewer.goTo(view);
  else if (message.type === "mode" && mode) viewer.moveBy(mode);
  else if (message.type === "hotspot" && isHotspotId(message.hotspot_id)) {
    viewer.openHotspot(message.hotspot_id);
  } else if (message.type === "reset") viewer.reset();
  else if (message.type === "play") viewer.play();
  else if (message.type === "pause") viewer.pause();
}

const isHotspotId = (id: unknown): id is string | null => typeof id === "string" || id === null;

function viewIn({ position, yaw_deg, pitch_deg }: Message): View | null {
  const numbers = [...(Array.isArray(position) ? position : []), yaw_deg, pitch_deg];
  if (numbers.length !== 5 || !numbers.every(Number.isFinite)) return null;
  const [x, y, z, yaw, pitch] = numbers as [number, number, number, number, number];
  const place: Vector = [x, y, z];
  return { position: place, yaw: yaw / DEGREES, pitch: pitch / DEGREES, roll: 0 };
}

type Told = { readonly [Type in keyof TourTold]: { readonly type: Type } & TourTold[Type] }[keyof TourTold];

function inWords(event: ViewerEvent): { readonly diorama: typeof PROTOCOL } & Told {
  switch (event.type) {
    case "ready": {
      const { tourId: tour_id, name, hasPath: has_path } = event;
      const hotspots = event.hotspots.map(({ id, title }) => ({ hotspot_id: id, title }));
      return { diorama: PROTOCOL, type: "ready", tour_id, name, has_path, hotspots };
    }
    case "level":
      return { diorama: PROTOCOL, type: "level", level: event.level, splats: event.splats };
    case "view": {
      const { position, yaw, pitch } = event.view;
      const angles = { yaw_deg: yaw * DEGREES, pitch_deg: pitch * DEGREES };
      return { diorama: PROTOCOL, type: "view", position, ...angles, mode: event.mode };
    }
    case "hotspot": {
      const { id: hotspot_id, title, isOpen: is_open } = event;
      return { diorama: PROTOCOL, type: "hotspot", hotspot_id, title, is_open };
    }
    case "problem":
      return { diorama: PROTOCOL, type: "problem", kind: event.kind };
  }
}
