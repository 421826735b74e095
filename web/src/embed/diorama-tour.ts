/**
 * `<diorama-tour>`: a tour as an element of somebody else's page; docs/embedding.md is written for those pages.
 *
 * A script of its own without anything of the viewer, which runs in a frame of the studio's origin. It writes no
 * inline style and no inline script, so it runs under a strict Content-Security-Policy.
 */
import { frameAddress } from "./frameAddress";
import { playSign, styleSheet } from "./looks";
import { PROTOCOL, type TourCommand, type TourMode, type TourTold, type TourView } from "./protocol";

export type { TourHotspot, TourMode, TourTold, TourView } from "./protocol";

export type TourEventMap = { readonly [Type in keyof TourTold]: CustomEvent<TourTold[Type]> };

const TAG = "diorama-tour";
const TOLD: readonly string[] = ["ready", "level", "view", "hotspot", "problem"] satisfies (keyof TourTold)[];
const UNNAMED = "3D tour";
const ALLOWED = "fullscreen; clipboard-write; gamepad; xr-spatial-tracking; accelerometer; gyroscope";
/** Frames are begun a little before they scroll into sight. */
const NEARBY = "200px";
/** The studio that this script comes from; null where it was bundled with others. */
const HOME = (document.currentScript as HTMLScriptElement | null)?.src ?? null;

/**
 * Attributes: `src`, or `tour` (and `studio` where the script comes from elsewhere); `name` for those who don't
 * see it; `load` ("visible", "eager" or "click"); `poster`, a picture for "click"; `mode`; `level`.
 */
export class DioramaTour extends HTMLElement {
  static readonly observedAttributes = ["src", "tour", "studio", "name", "poster", "load", "mode", "level"];

  readonly #root = this.attachShadow({ mode: "open" });
  readonly #nearby = new IntersectionObserver((seen) => this.#notice(seen), { rootMargin: NEARBY });
  readonly #hear = (message: MessageEvent) => this.#take(message);
  #frame: HTMLIFrameElement | null = null;
  #origin = "";
  #isReady = false;
  #hasStarted = false;
  /** What was asked for before the tour could obey. */
  #queued: TourCommand[] = [];

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [styleSheet()];
  }

  connectedCallback(): void {
    window.addEventListener("message", this.#hear);
    this.#begin();
  }

  disconnectedCallback(): void {
    window.removeEventListener("message", this.#hear);
    this.#end();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === "name") this.#nameFrame();
    else if (name === "mode" && this.#frame) this.setMode(now as TourMode);
    else {
      this.#end();
      this.#begin();
    }
  }

  /** Commands are obeyed at once; before, they wait. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Shows the place now, wherever the page is scrolled and whatever `load` says. */
  start(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    if (this.#frame) this.#send({ type: "start" });
    else this.#open(false);
  }

  /** Glides there. */
  goTo({ position, yaw_deg, pitch_deg }: TourView): void {
    this.#ask({ type: "go_to", position, yaw_deg, pitch_deg });
  }

  setMode(mode: TourMode): void {
    this.#ask({ type: "mode", mode });
  }

  /** Goes to a hotspot and opens it. */
  openHotspot(hotspotId: string): void {
    this.#ask({ type: "hotspot", hotspot_id: hotspotId });
  }

  /** Closes the hotspot that is open. */
  closeHotspot(): void {
    this.#ask({ type: "hotspot", hotspot_id: null });
  }

  /** Back to the start of the visit. */
  reset(): void {
    this.#ask({ type: "reset" });
  }

  /** Follows the path through the place, where it has one. */
  play(): void {
    this.#ask({ type: "play" });
  }

  pause(): void {
    this.#ask({ type: "pause" });
  }

  override addEventListener<Type extends keyof TourEventMap>(
    type: Type,
    listener: (this: DioramaTour, event: TourEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }

  #begin(): void {
    const [load, poster] = [this.getAttribute("load"), this.getAttribute("poster")];
    if (load === "eager") this.start();
    else if (load === "click" && poster) this.#invite(poster);
    else this.#nearby.observe(this);
  }

  #end(): void {
    this.#nearby.disconnect();
    this.#root.replaceChildren();
    this.#frame = null;
    this.#isReady = false;
    this.#hasStarted = false;
    this.#queued = [];
  }

  #notice(seen: readonly IntersectionObserverEntry[]): void {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    this.#nearby.disconnect();
    if (this.#frame) return;
    const isWaiting = this.getAttribute("load") === "click";
    this.#hasStarted = !isWaiting;
    this.#open(isWaiting);
  }

  /** A picture of the page's own, and nothing from the studio before somebody wants it. */
  #invite(poster: string): void {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("part", "poster");
    button.setAttribute("aria-label", this.#name);
    const picture = document.createElement("img");
    picture.src = poster;
    picture.alt = "";
    picture.loading = "lazy";
    button.append(picture, playSign());
    button.addEventListener("click", () => {
      this.start();
      this.#frame?.focus();
    });
    this.#root.replaceChildren(button);
  }

  #open(isWaiting: boolean): void {
    const studio = this.getAttribute("studio") ?? HOME;
    const [src, tour, mode, level] = ["src", "tour", "mode", "level"].map((name) => this.getAttribute(name));
    const written = {
      src: src ?? null,
      tour: tour ?? null,
      studio,
      mode: mode ?? null,
      level: level ?? null,
    };
    const around = { base: document.baseURI, host: window.location.origin, isWaiting };
    const address = frameAddress(written, around);
    this.#nearby.disconnect();
    if (!address) {
      this.#root.replaceChildren(document.createElement("slot")); // what is written between the element's tags
      this.#tell("problem", { kind: "badAddress" });
      return;
    }
    this.#origin = address.origin;
    this.#frame = document.createElement("iframe");
    this.#frame.allow = ALLOWED;
    this.#frame.setAttribute("part", "frame");
    this.#frame.addEventListener("load", () => this.#send({ type: "hello" }));
    this.#nameFrame();
    this.#frame.src = address.href;
    this.#root.replaceChildren(this.#frame);
  }

  get #name(): string {
    return this.getAttribute("name") || UNNAMED;
  }

  #nameFrame(told?: string): void {
    if (this.#frame) this.#frame.title = this.getAttribute("name") || told || UNNAMED;
    this.#root.querySelector("button")?.setAttribute("aria-label", this.#name);
  }

  #ask(command: TourCommand): void {
    if (this.#isReady) this.#send(command);
    else this.#queued.push(command);
  }

  #send(command: TourCommand): void {
    this.#frame?.contentWindow?.postMessage({ diorama: PROTOCOL, ...command }, this.#origin);
  }

  #take({ source, origin, data }: MessageEvent): void {
    if (source === null || source !== this.#frame?.contentWindow || origin !== this.#origin) return;
    if (data?.diorama !== PROTOCOL || !TOLD.includes(data.type)) return;
    const { diorama: _, type, ...detail } = data;
    if (type === "ready") this.#welcome(detail);
    this.#tell(type, detail);
  }

  #welcome({ name }: TourTold["ready"]): void {
    this.#isReady = true;
    this.#nameFrame(name);
    for (const command of this.#queued.splice(0)) this.#send(command);
  }

  #tell<Type extends keyof TourTold>(type: Type, detail: TourTold[Type]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "diorama-tour": DioramaTour;
  }
}

if (!customElements.get(TAG)) customElements.define(TAG, DioramaTour);
