/** What helps a visitor beside the picture: markers and places, the floor plan, measuring; and what is solid. */
import { viewerStrings } from "../viewerStrings";
import { loadSolids } from "./collision";
import { element } from "./element";
import type { TourFiles } from "./files";
import { FloorPlanMap } from "./floorPlan";
import type { Frame } from "./frame";
import { type Hotspot, Hotspots, hotspotsOf } from "./hotspots";
import type { Command } from "./keys";
import type { Manifest } from "./manifest";
import { Measure } from "./measure";
import { Overlay } from "./overlay";
import type { Place } from "./place";
import { openPlaces, type PlaceToGo } from "./placesSheet";
import { directionOf, type Eye, pointAt, type Spot } from "./projection";
import type { Room } from "./room";
import type { Vector } from "./space";
import { type View, viewOf } from "./view";

const words = viewerStrings.places;
/** There the plan does not cover what is to be seen. */
const ROOMY = "(min-width: 60rem) and (min-height: 34rem)";

export interface AidEvents {
  goTo(view: View): void;
  /** A hotspot was opened, or closed. */
  onHotspot(hotspot: Hotspot, isOpen: boolean): void;
  /** Something was switched on or off. */
  onChange(): void;
}

export class Aids {
  readonly hotspots: Hotspots;
  readonly #frame: Frame;
  readonly #files: TourFiles;
  readonly #manifest: Manifest;
  readonly #place: Place;
  readonly #room: Room;
  readonly #events: AidEvents;
  readonly #overlay = new Overlay();
  readonly #plan: FloorPlanMap | null;
  readonly #measure: Measure;
  #eye: Eye | null = null;
  /** Told the next point that somebody points at. */
  #asked: ((point: Vector | null) => void) | null = null;

