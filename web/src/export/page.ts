/**
 * The page of a tour that leaves the studio: with its files beside it, or as one file that needs no network.
 *
 * `local/export.py` makes the same pages, byte for byte (a test compares them). `viewer/exported.ts` reads them.
 */
import type { Hotspot } from "../viewer/manifest";

export interface Tour {
  readonly tour_id: string;
  readonly name: string;
  readonly hotspots: readonly Hotspot[];
}

/** What `npm run build` leaves in `export/`. */
export interface ViewerParts {
  readonly page: string;
  readonly script: string;
  readonly style: string;
}

export interface HeldFile {
  readonly path: string;
  readonly contentType: string;
  readonly base64: string;
}

export const TOUR_FOLDER = "tour/";
export const VIEWER_FOLDER = "viewer/";

const FOLDER_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; " +
  "img-src 'self' data: blob:; media-src 'self' blob:; worker-src blob:; connect-src 'self' data: blob:";
/** Nothing of a network. */
const FILE_POLICY =
  "default-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:";
const PLAIN_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** index.html of a folder that has the tour's files in `tour/` and the viewer in `viewer/`. */
export function folderPage(tour: Tour, poster: string, viewer: Pick<ViewerParts, "page">): string {
  const head = [
    policy(FOLDER_POLICY),
    title(tour),
    `<link rel="stylesheet" href="${VIEWER_FOLDER}viewer.css">`,
    `<link rel="preload" href="${TOUR_FOLDER}manifest.json" as="fetch" crossorigin>`,
    `<link rel="preload" href="${TOUR_FOLDER}${poster}" as="image">`,
  ];
  const body = [note(tour), `<script src="${VIEWER_FOLDER}viewer.js"></script>`];
  return filled(viewer.page, head, body).join("");
}

/** A page that holds everything, in parts that make it when they follow each other. */
export function filePage(tour: Tour, files: readonly HeldFile[], viewer: ViewerParts): string[] {
  const head = [policy(FILE_POLICY), title(tour), `<style>${viewer.style}</style>`];
  return filled(viewer.page, head, [note(tour), ...files.map(held), `<script>${viewer.script}</script>`]);
}

function filled(page: string, head: readonly string[], body: readonly string[]): string[] {
  const [before = "", between = "", after = ""] = page.split(/\{\{(?:head|body)\}\}/);
  return [before, head.join("\n    "), between, ...body.flatMap((part) => [part, "\n    "]), after];
}

function held({ path, contentType, base64 }: HeldFile): string {
  const type = PLAIN_TYPE.test(contentType) ? contentType : "application/octet-stream";
  return `<script type="text/plain" data-path="${path}" data-type="${type}">${base64}</script>`;
}

const policy = (content: string) => `<meta http-equiv="Content-Security-Policy" content="${content}">`;

const title = ({ name }: Tour) =>
  `<title>${name.replaceAll("&", "&amp;").replaceAll("<", "&lt;")} · Diorama</title>`;

function note({ tour_id, name, hotspots }: Tour): string {
  const said = JSON.stringify({
    schema: 1,
    tour_id,
    name,
    files: TOUR_FOLDER,
    ...(hotspots.length > 0 ? { hotspots } : {}),
  });
  return `<script type="application/json" id="tour">${said.replaceAll("<", "\\u003c")}</script>`;
}
