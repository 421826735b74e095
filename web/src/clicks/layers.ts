/**
 * Runs a network's layers (sagemaker_containers/vision/clicknet/layers, as WebAssembly): what ONNX Runtime would, in
 * less than half the time, and without its fourteen megabytes.
 */
import { aligned, makeRoom } from "./kernel";
import { type Layer, type Model, readModel, type Weights } from "./onnx";
import type { Look } from "./photoNet";
import type { Network } from "./refined";

interface Functions {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global<"i32">;
  layers_map_floats(width: number, height: number, channels: number): number;
  layers_weight_floats(from: number, to: number, side: number, stride: number): number;
  layers_scratch_floats(from: number, to: number): number;
  layers_pack(
    weights: number,
    bias: number,
    from: number,
    to: number,
    side: number,
    stride: number,
    packed: number,
  ): void;
  layers_rim(map: number, width: number, height: number, channels: number): void;
  layers_take(planes: number, width: number, height: number, channels: number, map: number): void;
  layers_give(map: number, width: number, height: number, channels: number, planes: number): void;
  layers_convolve(
    map: number,
    width: number,
    height: number,
    from: number,
    packed: number,
    to: number,
    side: number,
    stride: number,
    dilation: number,
    rectified: number,
    scratch: number,
    made: number,
  ): void;
  layers_add(
    one: number,
    other: number,
    step: number,
    width: number,
    height: number,
    channels: number,
    rectified: number,
    sum: number,
  ): void;
  layers_mean(map: number, width: number, height: number, channels: number, made: number): void;
  layers_double(map: number, width: number, height: number, channels: number, made: number): void;
}

/** Where a map lies, and of what size it is. */
interface Place {
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

interface Plan {
  readonly seen: Place;
  readonly made: Place;
  readonly steps: readonly (() => void)[];
  /** Where its maps end. */
  readonly end: number;
}

interface Convolution {
  readonly packed: number;
  readonly from: number;
  readonly to: number;
  readonly side: number;
  readonly stride: number;
  readonly dilation: number;
}

const FLOAT_BYTES = 4;
/** Layers that can leave out what is below 0 at once. */
const RECTIFYING = new Set(["Conv", "Add"]);

/** A network of an ONNX file. Rejects where it has layers that are not known here. */
export async function openedNetwork(module: WebAssembly.Module, file: Uint8Array): Promise<Network> {
  const functions = (await WebAssembly.instantiate(module, {})).exports as unknown as Functions;
  const network = new Layers(functions, readModel(file));
  return async (look) => network.answer(look);
}

class Layers {
  readonly #functions: Functions;
  readonly #model: Model;
  readonly #convolutions = new Map<Layer, Convolution>();
  /** How often each map is read: one that is read once may be written over by who reads it. */
  readonly #reads = new Map<string, number>();
  /** Maps of which only a Relu reads, and whose makers can do its work. */
  readonly #rectified = new Set<string>();
  readonly #scratch: number;
  #end: number;
  /** Is kept: the first look at each object is at all of the photo, so of one size. */
  #first: Plan | null = null;
  #last: Plan | null = null;

