/**
 * Brings a large place to the canvas in tiles: all of it coarsely, then finer where one looks, with as many splats as
 * the device draws smoothly.
 */
import type { Detail, DetailEvents, Shown } from "./detail";
import type { TourFiles } from "./files";
import type { Streaming } from "./manifest";
import { Budget, isSlow, Meter } from "./pace";
import type { Room } from "./room";

export class Tiles implements Detail {
  readonly #room: Room;
  readonly #files: TourFiles;
  readonly #streaming: Streaming;
  readonly #events: DetailEvents;
  readonly #meter = new Meter();
  readonly #budget: Budget;
  /** The level that somebody insists on. */
  readonly #asked: number | null;
  #shown: Shown | null = null;
  #isBusy = false;

  constructor(
    room: Room,
    files: TourFiles,
    streaming: Streaming,
    asked: string | null,
    events: DetailEvents,
  ) {
    const index = streaming.levels.findIndex((level) => level.name === asked);
    const splats = streaming.levels.map((level) => level.splats);
    this.#room = room;
    this.#files = files;
    this.#streaming = streaming;
    this.#asked = index < 0 ? null : index;
    this.#events = events;
    this.#budget = new Budget(Math.min(...splats), Math.max(...splats));
  }

  get isMeasuring(): boolean {
    return this.#meter.isMeasuring;
  }

  async start(): Promise<void> {
    this.#room.tryTilesAgain();
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (!this.#shown) await this.#showCoarsely();
      await this.#refine();
    } catch {
      this.#events.onFailed(!this.#shown);
    } finally {
      this.#isBusy = false;
      this.#events.onProgress(null);
    }
  }

  takePace(ms: number): void {
    const median_ms = this.#meter.take(ms);
    if (median_ms === null || this.#asked !== null || !this.#shown || !isSlow(median_ms)) return;
    this.#meter.forget();
    if (this.#room.drawCoarser()) return;
    // Waits for nothing: the tiles of a smaller budget are often there already.
    if (this.#budget.next(median_ms)) void this.#spend();
  }

  async #showCoarsely(): Promise<void> {
    const { path } = this.#streaming;
    const document: object = await (await this.#files.fetch(path)).json();
    await this.#room.stream(path, document, this.#files, {
      onProgress: (share) => this.#events.onProgress(share),
      onTrouble: (isTrouble) => this.#tellTrouble(isTrouble),
    });
    this.#tell(this.#streaming.levels.at(-1));
  }

  async #refine(): Promise<void> {
    if (this.#asked !== null) {
      await this.#room.insistOn(this.#asked);
      this.#tell();
      return;
    }
    for (;;) {
      this.#room.draw();
      const median_ms = await this.#meter.measure();
      if (!this.#budget.next(median_ms)) return;
      await this.#spend();
    }
  }

  async #spend(): Promise<void> {
    await this.#room.spend(this.#budget.splats);
    this.#tell();
  }

  #tell(shown: Shown = this.#level()): void {
    this.#shown = shown;
    this.#events.onShown(shown);
  }

  #tellTrouble(isTrouble: boolean): void {
    if (isTrouble) this.#events.onFailed(!this.#shown);
    else if (this.#shown) this.#events.onShown(this.#shown); // what was said of it is no longer so
  }

  /** The level asked for, or else the finest that fits into the budget, and how many splats there may be. */
  #level(): Shown {
    const { levels } = this.#streaming;
    const asked = this.#asked === null ? undefined : levels[this.#asked];
    if (asked) return asked;
    const whole = levels.find((level) => level.splats <= this.#budget.splats) ?? levels.at(-1);
    return { name: whole?.name ?? "", splats: Math.round(this.#budget.splats) };
  }
}
