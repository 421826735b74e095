/** The kernel round the click network (sagemaker_containers/vision/clicknet/kernel, as WebAssembly), for one photo. */

import type { Size } from "../cutting/mask";
import { aligned, makeRoom, written } from "./kernel";
import type { Gestures, Mask } from "./segmenter";

interface Functions {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global<"i32">;
  clicknet_bytes(width: number, height: number): number;
  clicknet_open(memory: number, bytes: number, rgba: number, width: number, height: number): number;
  clicknet_width(net: number): number;
  clicknet_height(net: number): number;
  clicknet_grid_width(net: number): number;
  clicknet_grid_height(net: number): number;
  clicknet_look(net: number, clicks: number, count: number, box: number, last: number): number;
  clicknet_answer(net: number, probability: number, mask: number): void;
  clicknet_enlarge(net: number, mask: number, enlarged: number): void;
  clicknet_scale(net: number, other: number, otherWidth: number, otherHeight: number, mask: number): void;
  clicknet_join(
    net: number,
    other: number,
    otherWidth: number,
    otherHeight: number,
    clicks: number,
    count: number,
    mask: number,
  ): void;
}

/** What the network is shown: maps of `shape`, (1, maps, rows, columns). Lie in the kernel's memory until it is asked again. */
export interface Look {
  readonly evidence: Float32Array;
  readonly shape: [number, number, number, number];
}

/** Of kernel/evidence.h. */
const EVIDENCE_MAPS = 21;
const FLOAT_BYTES = 4;

export class PhotoNet {
  private readonly functions: Functions;
  private readonly net: number;
  private readonly free: number;
  private readonly photo: Size;

  private constructor(functions: Functions, net: number, free: number, photo: Size) {
    this.functions = functions;
    this.net = net;
    this.free = free;
    this.photo = photo;
  }

  static async open(module: WebAssembly.Module, { width, height, data }: ImageData): Promise<PhotoNet> {
    const functions = (await WebAssembly.instantiate(module, {})).exports as unknown as Functions;
    const bytes = functions.clicknet_bytes(width, height);
    const start = aligned(functions.__heap_base.value);
    const rgba = aligned(start + bytes);
    makeRoom(functions.memory, rgba + data.length);
    new Uint8Array(functions.memory.buffer, rgba, data.length).set(data);
    const net = functions.clicknet_open(start, bytes, rgba, width, height);
    if (net === 0)
      throw new RangeError(`A photo of ${width} x ${height} pixels needs more memory than its size says.`);
    return new PhotoNet(functions, net, rgba, { width, height });
  }

  get width(): number {
    return this.functions.clicknet_width(this.net);
  }

  get height(): number {
    return this.functions.clicknet_height(this.net);
  }

  /** The evidence in a window round the last mask, or in all of the photo. */
  look(gestures: Gestures, last: Mask | null): Look {
    const { functions, net } = this;
    const { clicks, count, box, end } = written(functions.memory, this.free, gestures);
    if (last) this.put(end, last.probability);
    const maps = functions.clicknet_look(net, clicks, count, box, last ? end : 0);
    const [rows, columns] = [functions.clicknet_grid_height(net), functions.clicknet_grid_width(net)];
    const evidence = new Float32Array(functions.memory.buffer, maps, EVIDENCE_MAPS * rows * columns);
    return { evidence, shape: [1, EVIDENCE_MAPS, rows, columns] };
  }

  /** The mask of the network's answer to the last look. */
  answered(probability: Float32Array): Mask {
    const mask = aligned(this.free + probability.length * FLOAT_BYTES);
    makeRoom(this.functions.memory, mask + this.width * this.height);
    new Float32Array(this.functions.memory.buffer, this.free, probability.length).set(probability);
    this.functions.clicknet_answer(this.net, this.free, mask);
    return this.taken(mask);
  }

  /** The mean of the network's mask and another method's; what was clicked is as it was clicked. */
  joined(mask: Mask, other: Mask, gestures: Gestures): Mask {
    const { functions, net } = this;
    const { clicks, count, end } = written(functions.memory, this.free, gestures);
    const otherAt = aligned(end + mask.probability.length);
    this.put(end, mask.probability);
    this.put(otherAt, other.probability);
    functions.clicknet_join(net, otherAt, other.width, other.height, clicks, count, end);
    return this.taken(end);
  }

  /** At the photo's own size. */
  enlarged(mask: Mask): Mask {
    const { functions, net, photo } = this;
    if (photo.width === mask.width && photo.height === mask.height) return mask;
    const enlarged = aligned(this.free + mask.probability.length);
    makeRoom(functions.memory, enlarged + photo.width * photo.height);
    this.put(this.free, mask.probability);
    functions.clicknet_enlarge(net, this.free, enlarged);
    return { ...photo, probability: this.bytes(enlarged, photo) };
  }

  /** Another method's mask in this photo's size. */
  scaled(other: Mask): Mask {
    const mask = aligned(this.free + other.probability.length);
    makeRoom(this.functions.memory, mask + this.width * this.height);
    this.put(this.free, other.probability);
    this.functions.clicknet_scale(this.net, this.free, other.width, other.height, mask);
    return this.taken(mask);
  }

  private put(at: number, bytes: Uint8Array) {
    makeRoom(this.functions.memory, at + bytes.length);
    new Uint8Array(this.functions.memory.buffer, at, bytes.length).set(bytes);
  }

  private taken(at: number): Mask {
    const { width, height } = this;
    return { width, height, probability: this.bytes(at, { width, height }) };
  }

  private bytes(at: number, { width, height }: Size): Uint8Array {
    return new Uint8Array(this.functions.memory.buffer, at, width * height).slice();
  }
}
