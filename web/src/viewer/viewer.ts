/** The viewer: a visit on a canvas, with its controls. The page gives it a tour's files and its manifest. */
import { viewerStrings } from "../viewerStrings";
import { type Asked, MODES, type ModeName, viewInHash } from "./address";
import { Aids } from "./aids";
import type { Detail, DetailEvents, Shown } from "./detail";
import { element } from "./element";
import type { Listener } from "./events";
import type { TourFiles } from "./files";
import type { Frame } from "./frame";
import { helpSheet } from "./help";
import type { Hotspot } from "./hotspots";
import { icon } from "./icons";
import { Input } from "./input";
import type { Command } from "./keys";
import { fieldOfView } from "./lens";
import { Levels } from "./levels";
import type { Manifest } from "./manifest";
import { isSeenFromAround, type Place, placeOf } from "./place";
import { Room } from "./room";
import { copy, linkSheet, linkTo } from "./share";
import type { Vector } from "./space";
import { Tiles } from "./tiles";
import { Toolbar } from "./toolbar";
import { type View, viewOf } from "./view";
import { Visit } from "./visit";

/** A graphics card that was lost is usually back at once; after this long it will not come by itself. */
const PATIENCE_MS = 8000;
const RADIANS = Math.PI / 180;

/** As much of WebXR's entry as is asked here. */
interface Headsets {
  isSessionSupported(mode: "immersive-vr"): Promise<boolean>;
}

export class Viewer {
  readonly #frame: Frame;
  readonly #name: string;
  readonly #manifest: Manifest;
  readonly #place: Place;
  readonly #visit: Visit;
  readonly #room: Room;
  readonly #detail: Detail;
  readonly #input: Input;
  readonly #toolbar: Toolbar;
  readonly #aids: Aids;
  readonly #help = helpSheet();
  readonly #tellOthers: Listener;
  #isShown = false;
  #wasFollowing = false;
  #wasMoving = false;
  #canvasShape = "";
  #losing = 0;

