/** The kernel of masks (sagemaker_containers/vision/masks/kernel, as WebAssembly) and its memory, one for each photo. */
import type { Box, Click, Gestures, Mask } from "./segmenter";

interface Functions {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global<"i32">;
  masks_bytes(width: number, height: number): number;
  masks_open(memory: number, bytes: number, rgba: number, width: number, height: number): number;
  masks_width(masks: number): number;
  masks_height(masks: number): number;
  masks_segment(masks: number, clicks: number, count: number, box: number, probability: number): void;
}

const PAGE_BYTES = 65536;
const ALIGNED_TO = 16;
const CLICK_BYTES = 12;
const BOX_BYTES = 16;

/** The functions of a compiled module in fresh memory, which nothing but one photo uses. */
async function functionsOf(module: WebAssembly.Module): Promise<Functions> {
  const instance = await WebAssembly.instantiate(module, {});
  return instance.exports as unknown as Functions;
}

/** One photo, looked at once; `segment` answers in milliseconds. */
export class PhotoMasks {
  private readonly functions: Functions;
  private readonly masks: number;
  private readonly free: number;

  private constructor(functions: Functions, masks: number, free: number) {
    this.functions = functions;
    this.masks = masks;
    this.free = free;
  }

  /** Looks at the photo: up to a second for a megapixel, so not on a page's own thread. */
  static async open(module: WebAssembly.Module, photo: ImageData): Promise<PhotoMasks> {
    const functions = await functionsOf(module);
    const { width, height, data } = photo;
    const bytes = functions.masks_bytes(width, height);
    const start = aligned(functions.__heap_base.value);
    const rgba = aligned(start + bytes);
    makeRoom(functions.memory, rgba + data.length);
    new Uint8Array(functions.memory.buffer, rgba, data.length).set(data);
    const masks = functions.masks_open(start, bytes, rgba, width, height);
    if (masks === 0)
      throw new RangeError(`A photo of ${width} x ${height} pixels needs more memory than its size says.`);
    return new PhotoMasks(functions, masks, rgba);
  }

  segment(gestures: Gestures): Mask {
    const { functions, masks } = this;
    const width = functions.masks_width(masks);
    const height = functions.masks_height(masks);
    const { clicks, count, box, end } = written(functions.memory, this.free, gestures);
    makeRoom(functions.memory, end + width * height);
    functions.masks_segment(masks, clicks, count, box, end);
    return {
      width,
      height,
      probability: new Uint8Array(functions.memory.buffer, end, width * height).slice(),
    };
  }
}

export const aligned = (address: number) => Math.ceil(address / ALIGNED_TO) * ALIGNED_TO;

export function makeRoom(memory: WebAssembly.Memory, bytes: number) {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/** Writes gestures as the kernels' structs: their addresses (0 for no box), and the free memory behind them. */
export function written(memory: WebAssembly.Memory, at: number, { clicks, box }: Gestures) {
  const clicksAt = at + BOX_BYTES;
  const end = aligned(clicksAt + clicks.length * CLICK_BYTES);
  makeRoom(memory, end);
  const view = new DataView(memory.buffer);
  clicks.forEach((click, index) => {
    writeClick(view, clicksAt + index * CLICK_BYTES, click);
  });
  if (box) writeBox(view, at, box);
  return { clicks: clicksAt, count: clicks.length, box: box ? at : 0, end };
}

function writeClick(view: DataView, at: number, click: Click) {
  view.setFloat32(at, click.x, true);
  view.setFloat32(at + 4, click.y, true);
  view.setInt32(at + 8, click.adds ? 1 : 0, true);
}

function writeBox(view: DataView, at: number, box: Box) {
  [box.left, box.top, box.right, box.bottom].forEach((side, index) => {
    view.setFloat32(at + 4 * index, side, true);
  });
}
