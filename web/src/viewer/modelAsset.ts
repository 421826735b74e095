/** Meshes (GLB) as the engine's assets. Loaded only where there is one to show. */
import {
  type AppBase,
  Asset,
  ContainerHandler,
  type ContainerResource,
  type Entity,
  LightComponentSystem,
  RenderComponentSystem,
} from "playcanvas";

/** Teaches the engine meshes and lights; once is enough. */
export function learnMeshes(app: AppBase): void {
  if (app.systems.render) return;
  app.systems.add(new RenderComponentSystem(app));
  app.systems.add(new LightComponentSystem(app));
  app.loader.addHandler("container", new ContainerHandler(app));
}

/** The mesh of a GLB. Throws where its content can't be read. */
export async function loadModel(app: AppBase, name: string, content: ArrayBuffer): Promise<Asset> {
  const asset = new Asset(name, "container", { url: name, filename: name });
  if (asset.file) Object.assign(asset.file, { contents: content });
  await new Promise<void>((resolve, reject) => {
    asset.once("load", () => resolve());
    asset.once("error", (error: unknown) => reject(new Error(String(error))));
    app.assets.add(asset);
    app.assets.load(asset);
  }).catch((error: unknown) => {
    forgetModel(app, asset);
    throw error;
  });
  return asset;
}

/** The mesh as it is to be put into the world; whoever takes it destroys it. */
export function entityOf(asset: Asset): Entity {
  return (asset.resource as ContainerResource).instantiateRenderEntity({ castShadows: false }) as Entity;
}

export function forgetModel(app: AppBase, asset: Asset): void {
  app.assets.remove(asset);
  asset.unload();
}
