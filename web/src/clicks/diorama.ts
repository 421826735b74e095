/** Masks without any server: the photo is looked at here, and clicks are answered here. */
import { PhotoMasks } from "./kernel";
import type { Segmenter } from "./segmenter";

const KERNEL = new URL("./masks.wasm", import.meta.url);

/** For a worker: looking at the photo takes up to a second for a megapixel. */
export async function openSegmenter(photo: ImageData): Promise<Segmenter> {
  const module = await WebAssembly.compileStreaming(fetch(KERNEL));
  const masks = await PhotoMasks.open(module, photo);
  return { model: "diorama", segment: async (gestures) => masks.segment(gestures) };
}
