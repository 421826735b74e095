/** Which level of detail a device can show smoothly, by how long its frames take. */

/** As much of a level as matters here; levels come from the most splats to the fewest. */
export interface Weighed {
  readonly splats: number;
}

const SMOOTH_MS = 24;
const SLOW_MS = 70;
const COUNTED_FRAMES = 24;
const ENOUGH_FRAMES = 10;
/** So few are drawn about as quickly as fewer: what takes the time then is pixels, and more splats are only sharper. */
const LIGHT_SPLATS = 80_000;
/** How a budget of splats grows, and shrinks where it was too much; smaller changes are left. */
const [GREATEST_GROWTH, STEP_BACK, STILL_TRIED, WORTHWHILE] = [2.5, 0.6, 0.8, 1.1];
/** Not more than so many times the splats at once: who waits sees it getting sharper. */
const GREATEST_STEP = 6;

/** The median of the newest frame times. */
export class Pace {
  #times: number[] = [];

  take(ms: number): void {
    this.#times.push(ms);
    if (this.#times.length > COUNTED_FRAMES) this.#times.shift();
  }

  forget(): void {
    this.#times = [];
  }

  /** Milliseconds; null before there are enough frames to judge by. */
  get median(): number | null {
    if (this.#times.length < ENOUGH_FRAMES) return null;
    const sorted = [...this.#times].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? null;
  }
}

/** A pause that long is no slow frame: the page was hidden, or the machine slept. */
const PAUSE_MS = 1000;

/** Frame times, of a picture that is drawn to measure them or of one that moves anyway. */
export class Meter {
  readonly #pace = new Pace();
  #done: ((median_ms: number) => void) | null = null;

  get isMeasuring(): boolean {
    return this.#done !== null;
  }

  /** The median of the frames from now on, in milliseconds; while it is awaited, frames are wanted. */
  measure(): Promise<number> {
    this.#pace.forget();
    return new Promise((done) => {
      this.#done = done;
    });
  }

  /** A frame took so long. Answers with the median where there is one and nobody awaits it. */
  take(ms: number): number | null {
    if (ms > PAUSE_MS) return null;
    this.#pace.take(ms);
    const { median } = this.#pace;
    if (median === null || this.#done === null) return median;
    const done = this.#done;
    this.#done = null;
    done(median);
    return null;
  }

  forget(): void {
    this.#pace.forget();
  }
}

/** How many splats a place in tiles may have on the canvas. */
export class Budget {
  readonly #least: number;
  #most: number;
  #splats: number;

  /** Begins with `least`, the whole place at its coarsest; `most` is the whole place at its finest. */
  constructor(least: number, most: number) {
    this.#least = least;
    this.#most = most;
    this.#splats = least;
  }

  get splats(): number {
    return this.#splats;
  }

  /**
   * Goes by how long frames take with the present splats; false where they are right. What was too slow once is not
   * tried again: every step down lowers the most there may be, so this ends.
   */
  next(median_ms: number): boolean {
    const before = this.#splats;
    if (isSlow(median_ms)) {
      this.#most = Math.max(this.#floor, before * STILL_TRIED);
      this.#splats = Math.max(this.#floor, Math.min(before, before * STEP_BACK));
      return this.#splats !== before;
    }
    const growth =
      median_ms <= SMOOTH_MS ? GREATEST_GROWTH : Math.min(GREATEST_GROWTH, SLOW_MS / 2 / median_ms);
    const wanted = Math.max(this.#floor, before * growth);
    if (Math.min(wanted, this.#most) < before * WORTHWHILE) return false;
    this.#splats = Math.min(wanted, this.#most);
    return true;
  }

  /** Light enough for any device, and never less than the whole place at its coarsest. */
  get #floor(): number {
    return Math.max(this.#least, Math.min(LIGHT_SPLATS, this.#most));
  }
}

/**
 * The index of the level to show next, `current` included; smaller is finer. `finest` is the finest that has not
 * been found too slow. A finer one is worth loading where frames are quick enough for its splats: below
 * `SMOOTH_MS` a display's own rhythm hides how quick they are, so the next step is simply tried. Light levels are for
 * any device: none is left for a coarser one.
 */
export function nextLevel(
  levels: readonly Weighed[],
  current: number,
  finest: number,
  median_ms: number,
): number {
  const coarsest = coarsestWorthwhile(levels);
  if (current > coarsest) return coarsest;
  if (isSlow(median_ms)) return Math.min(current + 1, coarsest);
  const splats = levels[current]?.splats ?? 1;
  for (let index = finest; index < current; index++) {
    const growth = (levels[index]?.splats ?? 1) / splats;
    const isBearable = median_ms <= SMOOTH_MS ? growth <= GREATEST_STEP : median_ms * growth <= SLOW_MS / 2;
    if (isBearable) return index;
  }
  // However steep, there is one step up that a smooth device can try.
  return median_ms <= SMOOTH_MS && finest < current ? current - 1 : current;
}

/** Whether moving about is no pleasure any more. */
export function isSlow(median_ms: number): boolean {
  return median_ms > SLOW_MS;
}

/** The index of the finest light level, or else of the coarsest. */
function coarsestWorthwhile(levels: readonly Weighed[]): number {
  const light = levels.findIndex((level) => level.splats <= LIGHT_SPLATS);
  return light < 0 ? levels.length - 1 : light;
}
