/** The viewer: a visit on a canvas, with its controls. The page gives it a tour's files and its manifest. */
import { viewerStrings } from "../viewerStrings";
import { type Asked, MODES, type ModeName, viewInHash } from "./address";
import type { TourFiles } from "./files";
import type { Frame } from "./frame";
import { helpSheet } from "./help";
import { Input } from "./input";
import type { Command } from "./keys";
import { fieldOfView } from "./lens";
import { Levels } from "./levels";
import type { Manifest } from "./manifest";
import { isSeenFromAround, type Place, placeOf } from "./place";
import { Room } from "./room";
import { copy, linkSheet, linkTo } from "./share";
import { Toolbar } from "./toolbar";
import { type View, viewOf } from "./view";
import { Visit } from "./visit";

/** A graphics card that was lost is usually back at once; after this long it will not come by itself. */
const PATIENCE_MS = 8000;
const RADIANS = Math.PI / 180;

export class Viewer {
  readonly #frame: Frame;
  readonly #manifest: Manifest;
  readonly #place: Place;
  readonly #visit: Visit;
  readonly #room: Room;
  readonly #levels: Levels;
  readonly #input: Input;
  readonly #toolbar: Toolbar;
  readonly #help = helpSheet();
  #wasFollowing = false;
  #canvasShape = "";
  #losing = 0;

  /** Throws `ViewerProblem` where there is no WebGL 2. */
  constructor(frame: Frame, files: TourFiles, manifest: Manifest, asked: Asked) {
    this.#frame = frame;
    this.#manifest = manifest;
    this.#place = placeOf(manifest);
    this.#room = new Room(frame.canvas, this.#place.size, {
      onFrame: (seconds) => this.#step(seconds),
      onPace: (ms) => this.#levels.takePace(ms),
      onLost: () => this.#lose(),
      onRestored: () => this.#find(),
    });
    const start = viewInHash(location.hash) ?? viewOf(manifest.start);
    const mode = asked.mode ?? (isSeenFromAround(manifest) ? "orbit" : "walk");
    this.#visit = new Visit(this.#place, manifest.camera_path ?? null, start, mode, prefersStillness);
    this.#input = new Input(frame.canvas, (command) => this.#act(command));
    this.#toolbar = new Toolbar((command) => this.#act(command), document.fullscreenEnabled);
    this.#levels = new Levels(this.#room, files, manifest.levels, asked.level, {
      onShown: (level) => this.#show(level.name),
      onProgress: (share) => frame.showProgress(share),
      onFailed: (isFirst) => this.#offerAgain(isFirst),
    });
    frame.root.append(this.#toolbar.element, this.#help);
    window.addEventListener("hashchange", () => this.#goToHash());
    document.addEventListener("fullscreenchange", () => this.#tell());
    this.#tell();
    void this.#levels.start();
  }

  #step(seconds: number): boolean {
    const { clientWidth, clientHeight } = this.#frame.canvas;
    const lens = this.#fieldOfView(clientWidth / Math.max(1, clientHeight));
    const hasMoved = this.#visit.step(seconds, this.#input.take(), lens / Math.max(1, clientHeight));
    if (this.#visit.isFollowing !== this.#wasFollowing) this.#tell();
    const shape = `${clientWidth}x${clientHeight}`;
    const isNew = hasMoved || shape !== this.#canvasShape;
    if (isNew) this.#room.look(this.#visit.shown, lens);
    this.#canvasShape = shape;
    return isNew || this.#levels.isMeasuring;
  }

  #fieldOfView(aspect: number): number {
    const { start, poster } = this.#manifest;
    return fieldOfView(start.field_of_view_deg * RADIANS, poster.width_px / poster.height_px, aspect);
  }

  #act(command: Command): void {
    const mode = MODES.find((name) => name === command);
    if (mode) this.#moveBy(mode);
    else if (command === "play") this.#playOrPause();
    else if (command === "reset") this.#goTo(viewOf(this.#manifest.start), viewerStrings.said.reset);
    else if (command === "share") void this.#share();
    else if (command === "fullScreen") void this.#fillScreen();
    else if (command === "help") this.#help.showModal();
  }

  #moveBy(mode: ModeName): void {
    this.#visit.moveBy(mode);
    this.#frame.say(viewerStrings.said.mode(viewerStrings.modes[mode]));
    this.#tell();
  }

  #playOrPause(): void {
    if (!this.#visit.hasPath) return;
    if (this.#visit.isFollowing) this.#visit.stopFollowing();
    else this.#visit.follow();
    this.#frame.say(this.#visit.isFollowing ? viewerStrings.said.following : viewerStrings.said.stopped);
    this.#tell();
  }

  #goTo(view: View, saying: string): void {
    this.#visit.goTo(view);
    this.#frame.say(saying);
  }

  #goToHash(): void {
    const view = viewInHash(location.hash);
    if (view) this.#visit.goTo(view);
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

  #show(level: string): void {
    this.#frame.withdrawNotice();
    this.#frame.showCanvas();
    this.#frame.root.dataset.level = level;
  }

  #offerAgain(isFirst: boolean): void {
    const words = viewerStrings.notices;
    this.#frame.notice(isFirst ? words.firstFailed : words.levelFailed, {
      label: viewerStrings.actions.again,
      act: () => {
        this.#frame.withdrawNotice();
        void this.#levels.start();
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
    });
  }
}

function prefersStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
