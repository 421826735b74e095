/** Things (GLB) that stand in a place among its splats, plainly lit. Loaded only where there are some. */
import { type AppBase, type Asset, Color, Entity } from "playcanvas";
import { entityOf, forgetModel, learnMeshes, loadModel } from "./modelAsset";
import type { Quaternion, Vector } from "./space";

export interface Thing {
  readonly id: string;
  readonly url: string;
  readonly position: Vector;
  readonly rotation_wxyz: Quaternion;
  readonly scale: number;
}

interface Standing {
  readonly file: string;
  readonly asset: Asset;
  readonly entity: Entity;
}

/** From all sides, and from above: their textures hold the light of the room already. */
const FROM_ALL_SIDES = 0.95;
const FROM_ABOVE = 0.3;

export class Furniture {
  readonly #app: AppBase;
  readonly #standing = new Map<string, Standing>();
  /** What is wanted now: a thing that comes later than it was wanted is not put up. */
  #wanted: readonly Thing[] = [];

  constructor(app: AppBase) {
    this.#app = app;
    learnMeshes(app);
    app.scene.ambientLight = new Color(FROM_ALL_SIDES, FROM_ALL_SIDES, FROM_ALL_SIDES);
    const lamp = new Entity("lamp", app);
    lamp.addComponent("light", { type: "directional", intensity: FROM_ABOVE });
    lamp.setEulerAngles(30, 30, 0);
    app.root.addChild(lamp);
  }

  /** Puts up what is new, moves what is there, takes away the rest. Throws where one did not come. */
  async show(things: readonly Thing[], draw: () => void): Promise<void> {
    this.#wanted = things;
    for (const [id, one] of this.#standing) {
      const wanted = things.find((thing) => thing.id === id);
      if (!wanted || fileOf(wanted.url) !== one.file) this.#takeAway(id, one);
    }
    const failed: unknown[] = [];
    for (const thing of things) await this.#putUp(thing).catch((error: unknown) => failed.push(error));
    draw();
    if (failed.length > 0) throw failed[0];
  }

  async #putUp(thing: Thing): Promise<void> {
    const file = fileOf(thing.url);
    const there = this.#standing.get(thing.id);
    if (there) {
      place(there.entity, thing);
      return;
    }
    const answer = await fetch(thing.url);
    if (!answer.ok) throw new Error(`${answer.status} for ${file}`);
    const asset = await loadModel(this.#app, `${thing.id}.glb`, await answer.arrayBuffer());
    if (!this.#wanted.includes(thing)) {
      forgetModel(this.#app, asset);
      return;
    }
    const entity = entityOf(asset);
    place(entity, thing);
    this.#app.root.addChild(entity);
    this.#standing.set(thing.id, { file, asset, entity });
  }

  #takeAway(id: string, { asset, entity }: Standing): void {
    entity.destroy();
    forgetModel(this.#app, asset);
    this.#standing.delete(id);
  }
}

function place(entity: Entity, { position, rotation_wxyz: [w, x, y, z], scale }: Thing): void {
  entity.setLocalPosition(...position);
  entity.setLocalRotation(x, y, z, w);
  entity.setLocalScale(scale, scale, scale);
}

/** The address of a file without what signs it, which is another one each time. */
const fileOf = (url: string): string => url.split("?", 1)[0] ?? url;
