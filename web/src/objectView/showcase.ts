/** An object on a canvas, by the PlayCanvas engine. */
import {
  type AppBase,
  type Asset,
  Color,
  Entity,
  GAMMA_SRGB,
  GSPLATDATA_LARGE,
  RENDERSTYLE_SOLID,
  RENDERSTYLE_WIREFRAME,
  type RenderComponent,
  TONEMAP_NONE,
  WebglGraphicsDevice,
  WORKBUFFER_UPDATE_ONCE,
} from "playcanvas";
import { startApp } from "../viewer/application";
import { element } from "../viewer/element";
import { Input } from "../viewer/input";
import { isNothing } from "../viewer/intent";
import { entityOf, forgetModel, learnMeshes, loadModel } from "../viewer/modelAsset";
import { Orbit } from "../viewer/modes/orbit";
import { ViewerProblem } from "../viewer/problem";
import { forgetSplats, loadSplats } from "../viewer/splatAsset";
import { rotationOf, type View } from "../viewer/view";
import {
  aroundOf,
  type Bounds,
  firstViewOf,
  frontOf,
  lensOf,
  sizeOf,
  turnedOrShifted,
  turntable,
} from "./aim";
import { type Appearance, BACKDROPS, turnOfLight } from "./appearance";
import type { RoomWords } from "./inRoom";

const MOST_PIXELS_A_POINT = 2;
const DEGREES = 180 / Math.PI;
/** What is drawn, from and to, in sizes of the object. */
const [NEAR, FAR] = [0.01, 30];
/** Of the light from all sides; with a light of the usual strength, colours are about as in the photo. */
const SURROUNDINGS = 0.9;
/** Frames until the engine has surely noticed that other splats are to be shown. */
const NOTICED_AFTER = 2;

/** A splat's sizes are its standard deviations: a point seems this much wider. */
const DEVIATIONS_ACROSS = 4;
const AS_POINTS = `
uniform float point_size;
void modifySplatCenter(inout vec3 center) {}
void modifySplatRotationScale(vec3 from, vec3 to, inout vec4 rotation, inout vec3 scale) {
  if (point_size > 0.0) gsplatMakeSpherical(scale, point_size);
}
void modifySplatColor(vec3 center, inout vec4 color) {
  if (point_size > 0.0) color.a = color.a > 0.2 ? 1.0 : 0.0;
}
`;

export interface ShowcaseWords {
  readonly canvas: string;
  readonly canvasHelp: string;
}

export interface ShowcaseEvents {
  /** The graphics card is needed elsewhere; or it is back. */
  onLost(isLost: boolean): void;
}

export class Showcase {
  readonly canvas: HTMLCanvasElement;
  readonly #app: AppBase;
  readonly #device: WebglGraphicsDevice;
  readonly #camera: Entity;
  /** Holds all that is shown of the object. */
  readonly #thing: Entity;
  readonly #splats: Entity;
  readonly #sun: Entity;
  readonly #input: Input;
  readonly #resizing: ResizeObserver;
  #bounds: Bounds;
  #orbit: Orbit;
  #appearance: Appearance;
  #mesh: { readonly asset: Asset; readonly entity: Entity } | null = null;
  #splatAsset: Asset | null = null;
  #arriving: { frames: number; done: () => void } | null = null;
  /** The object stands in somebody's room, and they walk around it themselves. */
  #isInRoom = false;

