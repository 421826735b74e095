/** The place on the canvas, by the PlayCanvas engine: what is drawn, and when. */
import {
  type AppBase,
  type Asset,
  Color,
  Entity,
  GAMMA_SRGB,
  GSPLATDATA_LARGE,
  type GSplatResourceBase,
  Picker,
  TONEMAP_NONE,
  WebglGraphicsDevice,
} from "playcanvas";
import { GSplatOctreeResource } from "playcanvas/build/playcanvas/src/scene/gsplat-unified/gsplat-octree.resource.js";
import { startApp } from "./application";
import type { TourFiles } from "./files";
import type { Furniture, Thing } from "./furniture";
import type { Place } from "./place";
import { ViewerProblem } from "./problem";
import type { Vector } from "./space";
import { forgetSplats, loadSplats } from "./splatAsset";
import { TileLoader } from "./tileLoader";
import { rotationOf, type View } from "./view";

const MOST_PIXELS_A_POINT = 2;
/** While the picture moves, on a device that is slow even with a pixel a point. */
const FEWEST_PIXELS_A_POINT = 0.6;
/** Colours of splats depend on where one looks from: anew after moving by this share of the place's size. */
const COLOURS_HOLD_FOR = 0.003;
/** Frames until the engine has surely noticed that other splats are to be shown. */
const NOTICED_AFTER = 2;
/** What is drawn, from and to, in sizes of the place. */
const [NEAR, FAR] = [0.004, 60];
/** The whole place, as coarsely as it comes. */
const FEWEST_SPLATS = 1;
/** How tiles are chosen: what lies behind one, when to choose again (angle, share of the size), how near is near. */
const BEHIND_COUNTS_AS_FARTHER = 3;
const CHOSEN_AGAIN_AFTER_DEG = 20;
const CHOSEN_AGAIN_AFTER = 0.02;
const NEAR_ENOUGH = 0.1;
const TICKS_BETWEEN_LOOKS = 12;
const DEGREES = 180 / Math.PI;

export interface RoomEvents {
  /** Before each frame of the page: seconds since the last; true where the picture changes. */
  onFrame(seconds: number): boolean;
  /** A drawn frame followed the last drawn one after so many milliseconds. */
  onPace(ms: number): void;
  onLost(): void;
  onRestored(): void;
}

export interface StreamEvents {
  /** How much of the tiles that are wanted now has come, from 0 to 1. */
  onProgress(share: number): void;
  /** Tiles do not come; or they come again. */
  onTrouble(isTrouble: boolean): void;
}

export class Room {
  readonly #app: AppBase;
  readonly #device: WebglGraphicsDevice;
  readonly #camera: Entity;
  readonly #splats: Entity;
  readonly #events: RoomEvents;
  #asset: Asset | null = null;
  #picker: Picker | null = null;
  #isLastDrawn = false;
  /** What fetches tiles, where the place comes in them. */
  #tiles: { readonly loader: TileLoader; readonly onProgress: (share: number) => void } | null = null;
  #ticks = 0;
  #furniture: Furniture | null = null;
  /** Set while other splats are on their way to the canvas. */
  #arriving: { frames: number; done: () => void } | null = null;

  readonly #size: number;
  /** Pixels a point, across, of a picture that rests, and of one that moves. */
  readonly #restingRatio = Math.min(MOST_PIXELS_A_POINT, window.devicePixelRatio);
  #movingRatio = this.#restingRatio;

