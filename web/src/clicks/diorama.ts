/**
 * Masks without any server: the photo is looked at here, and clicks are answered here. The first ones are made without
 * weights; as soon as the click network is loaded, it answers too (`model` says which it was).
 */
import { PhotoMasks } from "./kernel";
import { openedNetwork } from "./layers";
import { MasksBeside } from "./masksBeside";
import { PhotoNet } from "./photoNet";
import { type Networks, RefinedMasks, type WeightFree } from "./refined";
import type { Gestures, Mask, Segmenter } from "./segmenter";
import { whenAsked } from "./whenAsked";

const MASKS = new URL("./masks.wasm", import.meta.url);
const CLICKNET = new URL("./clicknet.wasm", import.meta.url);
const LAYERS = new URL("./layers.wasm", import.meta.url);
const CLICK_WEIGHTS = new URL("../../../sagemaker_containers/vision/clicknet/weights.onnx", import.meta.url);
const BOX_WEIGHTS = new URL("../../../sagemaker_containers/vision/clicknet/boxes.onnx", import.meta.url);

/** For a worker: looking at the photo takes up to a second for a megapixel. */
export async function openSegmenter(photo: ImageData): Promise<Segmenter> {
  const module = await WebAssembly.compileStreaming(fetch(MASKS));
  const masks = await MasksBeside.open(module, photo).catch(() => PhotoMasks.open(module, photo));
  return new Soonest(masks, refined(photo, masks));
}

/** The weight-free method until the better one is there; for good where a browser cannot run it. */
class Soonest implements Segmenter {
  readonly #masks: WeightFree;
  readonly settled: Promise<unknown>;
  #better: Segmenter | null = null;

  constructor(masks: WeightFree, better: Promise<Segmenter>) {
    this.#masks = masks;
    this.settled = better.then(
      (segmenter) => {
        this.#better = segmenter;
      },
      () => null,
    );
  }

  get model(): string {
    return this.#better?.model ?? "diorama";
  }

  async segment(gestures: Gestures): Promise<Mask> {
    return this.#better?.segment(gestures) ?? this.#masks.segment(gestures);
  }
}

async function refined(photo: ImageData, masks: WeightFree): Promise<Segmenter> {
  const module = WebAssembly.compileStreaming(fetch(CLICKNET));
  const [net, networks] = await Promise.all([
    module.then((compiled) => PhotoNet.open(compiled, photo)),
    loadedNetworks(),
  ]);
  return new RefinedMasks(masks, net, networks);
}

let loading: Promise<Networks> | null = null;

/** The networks, loaded once for all photos. */
function loadedNetworks(): Promise<Networks> {
  loading ??= fetchedNetworks().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Clicks wait for one of them only: the other is fetched when somebody draws a box. */
async function fetchedNetworks(): Promise<Networks> {
  const layers = WebAssembly.compileStreaming(fetch(LAYERS));
  const opened = async (address: URL) => {
    const [module, weights] = await Promise.all([layers, fetchedWeights(address)]);
    return openedNetwork(module, weights);
  };
  const clicks = await opened(CLICK_WEIGHTS);
  return { clicks, boxes: whenAsked(() => opened(BOX_WEIGHTS), clicks) };
}

async function fetchedWeights(address: URL): Promise<Uint8Array> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the click network: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
