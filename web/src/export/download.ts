/** Takes a tour out of the studio, in the browser: no server has to work for it. */
import { downloadZip, predictLength } from "client-zip";
import type { TourFiles } from "../viewer/files";
import type { Manifest } from "../viewer/manifest";
import type { OwnHotspot } from "../viewer/ownHotspots";
import { hotspotFiles, written } from "./hotspots";
import { filePage, folderPage, type HeldFile, TOUR_FOLDER, VIEWER_FOLDER, type ViewerParts } from "./page";

const MANIFEST = "manifest.json";
/** Around the base64 of a file, and the page that holds them all. */
const [TAG_BYTES, PAGE_BYTES] = [90, 1200];

/** A download: how large it will be is known before anything is fetched for it. */
export interface Export {
  readonly fileName: string;
  readonly bytes: number;
  /** `tell` hears the share that has come, from 0 to 1. Throws `ViewerProblem`. */
  make(tell: (share: number) => void): Promise<Blob>;
}

interface Part {
  readonly path: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Where it comes from, if that is not the bundle. */
  readonly url?: string;
}

/** A tour with all that it needs to leave the studio. */
export class Leaving {
  readonly #files: TourFiles;
  readonly #viewer: ViewerParts;
  readonly #text: string;
  readonly #hotspots: readonly OwnHotspot[];
  readonly manifest: Manifest;

  private constructor(files: TourFiles, viewer: ViewerParts, text: string, hotspots: readonly OwnHotspot[]) {
    this.#files = files;
    this.#viewer = viewer;
    this.#text = text;
    this.#hotspots = hotspots;
    this.manifest = JSON.parse(text);
  }

  /** Throws `ViewerProblem`, or `Error` where the viewer's parts do not come. */
  static async prepare(files: TourFiles, hotspots: readonly OwnHotspot[]): Promise<Leaving> {
    const [page, script, style, text] = await Promise.all([
      viewerPart("page.html"),
      viewerPart("viewer.js"),
      viewerPart("viewer.css"),
      files.fetch(MANIFEST).then((answer) => answer.text()),
    ]);
    return new Leaving(files, { page, script, style }, text, hotspots);
  }

  /** One page that needs no network, without tiles, and without the levels that are finer than the one named. */
  asFile(finest: string): Export {
    const parts = this.#partsWithout(finest);
    const { page, script, style } = this.#viewer;
    const held = parts.reduce((sum, { bytes }) => sum + TAG_BYTES + 4 * Math.ceil(bytes / 3), PAGE_BYTES);
    return {
      fileName: `${fileName(this.#files.name)}.html`,
      bytes: held + weigh([page, script, style]).size,
      make: async (tell) => {
        const files: HeldFile[] = [];
        for await (const { path, contentType, content } of this.#fetched(parts, tell)) {
          files.push({ path, contentType, base64: await inBase64(content) });
        }
        return new Blob(filePage(this.#tour, files, this.#viewer), { type: "text/html" });
      },
    };
  }

  /** A folder for any web server, in a zip. */
  asFolder(): Export {
    const parts = this.#parts();
    const page = folderPage(this.#tour, this.manifest.poster.path, this.#viewer);
    const own = [
      { name: "index.html", input: page },
      { name: `${VIEWER_FOLDER}viewer.js`, input: this.#viewer.script },
      { name: `${VIEWER_FOLDER}viewer.css`, input: this.#viewer.style },
    ];
    const sizes = [
      ...own.map(({ name, input }) => ({ name, size: weigh([input]).size })),
      ...parts.map(({ path, bytes }) => ({ name: TOUR_FOLDER + path, size: bytes })),
    ];
    return {
      fileName: `${fileName(this.#files.name)}.zip`,
      bytes: Number(predictLength(sizes)),
      make: (tell) => downloadZip(this.#zipped(own, parts, tell)).blob(),
    };
  }

  get #tour() {
    const hotspots = written(this.#hotspots);
    return { tour_id: this.#files.tourId, name: this.#files.name, hotspots };
  }

  #parts(): Part[] {
    const manifest = { path: MANIFEST, bytes: weigh([this.#text]).size, contentType: "application/json" };
    const named = this.manifest.files.map(({ path, bytes, content_type }) => {
      return { path, bytes, contentType: content_type };
    });
    return [manifest, ...named, ...hotspotFiles(this.#hotspots)];
  }

  /** Tiles are for places that load as they are looked at. */
  #partsWithout(finest: string): Part[] {
    const tiles = this.manifest.streaming?.path.replace(/[^/]*$/, "");
    const index = this.manifest.levels.findIndex((level) => level.name === finest);
    const leftOut = new Set(this.manifest.levels.slice(0, Math.max(0, index)).map((level) => level.path));
    return this.#parts().filter(({ path }) => !leftOut.has(path) && !(tiles && path.startsWith(tiles)));
  }

  async *#zipped(own: readonly { name: string; input: string }[], parts: readonly Part[], tell: Tell) {
    yield* own;
    for await (const { path, content } of this.#fetched(parts, tell)) {
      yield { name: TOUR_FOLDER + path, input: content };
    }
  }

  async *#fetched(parts: readonly Part[], tell: Tell): AsyncGenerator<Part & { readonly content: Blob }> {
    const all = parts.reduce((sum, { bytes }) => sum + bytes, 0);
    let come = 0;
    const coming = parts.map((part) => ({ part, arrival: this.#content(part) }));
    for (const { arrival } of coming) arrival.catch(() => undefined); // thrown below, when its turn comes
    for (const { part, arrival } of coming) {
      const content = await arrival;
      come += part.bytes;
      tell(come / all);
      yield { ...part, content };
    }
  }

  async #content({ path, url }: Part): Promise<Blob> {
    if (path === MANIFEST) return weigh([this.#text]);
    if (url === undefined) return (await this.#files.fetch(path)).blob();
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.blob();
  }
}

type Tell = (share: number) => void;

async function viewerPart(name: string): Promise<string> {
  const answer = await fetch(`/export/${name}`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.text();
}

const weigh = (parts: readonly string[]) => new Blob([...parts]);

async function inBase64(content: Blob): Promise<string> {
  const reader = new FileReader();
  const url = await new Promise<string>((done, fail) => {
    reader.addEventListener("load", () => done(String(reader.result)));
    reader.addEventListener("error", () => fail(reader.error));
    reader.readAsDataURL(content);
  });
  return url.slice(url.indexOf(",") + 1);
}

/** What a tour's file is called, whatever the tour is. */
export function fileName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^\p{Letter}\p{Number}_]+/gu, "-");
  return plain.replaceAll(/^-+|-+$/g, "") || "tour";
}
