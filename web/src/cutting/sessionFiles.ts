/** What the studio made of a session's photo: the photo upright, and the embedding where there is one. */
import { type Api, type PhotoReport, read, type SessionDetails } from "../api/client";
import { problemOf } from "../api/problem";
import type { Mask } from "../clicks/segmenter";
import { openStudioPhoto, type Photo } from "./photo";
import type { Embedding } from "./samSegmenter";
import { type Confirmed, NOTHING_CONFIRMED } from "./sent";

/** Where the files lie for a while. Throws `ApiProblem`. */
async function folderOf(api: Api, session_id: string): Promise<string> {
  const params = { path: { session_id } };
  const { files_url, photo } = await read(api.GET("/v1/objects/{session_id}/view", { params }));
  return new URL(`${files_url}${photo ?? ""}`, location.href).href;
}

/** Throws `ApiProblem`. */
export async function loadPhoto(api: Api, sessionId: string): Promise<Photo> {
  const answer = await fetch(`${await folderOf(api, sessionId)}photo.jpg`);
  if (!answer.ok) throw problemOf(answer.status, null);
  return openStudioPhoto(await answer.blob());
}

/** Whether a better model than the page's own can make masks of it. */
export function hasDecoder(report: PhotoReport): boolean {
  return Boolean(report.decoder && report.frame && report.arrays?.length);
}

/** Null where there is none. Throws `ApiProblem`. */
export async function embeddingOf(
  api: Api,
  sessionId: string,
  report: PhotoReport,
): Promise<Embedding | null> {
  const { frame, decoder } = report;
  if (!hasDecoder(report) || !frame) return null;
  const folder = await folderOf(api, sessionId);
  return {
    model: report.model,
    decoderDigest: report.decoder_digest || (report.weights ?? ""), // embeddings of earlier have no digest
    photo: { width: report.width_px, height: report.height_px },
    frame: { side: frame.side_px, width: frame.width_px, height: frame.height_px },
    arrays: (report.arrays ?? []).map(({ name, file, shape }) => ({ name, shape, url: folder + file })),
    decoderUrl: `${folder}${decoder}`,
  };
}

/** What was confirmed, without the masks that do not come: they are made anew. */
export async function loadConfirmed(
  api: Api,
  { session_id, cutouts, photo }: SessionDetails,
): Promise<Confirmed> {
  if (cutouts.length === 0 || photo === null) return { ...NOTHING_CONFIRMED, cutouts };
  const params = { path: { session_id } };
  const { files_url } = await read(api.GET("/v1/objects/{session_id}/view", { params }));
  const loaded = cutouts.map(async ({ cutout_id, mask }): Promise<[string, Mask]> => {
    if (mask === null) throw new Error("made of its clicks");
    return [cutout_id, await maskAt(new URL(`${files_url}${mask}`, location.href).href)];
  });
  const settled = await Promise.allSettled(loaded);
  const masks = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return { cutouts, masks: new Map(masks) };
}

async function maskAt(url: string): Promise<Mask> {
  const answer = await fetch(url);
  if (!answer.ok) throw problemOf(answer.status, null);
  const { width, height, pixels } = await openStudioPhoto(await answer.blob());
  const probability = new Uint8Array(width * height);
  for (let at = 0; at < probability.length; at++) probability[at] = (pixels.data[4 * at] ?? 0) >> 7 ? 255 : 0;
  return { width, height, probability };
}