  constructor(
    frame: Frame,
    files: TourFiles,
    manifest: Manifest,
    place: Place,
    room: Room,
    events: AidEvents,
  ) {
    this.#frame = frame;
    this.#files = files;
    this.#manifest = manifest;
    this.#place = place;
    this.#room = room;
    this.#events = events;
    this.#measure = new Measure(this.#overlay, manifest.scale_source, {
      aim: () => this.#aim(),
      end: () => this.#endMeasuring(),
    });
    this.#plan = this.#makePlan();
    this.#overlay.element.append(element("div", { class: "aim", "aria-hidden": "true" }));
    frame.root.append(this.#overlay.element, this.#measure.element);
    this.hotspots = new Hotspots(this.#overlay, frame.root, events.onHotspot);
    this.hotspots.show(hotspotsOf(manifest.hotspots ?? [], files));
    if (this.#plan) {
      this.#plan.element.hidden = window.parent !== window || !window.matchMedia(ROOMY).matches;
      frame.root.append(this.#plan.element);
    }
    window.addEventListener("keydown", (event) => this.#keyDown(event));
  }

  get isMeasuring(): boolean {
    return this.#measure.isOn;
  }

  /** Null where there is no plan. */
  get isPlanShown(): boolean | null {
    return this.#plan && !this.#plan.element.hidden;
  }

  /** Fetches what is solid; without it, a walk stays in the box that cameras saw. */
  async loadSolids(): Promise<void> {
    const { collision } = this.#manifest;
    if (!collision) return;
    this.#place.solids = await loadSolids(this.#files, collision).catch(() => null);
    if (this.#eye) this.place(this.#eye);
  }

  /** True where the command was one of these aids. */
  act(command: Command): boolean {
    if (command === "places") this.#openPlaces();
    else if (command === "plan") this.#togglePlan();
    else if (command === "measure") this.#toggleMeasuring();
    else return false;
    return true;
  }

  /** True where a click was for an aid, and is not to be walked to. */
  take(spot: Spot): boolean {
    if (!this.isMeasuring && !this.#asked) return false;
    void this.#point(spot);
    return true;
  }

  /** Goes to a hotspot and opens it, as the page around wants; null closes what is open. */
  openHotspot(id: string | null): void {
    const hotspot = this.hotspots.all.find((one) => one.id === id);
    if (id === null) this.hotspots.close();
    if (!hotspot) return;
    this.#events.goTo(hotspot.seenFrom);
    this.#frame.say(words.at(hotspot.title));
    this.hotspots.open(hotspot, null);
  }

  /** Somebody looks like that. */
  place(eye: Eye): void {
    this.#eye = eye;
    const cubes = this.#place.solids?.cubes;
    this.#overlay.place(eye, (from, along, farthest) => cubes?.hit(from, along, farthest) ?? null);
    this.#plan?.show(eye);
  }

  /** The point that somebody points at next; null where they think better of it. */
  askForPoint(): Promise<Vector | null> {
    this.#endMeasuring();
    this.#asked?.(null);
    return new Promise((done) => {
      this.#asked = done;
      this.#showAim();
    });
  }

  async #point(spot: Spot): Promise<void> {
    const point = await this.#seenAt(spot);
    if (this.#asked && point) this.#answer(point);
    else if (this.isMeasuring) this.#measure.take(point);
    else if (!point) this.#frame.say(viewerStrings.measure.nothing);
  }

  #answer(point: Vector | null): void {
    this.#asked?.(point);
    this.#asked = null;
    this.#showAim();
  }

  #aim(): void {
    if (this.#eye) void this.#point({ x: this.#eye.width / 2, y: this.#eye.height / 2 });
  }

  /** By the splats; where those say nothing, by what is solid. */
  async #seenAt(spot: Spot): Promise<Vector | null> {
    const eye = this.#eye;
    if (!eye) return null;
    const seen = await this.#room.pick(spot.x, spot.y).catch(() => null);
    if (seen) return seen;
    const { solids, size } = this.#place;
    const hit = solids?.cubes.hit(eye.view.position, directionOf(eye, spot), size);
    return hit === null || hit === undefined ? null : pointAt(eye, spot, hit);
  }

  #keyDown(event: KeyboardEvent): void {
    if (!this.isMeasuring && !this.#asked) return;
    const isHere = event.target === this.#frame.canvas || event.target === document.body;
    if (event.key === "Escape") {
      if (this.#asked) this.#answer(null);
      else this.#endMeasuring();
    } else if (event.key === "Enter" && isHere) this.#aim();
    else if (event.key === "Delete" && isHere) this.#measure.clear();
  }

  #toggleMeasuring(): void {
    if (this.isMeasuring) {
      this.#endMeasuring();
      return;
    }
    this.#measure.start();
    this.#showAim();
    this.#frame.canvas.focus();
    this.#events.onChange();
  }

  #endMeasuring(): void {
    if (!this.isMeasuring) return;
    this.#measure.end();
    this.#showAim();
    this.#events.onChange();
  }

  #showAim(): void {
    const isAiming = this.isMeasuring || this.#asked !== null;
    if (isAiming) this.#frame.root.dataset.aiming = "";
    else delete this.#frame.root.dataset.aiming;
  }

  #togglePlan(): void {
    if (!this.#plan) return;
    this.#plan.element.hidden = !this.#plan.element.hidden;
    this.#events.onChange();
  }

  #makePlan(): FloorPlanMap | null {
    const { floor_plan: plan } = this.#manifest;
    if (!plan) return null;
    return new FloorPlanMap(plan, this.#manifest.scale_source, this.#files.url(plan.path), (x, z) => {
      const view = this.#eye?.view;
      const [standX, standZ] = this.#place.solids?.ground.nearest([x, z]) ?? [x, z];
      const position: Vector = [standX, this.#place.eyeLevel, standZ];
      this.#events.goTo({ position, yaw: view?.yaw ?? 0, pitch: 0, roll: 0 });
      this.#frame.say(viewerStrings.plan.gone);
    });
  }

  #openPlaces(): void {
    const opener = document.activeElement;
    openPlaces(this.#frame.root, this.#places(), (place) => {
      this.#events.goTo(place.view);
      this.#frame.say(words.at(place.title));
      if (opener instanceof HTMLElement) opener.focus();
      place.arrive?.();
    });
  }

  #places(): PlaceToGo[] {
    const { start, thumbnails } = this.#manifest;
    const spots = this.hotspots.all.map((hotspot: Hotspot) => ({
      title: hotspot.title,
      view: hotspot.seenFrom,
      arrive: () => this.hotspots.open(hotspot, this.#frame.canvas),
    }));
    const viewpoints = (thumbnails ?? []).map(({ pose }, index) => ({
      title: words.viewpoint(index + 1),
      view: viewOf(pose),
    }));
    return [{ title: words.start, view: viewOf(start) }, ...spots, ...viewpoints];
  }
}