  constructor(functions: Functions, model: Model) {
    this.#functions = functions;
    this.#model = model;
    this.#end = aligned(functions.__heap_base.value);
    for (const name of model.layers.flatMap(({ takes }) => takes))
      this.#reads.set(name, (this.#reads.get(name) ?? 0) + 1);
    const able = new Set(model.layers.filter(({ kind }) => RECTIFYING.has(kind)).map(({ gives }) => gives));
    for (const { takes } of model.layers.filter(({ kind }) => kind === "Relu"))
      for (const name of takes) if (able.has(name) && this.#reads.get(name) === 1) this.#rectified.add(name);
    for (const layer of model.layers)
      if (layer.kind === "Conv") this.#convolutions.set(layer, this.#packed(layer));
    const scratch = [...this.#convolutions.values()].map(({ from, to }) =>
      functions.layers_scratch_floats(from, to),
    );
    this.#scratch = this.#room(Math.max(0, ...scratch));
  }

  /** Probabilities, (rows / 2, columns / 2) for the networks of clicks. */
  answer({ evidence, shape: [, channels, height, width] }: Look): Float32Array {
    const { seen, made, steps } = this.#planFor({ width, height, channels });
    const { memory, layers_take, layers_give } = this.#functions;
    const planes = this.#end;
    makeRoom(memory, planes + evidence.byteLength);
    new Float32Array(memory.buffer, planes, evidence.length).set(evidence);
    layers_take(planes, width, height, channels, seen.at);
    for (const step of steps) step();
    layers_give(made.at, made.width, made.height, made.channels, planes);
    return new Float32Array(memory.buffer, planes, made.width * made.height * made.channels).map(
      (logit) => 1 / (1 + Math.exp(-logit)),
    );
  }

  /** For looks of one size: a place for each layer's map, and what is to be called for it. */
  #planFor(size: Omit<Place, "at">): Plan {
    const isOfSize = ({ seen }: Plan) => seen.width === size.width && seen.height === size.height;
    const known = [this.#first, this.#last].find((plan) => plan && isOfSize(plan));
    if (known) return known;
    this.#end = this.#first?.end ?? this.#end;
    const plan = this.#plan(size);
    if (this.#first) this.#last = plan;
    else this.#first = plan;
    return plan;
  }

  #plan(size: Omit<Place, "at">): Plan {
    const steps: (() => void)[] = [];
    const seen = this.#map(size);
    const places = new Map([["evidence", seen]]);
    let last = seen;
    for (const layer of this.#model.layers) {
      const taken = layer.takes.flatMap((name) => places.get(name) ?? []);
      const { made, step } = this.#planned(layer, taken);
      places.set(layer.gives, made);
      if (step) steps.push(step);
      last = made;
    }
    return { seen, made: last, steps, end: this.#end };
  }

  #planned(layer: Layer, [map = NOWHERE, other]: readonly Place[]): { made: Place; step?: () => void } {
    const functions = this.#functions;
    const { at, width, height, channels } = map;
    const rectified = this.#rectified.has(layer.gives) ? 1 : 0;
    if (layer.kind === "Conv") return this.#convolved(layer, map);
    if (layer.kind === "Sigmoid") return { made: map }; // done by `answer`, of what is the last
    if (layer.kind === "Relu" && this.#rectified.has(layer.takes[0] ?? "")) return { made: map };
    if (layer.kind === "Add" && other) {
      const isOne = other.width === 1 && other.height === 1;
      const made = isOne ? this.#map(map) : this.#over(layer.takes[1], other);
      return {
        made,
        step: () =>
          functions.layers_add(at, other.at, isOne ? 0 : 1, width, height, channels, rectified, made.at),
      };
    }
    if (layer.kind === "ReduceMean") {
      const made = this.#map({ width: 1, height: 1, channels });
      return { made, step: () => functions.layers_mean(at, width, height, channels, made.at) };
    }
    if (layer.kind === "Resize") {
      const made = this.#map({ width: 2 * width, height: 2 * height, channels });
      return { made, step: () => functions.layers_double(at, width, height, channels, made.at) };
    }
    throw new RangeError(`the network has a layer that is not known: ${layer.kind}`);
  }

  #convolved(layer: Layer, { at, width, height }: Place) {
    const { layers_convolve } = this.#functions;
    const kept = this.#convolutions.get(layer);
    if (kept === undefined) throw new RangeError("the network has a layer without weights");
    const { packed, from, to, side, stride, dilation } = kept;
    const made = this.#map({
      width: Math.ceil(width / stride),
      height: Math.ceil(height / stride),
      channels: to,
    });
    const [rectified, scratch] = [this.#rectified.has(layer.gives) ? 1 : 0, this.#scratch];
    const step = () =>
      layers_convolve(
        at,
        width,
        height,
        from,
        packed,
        to,
        side,
        stride,
        dilation,
        rectified,
        scratch,
        made.at,
      );
    return { made, step };
  }

  #packed(layer: Layer): Convolution {
    const [, name = "", biasName = ""] = layer.takes;
    const [weights, bias] = [this.#model.weights.get(name), this.#model.weights.get(biasName)];
    if (!weights || !bias) throw new RangeError("the network has a layer without weights");
    const [to = 0, from = 0, side = 0] = weights.shape;
    const [stride = 1] = layer.numbers.get("strides") ?? [];
    const [dilation = 1] = layer.numbers.get("dilations") ?? [];
    const packed = this.#room(this.#functions.layers_weight_floats(from, to, side, stride));
    const end = this.#end;
    const [weightsAt, biasAt] = [this.#put(weights), this.#put(bias)];
    this.#functions.layers_pack(weightsAt, biasAt, from, to, side, stride, packed);
    this.#end = end;
    return { packed, from, to, side, stride, dilation };
  }

  #put({ values }: Weights): number {
    const at = this.#room(values.length);
    new Float32Array(this.#functions.memory.buffer, at, values.length).set(values);
    return at;
  }

  /** In the place of one that nobody else reads; of its size. */
  #over(name: string | undefined, map: Place): Place {
    return this.#reads.get(name ?? "") === 1 ? map : this.#map(map);
  }

  #map({ width, height, channels }: Omit<Place, "at">): Place {
    const { layers_map_floats, layers_rim } = this.#functions;
    const at = this.#room(layers_map_floats(width, height, channels));
    layers_rim(at, width, height, channels);
    return { at, width, height, channels };
  }

  #room(floats: number): number {
    const at = this.#end;
    this.#end = aligned(at + floats * FLOAT_BYTES);
    makeRoom(this.#functions.memory, this.#end);
    return at;
  }
}

const NOWHERE: Place = { at: 0, width: 0, height: 0, channels: 0 };
