import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openedNetwork } from "../src/clicks/layers";
import type { Network } from "../src/clicks/refined";
import { onProcessor, type Runtime } from "../src/cutting/runtime";

const MAPS = 21;
const bytes = (address: string) => readFileSync(new URL(address, import.meta.url));
const file = (name: string) =>
  new Uint8Array(bytes(`../../sagemaker_containers/vision/clicknet/${name}.onnx`));

/** From 0 to 1, the same each time. */
function evidenceOf(rows: number, columns: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: MAPS * rows * columns }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  });
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? 0))), 0);
}

describe.each(["weights", "boxes"])("the layers of %s.onnx", (name) => {
  let ours: Network;
  let runtime: Runtime;
  let theirs: Awaited<ReturnType<Runtime["open"]>>;

  beforeAll(async () => {
    runtime = await onProcessor();
    ours = await openedNetwork(await WebAssembly.compile(bytes("../src/clicks/layers.wasm")), file(name));
    theirs = await runtime.open(file(name));
  });

  // an odd number of pixels on the coarsest maps, one that is a single tile, and the size before once more
  it.each([
    [128, 192],
    [192, 192],
    [112, 176],
    [48, 80],
    [128, 192],
  ])("answer as ONNX Runtime does, of %i x %i", async (rows, columns) => {
    const evidence = evidenceOf(rows, columns);
    const shape: [number, number, number, number] = [1, MAPS, rows, columns];
    const { probability } = await theirs.run({ evidence: runtime.tensor("float32", evidence, shape) });
    const answer = await ours({ evidence, shape });
    expect(answer.length).toBe((rows * columns) / 4);
    expect(largestDifference(answer, (await probability?.getData()) as Float32Array)).toBeLessThan(1e-5);
  });
});
