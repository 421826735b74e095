/** What was cut out, sent to the studio: names, clicks and masks. */
import { type Api, read } from "../api/client";
import { ApiProblem } from "../api/problem";
import { strings } from "../strings";
import { patiently } from "../upload/send";
import { asksSegmenter } from "./drawing";
import type { Size } from "./mask";
import type { Layer } from "./masks";
import { greyPng } from "./png";
import { sentOf } from "./sent";

const words = strings.cutting;

/** Throws `ApiProblem` where there is nothing to send, or nothing is left out: the studio would not take it. */
export function check(layers: readonly Layer[]): void {
  const named = (which: (layer: Layer) => boolean) => layers.filter(which).map(({ cutout }) => cutout.name);
  const unmarked = named(({ coverage }) => coverage === 0);
  if (unmarked.length > 0) throw new ApiProblem(-1, "unmarked", words.unmarked(unmarked), "");
  const whole = named(({ coverage }) => coverage === 1);
  if (whole.length > 0) throw new ApiProblem(-1, "whole", words.whole(whole), words.wholeAdvice);
}

/** Sends all cut-outs, and takes away those of `known` that are not among them. Throws `ApiProblem`. */
export async function confirm(
  api: Api,
  session_id: string,
  layers: readonly Layer[],
  size: Size,
  known: readonly string[],
): Promise<void> {
  const { signal } = new AbortController();
  for (const layer of layers) {
    const path = { session_id, cutout_id: layer.cutout.id };
    const body = await cutoutOf(layer, size);
    await patiently(signal, () =>
      read(api.PUT("/v1/objects/{session_id}/cutouts/{cutout_id}", { params: { path }, body })),
    );
  }
  const kept = new Set(layers.map(({ cutout }) => cutout.id));
  for (const cutout_id of known.filter((id) => !kept.has(id))) {
    const params = { path: { session_id, cutout_id } };
    await patiently(signal, () =>
      read(api.DELETE("/v1/objects/{session_id}/cutouts/{cutout_id}", { params })),
    );
  }
}

const BY_HAND = "hand";

async function cutoutOf({ cutout, mask, model }: Layer, size: Size) {
  const { clicks, box, by_hand } = sentOf(cutout);
  return {
    name: cutout.name.trim() || words.firstName,
    mask_png: await base64(await greyPng(mask, size)),
    clicks: [...clicks],
    box,
    by_hand,
    segmenter: asksSegmenter(cutout) ? model : BY_HAND,
  };
}

function base64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
