/** A click network (sagemaker_containers/vision/clicknet/*.onnx) on one thread of the processor. */
import type { Runtime } from "../cutting/runtime";
import type { Network } from "./refined";

export async function openedNetwork(runtime: Runtime, weights: Uint8Array): Promise<Network> {
  const session = await runtime.open(weights);
  return async ({ evidence, shape }) => {
    const answers = await session.run({ evidence: runtime.tensor("float32", evidence, shape) });
    const probability = await answers.probability?.getData();
    if (!(probability instanceof Float32Array)) throw new Error("the network gave no answer");
    return probability;
  };
}
