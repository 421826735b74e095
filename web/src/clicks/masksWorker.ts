/** Makes masks without weights beside the worker that runs the network: neither waits for the other. */
import { PhotoMasks } from "./kernel";
import type { Gestures, Mask } from "./segmenter";

export type Request =
  | { readonly kind: "open"; readonly module: WebAssembly.Module; readonly photo: ImageData }
  | { readonly kind: "segment"; readonly gestures: Gestures };

export interface Reply {
  readonly id: number;
  /** Null for a photo that was opened. */
  readonly mask?: Mask | null;
  readonly error?: string;
}

let masks: PhotoMasks | null = null;

self.onmessage = async ({ data: { id, request } }: MessageEvent<{ id: number; request: Request }>) => {
  try {
    const mask = await answer(request);
    self.postMessage({ id, mask }, { transfer: mask ? [mask.probability.buffer as ArrayBuffer] : [] });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};

async function answer(request: Request): Promise<Mask | null> {
  if (request.kind === "open") {
    masks = await PhotoMasks.open(request.module, request.photo);
    return null;
  }
  if (masks === null) throw new Error("no photo was opened");
  return masks.segment(request.gestures);
}
