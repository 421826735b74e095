/** Brings the place to the canvas, coarse first, then as fine as the device can show. */
import type { TourFiles } from "./files";
import type { Level } from "./manifest";
import { isSlow, nextLevel, Pace } from "./pace";
import type { Room } from "./room";

/** A pause that long is no slow frame: the page was hidden, or the machine slept. */
const PAUSE_MS = 1000;

export interface LevelEvents {
  onShown(level: Level): void;
  /** How much of the next level has come, from 0 to 1; null when none is on its way. */
  onProgress(share: number | null): void;
  /** A level did not come; `isFirst` where there is nothing on the canvas yet. */
  onFailed(isFirst: boolean): void;
}

export class Levels {
  readonly #room: Room;
  readonly #files: TourFiles;
  readonly #levels: readonly Level[];
  readonly #events: LevelEvents;
  readonly #pace = new Pace();
  /** The level that somebody insists on. */
  readonly #asked: number | null;
  /** Finer ones were found too slow. */
  #finest = 0;
  #current: number | null = null;
  #isBusy = false;
  #onMedian: (() => void) | null = null;

  constructor(
    room: Room,
    files: TourFiles,
    levels: readonly Level[],
    asked: string | null,
    events: LevelEvents,
  ) {
    const index = levels.findIndex((level) => level.name === asked);
    this.#room = room;
    this.#files = files;
    this.#levels = levels;
    this.#asked = index < 0 ? null : index;
    this.#events = events;
  }

  /** Frames are wanted now, to see how long they take. */
  get isMeasuring(): boolean {
    return this.#onMedian !== null;
  }

  /** Loads what there is to load; again after a failure. */
  async start(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (this.#current === null) await this.#show(this.#levels.length - 1);
      await this.#refine();
    } catch {
      this.#events.onFailed(this.#current === null);
    } finally {
      this.#isBusy = false;
      this.#events.onProgress(null);
    }
  }

  /** How long a frame took that followed another one. */
  takePace(ms: number): void {
    if (ms > PAUSE_MS) return;
    this.#pace.take(ms);
    if (this.#pace.median === null) return;
    if (this.#onMedian) this.#onMedian();
    else if (!this.#isBusy && this.#asked === null) this.#keepUp(this.#pace.median);
  }

  async #refine(): Promise<void> {
    if (this.#asked !== null) return this.#show(this.#asked);
    for (;;) {
      const median_ms = await this.#measure();
      const next = nextLevel(this.#levels, this.#current ?? 0, this.#finest, median_ms);
      if (next === this.#current) return;
      if (next > (this.#current ?? 0)) this.#finest = next;
      await this.#show(next);
    }
  }

  /** While people move: fewer pixels, then a coarser level, where frames take too long. */
  #keepUp(median_ms: number): void {
    if (!isSlow(median_ms)) return;
    this.#pace.forget();
    if (this.#room.drawCoarser()) return;
    const current = this.#current ?? 0;
    const coarser = nextLevel(this.#levels, current, current, median_ms);
    if (coarser === current) return;
    this.#finest = coarser;
    void this.start();
  }

  async #measure(): Promise<number> {
    this.#pace.forget();
    this.#room.draw();
    await new Promise<void>((done) => {
      this.#onMedian = done;
    });
    this.#onMedian = null;
    return this.#pace.median ?? 0;
  }

  async #show(index: number): Promise<void> {
    const level = this.#levels[index];
    if (level === undefined || index === this.#current) return;
    const answer = await this.#files.fetch(level.path);
    await this.#room.show(level.path, answer, (bytes) =>
      this.#events.onProgress(Math.min(1, bytes / level.bytes)),
    );
    this.#current = index;
    this.#events.onShown(level);
    this.#events.onProgress(null);
  }
}
