import { createStore, entries, del as forgetKey, set } from "idb-keyval";
import type { NewTour } from "../api/client";

/** How the tour is to be made. */
export interface TourOptions {
  readonly params?: NonNullable<NewTour["params"]>;
  readonly budget?: NonNullable<NewTour["budget"]>;
}

/** What is kept of a transfer so that a reloaded page can go on with it. */
export interface Remembered {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: "file" | "photos";
  readonly fileName: string;
  readonly size: number;
  readonly uploadId: string;
  readonly handles: readonly FileSystemHandle[];
  readonly options: TourOptions;
  readonly startedAt: number;
}

const store = createStore("diorama", "transfers");

export async function remember(transfer: Remembered): Promise<void> {
  try {
    await set(transfer.id, transfer, store);
  } catch {
    // Handles can't be kept everywhere, and in some private windows nothing can.
    await set(transfer.id, { ...transfer, handles: [] }, store).catch(() => undefined);
  }
}

export async function forget(id: string): Promise<void> {
  await forgetKey(id, store).catch(() => undefined);
}

/** One person's transfers, oldest first. */
export async function rememberedOf(userId: string): Promise<Remembered[]> {
  const found = await entries<string, Remembered>(store).catch(() => []);
  return found
    .map(([, transfer]) => transfer)
    .filter((transfer) => transfer.userId === userId)
    .sort((one, other) => one.startedAt - other.startedAt);
}
