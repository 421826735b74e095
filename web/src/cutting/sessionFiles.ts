/** What the studio made of a session's photo: the photo upright, and the embedding where there is one. */
import { type Api, type PhotoReport, read } from "../api/client";
import { problemOf } from "../api/problem";
import { openStudioPhoto, type Photo } from "./photo";
import type { Embedding } from "./samSegmenter";

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
    weights: report.weights ?? "",
    photo: { width: report.width_px, height: report.height_px },
    frame: { side: frame.side_px, width: frame.width_px, height: frame.height_px },
    arrays: (report.arrays ?? []).map(({ name, file, shape }) => ({ name, shape, url: folder + file })),
    decoderUrl: `${folder}${decoder}`,
  };
}
