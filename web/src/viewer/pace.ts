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