  /** Throws `ViewerProblem` where there is no WebGL 2. */
  constructor(frame: Frame, files: TourFiles, manifest: Manifest, asked: Asked, listen: Listener) {
    this.#frame = frame;
    this.#name = files.name;
    this.#tellOthers = listen;
    this.#manifest = manifest;
    this.#place = placeOf(manifest);
    this.#room = new Room(frame.canvas, this.#place.size, {
      onFrame: (seconds) => this.#step(seconds),
      onPace: (ms) => this.#detail.takePace(ms),
      onLost: () => this.#lose(),
      onRestored: () => this.#find(),
    });
    const start = viewInHash(location.hash) ?? viewOf(manifest.start);
    const mode = asked.mode ?? (isSeenFromAround(manifest) ? "orbit" : "walk");
    this.#visit = new Visit(this.#place, manifest.camera_path ?? null, start, mode, prefersStillness);
    this.#input = new Input(frame.canvas, (command) => this.#act(command));
    this.#toolbar = new Toolbar((command) => this.#act(command), document.fullscreenEnabled);
    this.#detail = this.#detailOf(files, asked.level);
    this.#aids = new Aids(frame, files, manifest, this.#place, this.#room, {
      goTo: (view) => this.goTo(view),
      onHotspot: ({ id, title }, isOpen) => listen({ type: "hotspot", id, title, isOpen }),
      onChange: () => this.#tell(),
    });
    frame.root.append(this.#toolbar.element, this.#help);
    void this.#offerHeadset();
    window.addEventListener("hashchange", () => this.#goToHash());
    document.addEventListener("fullscreenchange", () => this.#tell());
    this.#tell();
    const { tourId, name } = files;
    listen({ type: "ready", tourId, name, hasPath: this.#visit.hasPath, hotspots: this.#aids.hotspots.all });
    void this.#detail.start();
  }

  get root(): HTMLElement {
    return this.#frame.root;
  }

  /** Where the visitor stands and looks. */
  get view(): View {
    return this.#visit.wanted;
  }

  say(text: string): void {
    this.#frame.say(text);
  }

  /** A button after all others. */
  addTool(button: HTMLButtonElement): void {
    this.#toolbar.add(button);
  }

  showHotspots(hotspots: readonly Hotspot[]): void {
    this.#aids.hotspots.show(hotspots);
    this.#showModels();
  }

  /** Things stand in the place as soon as it is there itself; one that does not come is left out. */
  #showModels(): void {
    if (!this.#isShown) return;
    const things = this.#aids.hotspots.all.flatMap(({ id, position, model }) =>
      model ? [{ id, position, ...model }] : [],
    );
    const told = (standing: number) => {
      this.#frame.root.dataset.things = String(standing);
    };
    this.#room.furnish(things).then(told, () => this.#frame.say(viewerStrings.notices.modelFailed));
  }

  /** The point that is pointed at next; null where somebody thinks better of it. */
  askForPoint(): Promise<Vector | null> {
    this.#frame.canvas.focus();
    return this.#aids.askForPoint();
  }

  goTo(view: View): void {
    this.#visit.goTo(view);
  }

  moveBy(mode: ModeName): void {
    this.#visit.moveBy(mode);
    this.#tell();
  }

  openHotspot(id: string | null): void {
    this.#aids.openHotspot(id);
  }

  reset(): void {
    this.goTo(viewOf(this.#manifest.start));
  }

  play(): void {
    this.#visit.follow();
    this.#tell();
  }

  pause(): void {
    this.#visit.stopFollowing();
    this.#wasMoving = true; // where one stopped is told, also if no picture was drawn on the way
    this.#tell();
  }

  #detailOf(files: TourFiles, asked: string | null): Detail {
    const events: DetailEvents = {
      onShown: (level) => this.#show(level),
      onProgress: (share) => this.#frame.showProgress(share),
      onFailed: (isFirst) => this.#offerAgain(isFirst),
    };
    const { streaming, levels } = this.#manifest;
    if (streaming) return new Tiles(this.#room, files, streaming, asked, events);
    return new Levels(this.#room, files, levels, asked, events);
  }

  #step(seconds: number): boolean {
    const { clientWidth, clientHeight } = this.#frame.canvas;
    const lens = this.#fieldOfView(clientWidth / Math.max(1, clientHeight));
    const intent = this.#input.take();
    const [right, down] = intent.tap ?? [0, 0];
    const isTaken = intent.tap && this.#aids.take({ x: clientWidth / 2 + right, y: clientHeight / 2 + down });
    const wanted = isTaken ? { ...intent, tap: null } : intent;
    const hasMoved = this.#visit.step(seconds, wanted, lens / Math.max(1, clientHeight));
    if (this.#visit.isFollowing !== this.#wasFollowing) this.#tell();
    if (this.#wasMoving && !hasMoved) this.#tellView();
    this.#wasMoving = hasMoved;
    const shape = `${clientWidth}x${clientHeight}`;
    const isNew = hasMoved || shape !== this.#canvasShape;
    if (isNew) {
      const view = this.#visit.shown;
      this.#room.look(view, lens);
      this.#aids.place({ view, lens, width: clientWidth, height: clientHeight });
    }
    this.#canvasShape = shape;
    return isNew || this.#detail.isMeasuring;
  }

  #fieldOfView(aspect: number): number {
    const { start, poster } = this.#manifest;
    return fieldOfView(start.field_of_view_deg * RADIANS, poster.width_px / poster.height_px, aspect);
  }

  #act(command: Command): void {
    const mode = MODES.find((name) => name === command);
    if (mode) {
      this.moveBy(mode);
      this.#frame.say(viewerStrings.said.mode(viewerStrings.modes[mode]));
    } else if (command === "play") this.#playOrPause();
    else if (command === "reset") {
      this.reset();
      this.#frame.say(viewerStrings.said.reset);
    } else if (this.#aids.act(command)) return;
    else if (command === "picture") void this.#savePicture();
    else if (command === "share") void this.#share();
    else if (command === "fullScreen") void this.#fillScreen();
    else if (command === "help") this.#help.showModal();
  }

  #playOrPause(): void {
    if (!this.#visit.hasPath) return;
    if (this.#visit.isFollowing) this.pause();
    else this.play();
    this.#frame.say(this.#visit.isFollowing ? viewerStrings.said.following : viewerStrings.said.stopped);
  }

  #tellView(): void {
    this.#tellOthers({ type: "view", view: this.#visit.shown, mode: this.#visit.modeName });
  }

  #goToHash(): void {
    const view = viewInHash(location.hash);
    if (view) this.goTo(view);
  }

  async #savePicture(): Promise<void> {
    const picture = await this.#room.picture();
    if (!picture) return;
    const address = URL.createObjectURL(picture);
    const name = `${this.#name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60)}.png`;
    element("a", { href: address, download: name }).click();
    window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
    this.#frame.say(viewerStrings.said.pictureSaved);
  }

  /** A button for a headset, where there is one. */
  async #offerHeadset(): Promise<void> {
    const { xr } = navigator as { xr?: Headsets };
    const isThere = await xr?.isSessionSupported("immersive-vr").catch(() => false);
    if (!isThere) return;
    const name = viewerStrings.controls.headset;
    const button = element(
      "button",
      { type: "button", class: "tool", "aria-label": name, "data-tip": name },
      icon("headset"),
    );
    button.addEventListener("click", () => void this.#enterHeadset());
    this.addTool(button);
  }

  async #enterHeadset(): Promise<void> {
    const back = (view: View) => {
      this.goTo(view);
      this.#canvasShape = "";
      this.#frame.say(viewerStrings.headset.left);
    };
    await this.#room
      .enterHeadset(this.#place, this.view, back)
      .catch(() => this.#frame.say(viewerStrings.headset.failed));
  }

  async #share(): Promise<void> {
    const link = linkTo(this.#visit.wanted, location);
    if (await copy(link)) {
      this.#frame.say(viewerStrings.said.copied);
      return;
    }
    const sheet = linkSheet(link);
    this.#frame.root.append(sheet);
    sheet.showModal();
  }

  async #fillScreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else if (document.fullscreenEnabled) await this.#frame.root.requestFullscreen().catch(() => undefined);
  }

  #show({ name, splats }: Shown): void {
    this.#frame.withdrawNotice();
    this.#frame.showCanvas();
    this.#frame.root.dataset.level = name;
    this.#tellOthers({ type: "level", level: name, splats });
    if (this.#isShown) return;
    this.#isShown = true;
    void this.#aids.loadSolids();
    this.#showModels();
  }

  #offerAgain(isFirst: boolean): void {
    const words = viewerStrings.notices;
    this.#frame.notice(isFirst ? words.firstFailed : words.levelFailed, {
      label: viewerStrings.actions.again,
      act: () => {
        this.#frame.withdrawNotice();
        void this.#detail.start();
      },
    });
  }

  #lose(): void {
    this.#frame.notice(viewerStrings.notices.contextLost, null);
    this.#losing = window.setTimeout(() => {
      const reload = { label: viewerStrings.actions.reload, act: () => location.reload() };
      this.#frame.notice(viewerStrings.notices.contextGone, reload);
    }, PATIENCE_MS);
  }

  #find(): void {
    window.clearTimeout(this.#losing);
    this.#frame.withdrawNotice();
  }

  #tell(): void {
    this.#wasFollowing = this.#visit.isFollowing;
    this.#frame.root.dataset.mode = this.#visit.modeName;
    this.#toolbar.show({
      mode: this.#visit.modeName,
      hasPath: this.#visit.hasPath,
      isFollowing: this.#visit.isFollowing,
      isFullScreen: document.fullscreenElement !== null,
      isMeasuring: this.#aids.isMeasuring,
      isPlanShown: this.#aids.isPlanShown,
    });
  }
}

function prefersStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
