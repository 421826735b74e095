/**
 * The files of an exported tour: beside its page, or in it.
 *
 * The page says in `<script type="application/json" id="tour">` what `tour.json` says of a published one; a page that
 * is everything by itself holds each file as base64 in a `<script type="text/plain" data-path data-type>`.
 * `src/export/` and `local/export.py` write them.
 */
import { filesIn, type PublishedTour, type TourFiles } from "./files";
import type { Hotspot, Manifest } from "./manifest";
import { ViewerProblem } from "./problem";

interface ExportedTour extends PublishedTour {
  readonly hotspots?: readonly Hotspot[];
}

const MANIFEST = "manifest.json";

/** Throws `ViewerProblem`. */
export function openExported(page: Document): TourFiles {
  const note = page.getElementById("tour")?.textContent;
  if (!note) throw new ViewerProblem("damaged");
  const tour: ExportedTour = JSON.parse(note);
  const held = new Map<string, HTMLElement>();
  for (const file of page.querySelectorAll<HTMLElement>("script[data-path]")) {
    held.set(file.dataset.path ?? "", file);
  }
  const files = held.size > 0 ? heldFiles(tour, held) : filesIn(tour, new URL(tour.files, page.baseURI).href);
  return tour.hotspots ? withHotspots(files, tour.hotspots) : files;
}

/** What people added to the tour is said in the page; its bundle is as it was made. */
function withHotspots(files: TourFiles, hotspots: readonly Hotspot[]): TourFiles {
  return {
    ...files,
    async fetch(path, signal) {
      const answer = await files.fetch(path, signal);
      return path === MANIFEST ? Response.json({ ...(await answer.json()), hotspots }) : answer;
    },
  };
}

function heldFiles(tour: PublishedTour, held: ReadonlyMap<string, HTMLElement>): TourFiles {
  const file = (path: string): HTMLElement => {
    const found = held.get(path);
    if (!found) throw new ViewerProblem("damaged");
    return found;
  };
  return {
    tourId: tour.tour_id,
    name: tour.name,
    url: (path) => `data:${file(path).dataset.type};base64,${file(path).textContent}`,
    fetch: async (path) => {
      const bytes = decoded(file(path).textContent ?? "");
      return path === MANIFEST ? Response.json(withWhatIsHeld(bytes, held)) : new Response(bytes);
    },
  };
}

/** The manifest, less the levels and tiles that were left out to make the page smaller. */
function withWhatIsHeld(bytes: Uint8Array, held: ReadonlyMap<string, HTMLElement>): Manifest {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(bytes));
  const streaming = held.has(manifest.streaming?.path ?? "") ? (manifest.streaming ?? null) : null;
  return { ...manifest, streaming, levels: manifest.levels.filter((level) => held.has(level.path)) };
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
