/** Brings the place to the canvas, coarse first, then as fine as the device can show. */
import type { Detail, DetailEvents } from "./detail";
import type { TourFiles } from "./files";
import type { Level } from "./manifest";
import { isSlow, Meter, nextLevel } from "./pace";
import type { Room } from "./room";

export class Levels implements Detail {
  readonly #room: Room;
  readonly #files: TourFiles;
  readonly #levels: readonly Level[];
  readonly #events: DetailEvents;
  readonly #meter = new Meter();
  /** The level that somebody insists on. */
  readonly #asked: number | null;
  /** Finer ones were found too slow. */
  #finest = 0;
  #current: number | null = null;
  #isBusy = false;

  constructor(
    room: Room,
    files: TourFiles,
    levels: readonly Level[],
    asked: string | null,
    events: DetailEvents,
  ) {
    const index = levels.findIndex((level) => level.name === asked);
    this.#room = room;
    this.#files = files;
    this.#levels = levels;
    this.#asked = index < 0 ? null : index;
    this.#events = events;
  }

  get isMeasuring(): boolean {
    return this.#meter.isMeasuring;
  }

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

  takePace(ms: number): void {
    const median_ms = this.#meter.take(ms);
    if (median_ms !== null && !this.#isBusy && this.#asked === null) this.#keepUp(median_ms);
  }

  async #refine(): Promise<void> {
    if (this.#asked !== null) return this.#show(this.#asked);
    for (;;) {
      this.#room.draw();
      const median_ms = await this.#meter.measure();
      const next = nextLevel(this.#levels, this.#current ?? 0, this.#finest, median_ms);
      if (next === this.#current) return;
      if (next > (this.#current ?? 0)) this.#finest = next;
      await this.#show(next);
    }
  }

  /** While people move: fewer pixels, then a coarser level, where frames take too long. */
  #keepUp(median_ms: number): void {
    if (!isSlow(median_ms)) return;
    this.#meter.forget();
    if (this.#room.drawCoarser()) return;
    const current = this.#current ?? 0;
    const coarser = nextLevel(this.#levels, current, current, median_ms);
    if (coarser === current) return;
    this.#finest = coarser;
    void this.start();
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