  /** For a place of that size. Throws `ViewerProblem` "noWebGl". */
  constructor(canvas: HTMLCanvasElement, size: number, events: RoomEvents) {
    this.#events = events;
    this.#size = size;
    this.#device = makeDevice(canvas);
    this.#device.maxPixelRatio = this.#restingRatio;
    this.#app = startApp(canvas, this.#device);
    this.#camera = makeCamera();
    const rig = new Entity("rig"); // what carries the camera: a headset moves the camera itself
    this.#app.root.addChild(rig);
    rig.addChild(this.#camera);
    this.#splats = new Entity("splats"); // entities belong to the app that was made last
    this.#splats.addComponent("gsplat");
    this.#app.root.addChild(this.#splats);
    drawLikeTheTrainer(this.#app, size);
    this.#listen(canvas);
  }

  /** Looks from there, with a vertical field of view in radians. */
  look(view: View, fieldOfView: number): void {
    const [w, x, y, z] = rotationOf(view);
    this.#camera.setPosition(...view.position);
    this.#camera.setRotation(x, y, z, w);
    const camera = this.#camera.camera;
    if (!camera) return;
    camera.fov = fieldOfView * DEGREES;
    camera.nearClip = NEAR * this.#size;
    camera.farClip = FAR * this.#size;
  }

  /** The point of the world that is seen at a spot of the canvas, in its pixels on the page; null for nothing. */
  async pick(x: number, y: number): Promise<Vector | null> {
    const { camera } = this.#camera;
    const canvas = this.#app.graphicsDevice.canvas;
    if (!camera) return null;
    this.#picker ??= new Picker(this.#app, 1, 1, true);
    this.#picker.resize(canvas.clientWidth, canvas.clientHeight);
    this.#picker.prepare(camera, this.#app.scene);
    const point = await this.#picker.getWorldPointAsync(x, y);
    return point && [point.x, point.y, point.z];
  }

  /** What is on the canvas, as a PNG; null where the browser can't. */
  picture(): Promise<Blob | null> {
    this.draw();
    return new Promise((done) => {
      // The drawing buffer is only there until the frame is shown.
      this.#app.once("frameend", () => this.#app.graphicsDevice.canvas.toBlob(done, "image/png"));
    });
  }

  /** Gives the view to a headset until its session ends. Throws where there is none, or it may not. */
  async enterHeadset(place: Place, from: View, onEnd: (view: View) => void): Promise<void> {
    const { startHeadset } = await import("./headset");
    await startHeadset(this.#app, this.#camera, place, from, { onEnd });
  }

  draw(): void {
    this.#app.renderNextFrame = true;
  }

  /** Fewer pixels while the picture moves: true where there were more than the fewest. */
  drawCoarser(): boolean {
    if (this.#movingRatio <= FEWEST_PIXELS_A_POINT) return false;
    this.#movingRatio = this.#movingRatio > 1 ? 1 : FEWEST_PIXELS_A_POINT;
    return true;
  }

  /** A picture that comes to rest is drawn once more, with all its pixels. */
  #choosePixels(isMoving: boolean): void {
    const ratio = isMoving ? this.#movingRatio : this.#restingRatio;
    if (this.#device.maxPixelRatio === ratio) return;
    this.#device.maxPixelRatio = ratio;
    this.draw();
  }

  /**
   * Shows the splats of a file in place of those before; over when they are on the canvas. Until then the old
   * ones stay. `path` says the format by its ending. Throws where the file can't be read or did not arrive.
   */
  async show(path: string, content: Response, onBytes: (bytes: number) => void): Promise<void> {
    const asset = await loadSplats(this.#app, path, content, onBytes);
    const before = this.#asset;
    this.#asset = asset;
    if (this.#splats.gsplat) this.#splats.gsplat.asset = asset;
    await this.#arrival();
    if (before) forgetSplats(this.#app, before);
  }

  /**
   * Shows a place in tiles, as its document (lod-meta.json at `path`) says: over when the coarsest level is on the
   * canvas. A tile that does not come is asked for again, until it does.
   */
  async stream(path: string, document: object, files: TourFiles, events: StreamEvents): Promise<void> {
    const tiles = new TileLoader(this.#app, files, events.onTrouble);
    this.#app.scene.gsplat.splatBudget = FEWEST_SPLATS;
    chooseByView(this.#app, this.#splats, this.#size);
    const place = new GSplatOctreeResource(path, document, tiles);
    if (this.#splats.gsplat) this.#splats.gsplat.resource = place as unknown as GSplatResourceBase;
    this.#tiles = { loader: tiles, onProgress: events.onProgress };
    await this.#arrival();
  }

  /**
   * Lets these things, and no others, stand in the place; over, with their count, when they do. Throws where one of
   * them did not come; others stand.
   */
  async furnish(things: readonly Thing[]): Promise<number> {
    if (things.length === 0 && this.#furniture === null) return 0;
    const { Furniture } = await import("./furniture");
    this.#furniture ??= new Furniture(this.#app);
    await this.#furniture.show(things, () => this.draw());
    return things.length;
  }

  /** So many splats of a place in tiles, the finest where one looks: over when they are on the canvas. */
  spend(splats: number): Promise<void> {
    this.#app.scene.gsplat.splatBudget = Math.round(splats);
    return this.#arrival();
  }

  /** All of a place in tiles at one level; 0 is the finest. */
  insistOn(level: number): Promise<void> {
    const { gsplat } = this.#splats;
    if (gsplat) Object.assign(gsplat, { lodRangeMin: level, lodRangeMax: level });
    this.#app.scene.gsplat.splatBudget = 0; // no limit
    return this.#arrival();
  }

  /** Asks again for tiles that did not come. */
  tryTilesAgain(): void {
    this.#tiles?.loader.tryAgain();
  }

  #arrival(): Promise<void> {
    this.#arriving?.done();
    this.draw();
    return new Promise((done) => {
      this.#arriving = { frames: 0, done };
    });
  }

  #listen(canvas: HTMLCanvasElement): void {
    const app = this.#app;
    app.on("frameupdate", (ms: number) => {
      if (this.#isLastDrawn) this.#events.onPace(ms);
    });
    app.on("update", (seconds: number) => {
      const isMoving = this.#events.onFrame(seconds);
      this.#choosePixels(isMoving);
      if (isMoving || this.#isLookedAt()) this.draw();
    });
    // After the engine has settled whether it draws, before it does.
    app.on("framerender", () => {
      this.#isLastDrawn = app.renderNextFrame;
    });
    app.systems.gsplat?.on("frame:request", () => this.draw());
    app.systems.gsplat?.on(
      "frame:ready",
      (_camera: unknown, _layer: unknown, isReady: boolean, loading: number) =>
        this.#arrive(isReady && loading === 0),
    );
    this.#device.on("devicelost", () => this.#events.onLost());
    this.#device.on("devicerestored", () => {
      this.draw();
      this.#events.onRestored();
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Whether to draw, to see if what is on its way has come: with tiles now and then, for they may take long. */
  #isLookedAt(): boolean {
    if (!this.#arriving) return false;
    this.#ticks += 1;
    return this.#tiles === null || this.#ticks % TICKS_BETWEEN_LOOKS === 0;
  }

  #tellProgress(): void {
    if (!this.#tiles) return;
    const { here, wanted } = this.#tiles.loader.progress;
    this.#tiles.onProgress(wanted > 0 ? here / wanted : 0);
  }

  #arrive(isReady: boolean): void {
    const arriving = this.#arriving;
    if (!arriving) return;
    this.#tellProgress();
    arriving.frames += 1;
    if (!isReady || arriving.frames <= NOTICED_AFTER || this.#tiles?.loader.progress.here === 0) return;
    this.#arriving = null;
    // This frame is being drawn now; it is on the canvas when the next one begins.
    this.#app.once("frameend", arriving.done);
  }
}

/** Finer tiles go to where one looks: near, and in front. Settings in units of the world go by its size. */
function chooseByView(app: AppBase, splats: Entity, size: number): void {
  const settings = app.scene.gsplat;
  settings.lodBehindPenalty = BEHIND_COUNTS_AS_FARTHER;
  settings.lodUpdateAngle = CHOSEN_AGAIN_AFTER_DEG;
  settings.lodUpdateDistance = CHOSEN_AGAIN_AFTER * size;
  if (splats.gsplat) splats.gsplat.lodBaseDistance = NEAR_ENOUGH * size;
}

function makeDevice(canvas: HTMLCanvasElement): WebglGraphicsDevice {
  try {
    return new WebglGraphicsDevice(canvas, {
      alpha: false,
      antialias: false,
      depth: true, // things stand before and behind splats
      stencil: false,
      powerPreference: "high-performance",
    });
  } catch {
    throw new ViewerProblem("noWebGl");
  }
}

function makeCamera(): Entity {
  const camera = new Entity("camera");
  camera.addComponent("camera", { clearColor: new Color(0, 0, 0) });
  if (camera.camera) {
    // Splats are trained on pictures as they are displayed: their colours go to the canvas as they are.
    camera.camera.gammaCorrection = GAMMA_SRGB;
    camera.camera.toneMapping = TONEMAP_NONE;
  }
  return camera;
}

/** As `splats.rasterize` draws: no splat too small to count, precise colours and sizes, no correction of opacity. */
function drawLikeTheTrainer(app: AppBase, size: number): void {
  const settings = app.scene.gsplat;
  settings.dataFormat = GSPLATDATA_LARGE;
  settings.antiAlias = false;
  settings.minPixelSize = 0;
  // The engine takes the distance as an angle seen from one unit away.
  settings.colorUpdateAngle = Math.atan(COLOURS_HOLD_FOR * size) * DEGREES;
}