  /** Puts a canvas into `home`. Throws `ViewerProblem` "noWebGl". */
  constructor(
    home: HTMLElement,
    bounds: Bounds,
    appearance: Appearance,
    words: ShowcaseWords,
    events: ShowcaseEvents,
  ) {
    this.canvas = element("canvas", {
      tabindex: "0",
      role: "application",
      "aria-label": words.canvas,
      "aria-description": words.canvasHelp,
    });
    this.#device = makeDevice(this.canvas);
    home.prepend(this.canvas);
    this.#app = startApp(this.canvas, this.#device);
    learnMeshes(this.#app);
    this.#app.scene.gsplat.dataFormat = GSPLATDATA_LARGE;
    this.#app.scene.gsplat.minPixelSize = 0;
    this.#bounds = bounds;
    this.#orbit = new Orbit(aroundOf(bounds), firstViewOf(bounds));
    this.#appearance = appearance;
    this.#camera = makeCamera();
    this.#sun = new Entity("sun");
    this.#sun.addComponent("light", { type: "directional" });
    this.#splats = new Entity("splats");
    this.#splats.addComponent("gsplat");
    this.#splats.gsplat?.setWorkBufferModifier({ glsl: AS_POINTS });
    this.#thing = new Entity("thing");
    this.#thing.addChild(this.#splats);
    for (const one of [this.#camera, this.#sun, this.#thing]) this.#app.root.addChild(one);
    this.#input = new Input(this.canvas, () => undefined, "canvas");
    this.#listen(events);
    this.#resizing = new ResizeObserver(() => this.#look());
    this.#resizing.observe(this.canvas);
    this.apply(appearance);
  }

  /** Shows the object like that. */
  apply(appearance: Appearance): void {
    this.#appearance = appearance;
    const { light, backdrop } = appearance;
    const [red, green, blue, opacity] = BACKDROPS[this.#isInRoom ? "none" : backdrop];
    if (this.#camera.camera) this.#camera.camera.clearColor = new Color(red, green, blue, opacity);
    const [aboutX, aboutY] = turnOfLight(light);
    this.#sun.setEulerAngles(aboutX, aboutY, 0);
    if (this.#sun.light) this.#sun.light.intensity = light.strength;
    const even = appearance.hasSurroundings ? SURROUNDINGS : 0;
    this.#app.scene.ambientLight = new Color(even, even, even);
    this.#styleMesh();
    this.#sizePoints();
    this.#choose();
    this.draw();
  }

  /** What is asked for, as soon as it is there. */
  #choose(): void {
    const { form } = this.#appearance;
    const hasArrived = this.#splatAsset !== null && this.#arriving === null;
    this.#splats.enabled = form === "splats";
    if (this.#mesh) this.#mesh.entity.enabled = form === "mesh" || !hasArrived;
  }

  /** Another object: looked at anew. */
  turnTo(bounds: Bounds): void {
    this.#bounds = bounds;
    this.#stand(firstViewOf(bounds));
    this.#sizePoints();
  }

  lookFromFront(): void {
    this.#stand(frontOf(this.#bounds));
  }

  lookAsAtFirst(): void {
    this.#stand(firstViewOf(this.#bounds));
  }

  /** Shows a GLB in place of the mesh before. Throws where it can't be read. */
  async showMesh(name: string, content: Response): Promise<void> {
    const asset = await loadModel(this.#app, name, await content.arrayBuffer());
    const entity = entityOf(asset);
    this.#mesh?.entity.destroy();
    if (this.#mesh) forgetModel(this.#app, this.#mesh.asset);
    this.#mesh = { asset, entity };
    this.#thing.addChild(entity);
    this.apply(this.#appearance);
  }

  /** Shows splats in place of those before; over when they are on the canvas. Throws where they can't be read. */
  async showSplats(name: string, content: Response): Promise<void> {
    const asset = await loadSplats(this.#app, name, content);
    const before = this.#splatAsset;
    this.#splatAsset = asset;
    if (this.#splats.gsplat) this.#splats.gsplat.asset = asset;
    this.#sizePoints();
    if (this.#appearance.form === "splats") await this.#arrival();
    this.#choose();
    this.draw();
    if (before) forgetSplats(this.#app, before);
  }

  /** What is on the canvas, as a PNG; null where the browser can't. */
  picture(): Promise<Blob | null> {
    this.draw();
    return new Promise((done) => {
      // The drawing buffer is only there until the frame is shown.
      this.#app.once("frameend", () => this.canvas.toBlob(done, "image/png"));
    });
  }

  /**
   * Lets the object stand in one's own room until `onEnd`, in metres where its size is known. Throws where the device
   * can't, or its owner does not want it.
   */
  async standInRoom(isMetric: boolean, words: RoomWords, onEnd: () => void): Promise<void> {
    const { standInRoom } = await import("./inRoom");
    const guest = { camera: this.#camera, thing: this.#thing, bounds: this.#bounds, isMetric };
    await standInRoom(this.#app, guest, words, () => {
      this.#setInRoom(false);
      onEnd();
    });
    this.#setInRoom(true);
  }

  #setInRoom(isInRoom: boolean): void {
    this.#isInRoom = isInRoom;
    this.canvas.dataset.room = String(isInRoom);
    this.apply(this.#appearance);
    if (isInRoom) return;
    this.#thing.setLocalPosition(0, 0, 0);
    this.#thing.setLocalEulerAngles(0, 0, 0);
    this.#thing.setLocalScale(1, 1, 1);
    this.#look();
  }

  draw(): void {
    this.#app.renderNextFrame = true;
  }

  close(): void {
    this.#input.close();
    this.#resizing.disconnect();
    this.#app.destroy();
    this.canvas.remove();
  }

  #listen(events: ShowcaseEvents): void {
    this.#app.on("update", (seconds: number) => this.#step(seconds));
    const splats = this.#app.systems.gsplat;
    splats?.on("frame:request", () => this.draw());
    splats?.on("frame:ready", (_camera: unknown, _layer: unknown, isReady: boolean, loading: number) =>
      this.#arrive(isReady && loading === 0),
    );
    this.#device.on("devicelost", () => events.onLost(true));
    this.#device.on("devicerestored", () => {
      this.#sizePoints();
      this.draw();
      events.onLost(false);
    });
  }

  #step(seconds: number): void {
    const asked = turnedOrShifted(this.#input.take(), seconds);
    if (this.#isInRoom) return;
    const wanted = this.#appearance.isTurning ? turntable(asked) : asked;
    if (this.#arriving) this.draw();
    if (isNothing(wanted)) return;
    this.#orbit.act(wanted, seconds);
    this.#look();
  }

  #stand(view: View): void {
    this.#orbit = new Orbit(aroundOf(this.#bounds), view);
    this.#look();
  }

  #look(): void {
    if (this.#isInRoom) return;
    const { view } = this.#orbit;
    const { camera } = this.#camera;
    const [w, x, y, z] = rotationOf(view);
    this.#camera.setPosition(...view.position);
    this.#camera.setRotation(x, y, z, w);
    if (camera) {
      const size = sizeOf(this.#bounds);
      camera.fov = lensOf(this.canvas.clientWidth / Math.max(1, this.canvas.clientHeight)) * DEGREES;
      camera.nearClip = NEAR * size;
      camera.farClip = FAR * size;
    }
    this.draw();
  }

  #styleMesh(): void {
    const style = this.#appearance.isWireframe ? RENDERSTYLE_WIREFRAME : RENDERSTYLE_SOLID;
    for (const found of this.#mesh?.entity.findComponents("render") ?? []) {
      const render = found as RenderComponent;
      for (const { mesh } of render.meshInstances)
        if (style === RENDERSTYLE_WIREFRAME && mesh && !mesh.primitive[style]) mesh.generateWireframe();
      render.renderStyle = style;
    }
  }

  #sizePoints(): void {
    const { gsplat } = this.#splats;
    if (!gsplat) return;
    const across = (this.#appearance.pointSize ?? 0) / 1000;
    gsplat.setParameter("point_size", (across * sizeOf(this.#bounds)) / DEVIATIONS_ACROSS);
    gsplat.workBufferUpdate = WORKBUFFER_UPDATE_ONCE;
  }

  #arrival(): Promise<void> {
    this.#arriving?.done();
    this.draw();
    return new Promise((done) => {
      this.#arriving = { frames: 0, done };
    });
  }

  #arrive(isReady: boolean): void {
    const arriving = this.#arriving;
    if (!arriving) return;
    arriving.frames += 1;
    if (!isReady || arriving.frames <= NOTICED_AFTER) return;
    this.#arriving = null;
    this.#app.once("frameend", arriving.done);
  }
}

function makeDevice(canvas: HTMLCanvasElement): WebglGraphicsDevice {
  try {
    const device = new WebglGraphicsDevice(canvas, { alpha: true, antialias: true, stencil: false });
    device.maxPixelRatio = Math.min(MOST_PIXELS_A_POINT, window.devicePixelRatio);
    return device;
  } catch {
    throw new ViewerProblem("noWebGl");
  }
}

function makeCamera(): Entity {
  const camera = new Entity("camera");
  camera.addComponent("camera");
  if (camera.camera) {
    // Colours come as they are displayed, of splats and of textures.
    camera.camera.gammaCorrection = GAMMA_SRGB;
    camera.camera.toneMapping = TONEMAP_NONE;
  }
  return camera;
}
