/** Files of splats as the engine's assets. */
import { type AppBase, Asset } from "playcanvas";

/**
 * The splats of a file, for the engine; `path` says the format by its ending. Throws where the file can't be read or
 * did not arrive whole.
 */
export function loadSplats(
  app: AppBase,
  path: string,
  content: Response,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Asset> {
  const asset = new Asset(path, "gsplat", { url: path, filename: path });
  // The engine reads an answer as it comes, though its types know of whole buffers only.
  if (asset.file) Object.assign(asset.file, { contents: content });
  asset.on("progress", onBytes);
  return new Promise((resolve, reject) => {
    asset.once("load", () => (asset.resource ? resolve(asset) : reject(new Error(`nothing in ${path}`))));
    asset.once("error", (error: unknown) => {
      forgetSplats(app, asset);
      reject(new Error(String(error)));
    });
    app.assets.add(asset);
    app.assets.load(asset);
  });
}

export function forgetSplats(app: AppBase, asset: Asset): void {
  app.assets.remove(asset);
  asset.unload();
}
