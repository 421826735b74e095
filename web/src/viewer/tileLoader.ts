/**
 * Fetches the tiles that the engine wants, the most wanted first, by whatever way a tour's files come.
 *
 * It stands in for the engine's own loader (`GSplatAssetLoader`), which gives a tile up after three tries and knows
 * nothing of addresses that run out: here a tile that does not come is asked for again, ever more seldom.
 */
import type { AppBase, Asset } from "playcanvas";
import type { TourFiles } from "./files";
import { forgetSplats, loadSplats } from "./splatAsset";

const AT_ONCE = 4;
const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 30_000;
/** So many failures in a row are worth a word. */
const TROUBLE_AFTER = 3;

interface Tile {
  readonly path: string;
  priority: number;
  state: "waiting" | "coming" | "here" | "resting";
  tries: number;
  asset: Asset | null;
  stop: AbortController | null;
  waking: number;
}

export class TileLoader {
  readonly #app: AppBase;
  readonly #files: TourFiles;
  readonly #onTrouble: (isTrouble: boolean) => void;
  readonly #tiles = new Map<string, Tile>();
  #failures = 0;

  /** `onTrouble` is told when tiles fail again and again, and when they come again. */
  constructor(app: AppBase, files: TourFiles, onTrouble: (isTrouble: boolean) => void) {
    this.#app = app;
    this.#files = files;
    this.#onTrouble = onTrouble;
  }

  /** Tiles that are there, and all that are wanted: there or not. */
  get progress(): { readonly here: number; readonly wanted: number } {
    const tiles = [...this.#tiles.values()];
    return { here: tiles.filter((tile) => tile.state === "here").length, wanted: tiles.length };
  }

  /** Asks again at once for what did not come. */
  tryAgain(): void {
    for (const tile of this.#tiles.values()) if (tile.state === "resting") this.#wake(tile);
  }

  load(path: string, priority?: number): void {
    const known = this.#tiles.get(path);
    if (known) {
      known.priority = priority ?? known.priority;
      return;
    }
    const tile: Tile = {
      path,
      priority: priority ?? 0,
      state: "waiting",
      tries: 0,
      asset: null,
      stop: null,
      waking: 0,
    };
    this.#tiles.set(path, tile);
    this.#goOn();
  }

  /** True where it had only been waiting for its turn. */
  dequeue(path: string): boolean {
    const tile = this.#tiles.get(path);
    if (tile?.state !== "waiting" && tile?.state !== "resting") return false;
    this.unload(path);
    return true;
  }

  unload(path: string): void {
    const tile = this.#tiles.get(path);
    if (!tile) return;
    this.#tiles.delete(path);
    window.clearTimeout(tile.waking);
    tile.stop?.abort();
    if (tile.asset) forgetSplats(this.#app, tile.asset);
    this.#goOn();
  }

  getResource(path: string): object | undefined {
    return this.#tiles.get(path)?.asset?.resource ?? undefined;
  }

  destroy(): void {
    for (const path of [...this.#tiles.keys()]) this.unload(path);
  }

  #goOn(): void {
    const tiles = [...this.#tiles.values()];
    const coming = tiles.filter((tile) => tile.state === "coming").length;
    const waiting = tiles.filter((tile) => tile.state === "waiting").sort((a, b) => b.priority - a.priority);
    for (const tile of waiting.slice(0, Math.max(0, AT_ONCE - coming))) void this.#fetch(tile);
  }

  async #fetch(tile: Tile): Promise<void> {
    tile.state = "coming";
    tile.stop = new AbortController();
    try {
      const content = await this.#files.fetch(tile.path, tile.stop.signal);
      const asset = await loadSplats(this.#app, tile.path, content);
      this.#take(tile, asset);
    } catch {
      this.#rest(tile);
    }
    this.#goOn();
  }

  #take(tile: Tile, asset: Asset): void {
    if (this.#tiles.get(tile.path) !== tile) {
      forgetSplats(this.#app, asset); // nobody wants it any more
      return;
    }
    tile.state = "here";
    tile.asset = asset;
    if (this.#failures >= TROUBLE_AFTER) this.#onTrouble(false);
    this.#failures = 0;
  }

  #rest(tile: Tile): void {
    if (this.#tiles.get(tile.path) !== tile) return;
    tile.state = "resting";
    const rest_ms = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** tile.tries);
    tile.tries += 1;
    tile.waking = window.setTimeout(() => this.#wake(tile), rest_ms);
    this.#failures += 1;
    if (this.#failures === TROUBLE_AFTER) this.#onTrouble(true);
  }

  #wake(tile: Tile): void {
    window.clearTimeout(tile.waking);
    tile.state = "waiting";
    this.#goOn();
  }
}
