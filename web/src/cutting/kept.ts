/** What this browser keeps of cutting, so that a reload goes on at the same step. By person: a browser may be shared. */
import { createStore, del, delMany, entries, get, keys, set } from "idb-keyval";
import type { Drawing } from "./drawing";
import type { Size } from "./mask";

/** A photo that is on its way to become a session. */
export interface KeptDraft {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string;
  readonly file: File;
  readonly uploadId: string | null;
  readonly startedAt: number;
}

export interface KeptDrawing {
  readonly drawing: Drawing;
  /** Of the photo that it was made on. */
  readonly size: Size;
}

const drafts = createStore("diorama-drafts", "drafts");
const drawings = createStore("diorama-drawings", "drawings");
const photos = createStore("diorama-photos", "photos");

// In some private windows nothing can be kept: then nothing is, and a reload begins anew.
const ignore = () => undefined;

export async function keepDraft(draft: KeptDraft): Promise<void> {
  await set(draft.id, draft, drafts).catch(ignore);
}

export async function forgetDraft(id: string): Promise<void> {
  await del(id, drafts).catch(ignore);
}

/** One person's, oldest first. */
export async function draftsOf(userId: string): Promise<KeptDraft[]> {
  const found = await entries<string, KeptDraft>(drafts).catch(() => []);
  return found
    .map(([, draft]) => draft)
    .filter((draft) => draft.userId === userId)
    .sort((one, other) => one.startedAt - other.startedAt);
}

const keyOf = (userId: string, id: string) => `${userId} ${id}`;

export async function keepDrawing(userId: string, id: string, kept: KeptDrawing): Promise<void> {
  await set(keyOf(userId, id), kept, drawings).catch(ignore);
}

export function drawingOf(userId: string, id: string): Promise<KeptDrawing | undefined> {
  return get<KeptDrawing>(keyOf(userId, id), drawings).catch(ignore);
}

const MOST_PHOTOS = 4;

/**
 * The photo of a session, as it was cut first: the studio's is coded anew, which is enough for clicks to find something
 * else. Of the newest sessions only.
 */
export async function keepPhoto(userId: string, id: string, file: File): Promise<void> {
  await set(keyOf(userId, id), file, photos).catch(ignore);
  const idOf = (key: string) => key.slice(key.lastIndexOf(" ") + 1);
  const all = await keys<string>(photos).catch(() => []);
  const newestFirst = all.sort((one, other) => (idOf(one) < idOf(other) ? 1 : -1)); // ids are in order of age
  await delMany(newestFirst.slice(MOST_PHOTOS), photos).catch(ignore);
}

export function photoOf(userId: string, id: string): Promise<File | undefined> {
  return get<File>(keyOf(userId, id), photos).catch(ignore);
}

export async function forgetPhoto(userId: string, id: string): Promise<void> {
  await del(keyOf(userId, id), photos).catch(ignore);
}

/** What was a draft is a session now. */
export async function moveDrawing(userId: string, from: string, to: string): Promise<void> {
  const kept = await drawingOf(userId, from);
  if (kept) await keepDrawing(userId, to, kept);
  await del(keyOf(userId, from), drawings).catch(ignore);
}
