/** ONNX Runtime Web, loaded when it is needed: on the graphics card (WebGPU), or on one thread of the processor. */
import type { InferenceSession, Tensor } from "onnxruntime-web";

/** Of the runtime's messages only these are for the console. */
const ERRORS = 3;

type Values = { readonly float32: Float32Array; readonly int32: Int32Array };

export interface Runtime {
  open(model: Uint8Array): Promise<InferenceSession>;
  tensor<Type extends keyof Values>(type: Type, values: Values[Type], shape: number[]): Tensor;
}

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
}

/** One that is played by the processor is none: that takes longer than to ask the processor itself. */
export async function hasGraphicsCard(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return Boolean(adapter) && !adapter?.info?.isFallbackAdapter;
}

export async function onGraphicsCard(): Promise<Runtime> {
  return runtimeOf(await import("onnxruntime-web/webgpu"), ["webgpu", "wasm"]);
}

export async function onProcessor(): Promise<Runtime> {
  return runtimeOf(await import("onnxruntime-web/wasm"), ["wasm"]);
}

function runtimeOf(
  { env, InferenceSession, Tensor }: typeof import("onnxruntime-web"),
  executionProviders: string[],
): Runtime {
  // More threads need memory that is shared, which a page only has that no other page may look into.
  env.wasm.numThreads = 1;
  env.logLevel = "error";
  return {
    open: (model) => InferenceSession.create(model, { executionProviders, logSeverityLevel: ERRORS }),
    tensor: (type, values, shape) =>
      type === "int32"
        ? new Tensor("int32", values as Int32Array, shape)
        : new Tensor("float32", values as Float32Array, shape),
  };
}
