/** Reads what an ONNX file says of a network: its layers, in order, and its weights. Of the format only what ours use. */
import { widened } from "../cutting/halves";

export interface Layer {
  readonly kind: string;
  readonly takes: readonly string[];
  readonly gives: string;
  readonly numbers: ReadonlyMap<string, readonly number[]>;
}

export interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Model {
  readonly layers: readonly Layer[];
  readonly weights: ReadonlyMap<string, Weights>;
}

/** Field numbers of onnx.proto. */
const GRAPH = 7;
const NODE = { layer: 1, weights: 5 };
const LAYER = { takes: 1, gives: 2, kind: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, number: 3, numbers: 8 };
const TENSOR = { shape: 1, type: 2, name: 8, bytes: 9 };
const TYPES = { float32: 1, float16: 10 };

/** Raises RangeError for a file that is cut off. */
export function readModel(file: Uint8Array): Model {
  const graph = fieldsOf(one(fieldsOf(file), GRAPH));
  const weights = new Map(bytesIn(graph, NODE.weights).flatMap(readWeights));
  const layers = bytesIn(graph, NODE.layer).map(readLayer);
  // Weights are kept in half precision, and widened by a layer that does nothing else.
  for (const { kind, takes, gives } of layers) {
    const kept = kind === "Cast" ? weights.get(takes[0] ?? "") : undefined;
    if (kept) weights.set(gives, kept);
  }
  return { layers: layers.filter(({ gives }) => !weights.has(gives)), weights };
}

function readLayer(bytes: Uint8Array): Layer {
  const fields = fieldsOf(bytes);
  const numbers = bytesIn(fields, LAYER.attribute).map((attribute): [string, number[]] => {
    const said = fieldsOf(attribute);
    return [
      textOf(one(said, ATTRIBUTE.name)),
      [...numbersIn(said, ATTRIBUTE.number), ...numbersIn(said, ATTRIBUTE.numbers)],
    ];
  });
  return {
    kind: textOf(one(fields, LAYER.kind)),
    takes: bytesIn(fields, LAYER.takes).map(textOf),
    gives: textOf(one(fields, LAYER.gives)),
    numbers: new Map(numbers),
  };
}

/** Nothing for what is no weights: the runtime's lists of sides. */
function readWeights(bytes: Uint8Array): [string, Weights][] {
  const fields = fieldsOf(bytes);
  const [type] = numbersIn(fields, TENSOR.type);
  if (type !== TYPES.float32 && type !== TYPES.float16) return [];
  const { buffer } = one(fields, TENSOR.bytes).slice(); // begins anywhere in the file; a copy is aligned
  const values = type === TYPES.float32 ? new Float32Array(buffer) : widened(new Uint16Array(buffer));
  return [[textOf(one(fields, TENSOR.name)), { shape: numbersIn(fields, TENSOR.shape), values }]];
}

/** A message of Protocol Buffers, by field: numbers, or the bytes of what is longer. */
type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

const VARINT = 0;
const BYTES = 2;
const FOUR_BYTES = 5;

function fieldsOf(message: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const reader = new Reader(message);
  while (!reader.isAtEnd) {
    const tag = reader.number();
    const field = tag >> 3;
    const values = fields.get(field) ?? [];
    fields.set(field, values);
    const kind = tag & 7;
    if (kind === VARINT) values.push(reader.number());
    else if (kind === BYTES) values.push(reader.bytes(reader.number()));
    else values.push(reader.bytes(kind === FOUR_BYTES ? 4 : 8));
  }
  return fields;
}

class Reader {
  readonly #message: Uint8Array;
  #at = 0;

  constructor(message: Uint8Array) {
    this.#message = message;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#message.length;
  }

  /** Seven bits a byte, the lowest first. */
  number(): number {
    for (let value = 0, place = 1; ; place *= 128) {
      const [byte = 0] = this.bytes(1);
      value += (byte & 127) * place;
      if (byte < 128) return value;
    }
  }

  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#message.length) throw new RangeError("the network's file is cut off");
    this.#at += count;
    return this.#message.subarray(this.#at - count, this.#at);
  }
}

function bytesIn(fields: Fields, field: number): Uint8Array[] {
  return (fields.get(field) ?? []).filter((value) => value instanceof Uint8Array);
}

function one(fields: Fields, field: number): Uint8Array {
  const [bytes] = bytesIn(fields, field);
  if (bytes === undefined) throw new RangeError(`the network's file lacks field ${field}`);
  return bytes;
}

/** As they are, or packed. */
function numbersIn(fields: Fields, field: number): number[] {
  return (fields.get(field) ?? []).flatMap((value) => {
    if (typeof value === "number") return [value];
    const packed = new Reader(value);
    const numbers: number[] = [];
    while (!packed.isAtEnd) numbers.push(packed.number());
    return numbers;
  });
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
