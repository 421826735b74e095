/** Hotspots: named markers in the picture, and a card with what is to be known. */
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import type { TourFiles } from "./files";
import { icon } from "./icons";
import type { Hotspot as Written } from "./manifest";
import type { Marked, Overlay } from "./overlay";
import type { Quaternion, Vector } from "./space";
import type { View } from "./view";

const words = viewerStrings.places;
const RADIANS = Math.PI / 180;

export interface Media {
  readonly kind: "image" | "audio" | "video";
  readonly url: string;
}

/** A thing that stands in the place, at its hotspot's position. */
export interface Model {
  readonly url: string;
  readonly rotation_wxyz: Quaternion;
  /** World units of a unit of the model. */
  readonly scale: number;
}

export interface Hotspot {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly link: string | null;
  readonly position: Vector;
  readonly seenFrom: View;
  readonly media: Media | null;
  readonly model: Model | null;
}

interface File {
  readonly kind: Media["kind"] | "model";
  readonly url: string;
}

interface Placed {
  readonly rotation_wxyz?: Quaternion;
  readonly scale?: number;
}

/** What the manifest says, its files below the manifest. */
export function hotspotsOf(written: readonly Written[], files: TourFiles): Hotspot[] {
  return written.map((one) => ({
    id: one.hotspot_id,
    title: one.title,
    text: one.text ?? "",
    link: webLink(one.link),
    position: one.position,
    seenFrom: viewIn(one.seen_from),
    ...shownAs(one.media && { kind: one.media.kind, url: files.url(one.media.path) }, one.placement),
  }));
}

/** A hotspot's file as what it is: something in its card, or something in the place. */
export function shownAs(
  file: File | null | undefined,
  placed: Placed | null | undefined,
): Pick<Hotspot, "media" | "model"> {
  if (!file) return { media: null, model: null };
  const { kind, url } = file;
  if (kind !== "model") return { media: { kind, url }, model: null };
  const upright: Quaternion = [1, 0, 0, 0];
  const rotation_wxyz = placed?.rotation_wxyz ?? upright;
  return { media: null, model: { url, rotation_wxyz, scale: placed?.scale ?? 1 } };
}

export function viewIn(from: Written["seen_from"]): View {
  return {
    position: from.position,
    yaw: from.yaw_deg * RADIANS,
    pitch: from.pitch_deg * RADIANS,
    roll: 0,
  };
}

/** Checked where it is written, and once more where it is used: a link leads to a web page or nowhere. */
export function webLink(link: string | null | undefined): string | null {
  return link && /^https?:\/\/[^\s<>"`\\]+$/i.test(link) ? link : null;
}

export class Hotspots {
  readonly #overlay: Overlay;
  readonly #card = element("section", { class: "card", role: "dialog", hidden: true });
  readonly #marks = new Map<string, Marked>();
  readonly #tell: (hotspot: Hotspot, isOpen: boolean) => void;
  #all: readonly Hotspot[] = [];
  #shown: Hotspot | null = null;
  #opener: HTMLElement | null = null;

  /** `tell` hears what is opened, and closed. */
  constructor(overlay: Overlay, root: HTMLElement, tell: (hotspot: Hotspot, isOpen: boolean) => void) {
    this.#overlay = overlay;
    this.#tell = tell;
    root.append(this.#card);
    this.#card.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  get all(): readonly Hotspot[] {
    return this.#all;
  }

  show(all: readonly Hotspot[]): void {
    for (const mark of this.#marks.values()) this.#overlay.remove(mark);
    this.#marks.clear();
    this.#all = all;
    for (const hotspot of all) {
      const mark = { position: hotspot.position, element: this.#marker(hotspot) };
      this.#marks.set(hotspot.id, mark);
      this.#overlay.add(mark);
    }
  }

  /**
   * Shows what is to be known; the focus goes there, and afterwards back to `opener`. Where there is none, because the
   * page around has asked for it, that page keeps the focus.
   */
  open(hotspot: Hotspot, opener: HTMLElement | null): void {
    this.#forget();
    this.#shown = hotspot;
    this.#opener = opener;
    const close = element(
      "button",
      { type: "button", class: "tool", "aria-label": viewerStrings.controls.close },
      icon("close"),
    );
    close.addEventListener("click", () => this.close());
    this.#card.setAttribute("aria-labelledby", "card-title");
    this.#card.replaceChildren(
      element("header", {}, element("h2", { id: "card-title" }, hotspot.title), close),
      ...(hotspot.media ? [shown(hotspot.media, hotspot.title)] : []),
      ...paragraphs(hotspot.text),
      ...(hotspot.link ? [linkTo(hotspot.link)] : []),
    );
    this.#card.hidden = false;
    if (opener) close.focus();
    this.#tell(hotspot, true);
  }

  close(): void {
    if (this.#card.hidden) return;
    this.#card.hidden = true;
    this.#card.replaceChildren(); // stops sounds and films
    this.#opener?.focus();
    this.#forget();
  }

  #forget(): void {
    const before = this.#shown;
    this.#shown = null;
    if (before) this.#tell(before, false);
  }

  #marker(hotspot: Hotspot): HTMLElement {
    const marker = element(
      "button",
      { type: "button", class: "marker", "aria-label": words.marker(hotspot.title) },
      icon("spot"),
      element("span", { "aria-hidden": "true" }, hotspot.title),
    );
    marker.addEventListener("click", () => this.open(hotspot, marker));
    return marker;
  }
}

function shown({ kind, url }: Media, title: string): HTMLElement {
  if (kind === "image") return element("img", { src: url, alt: title });
  // A phone plays it in the card, not on its whole screen.
  return element(kind, {
    src: url,
    controls: true,
    playsinline: true,
    preload: "metadata",
    "aria-label": title,
  });
}

const paragraphs = (text: string): HTMLElement[] =>
  text
    .split(/\n+/)
    .filter((line) => line.trim() !== "")
    .map((line) => element("p", {}, line));

function linkTo(address: string): HTMLElement {
  const link = element(
    "a",
    { class: "action", href: address, target: "_blank", rel: "noopener noreferrer nofollow ugc" },
    words.link,
  );
  return element("p", { class: "actions" }, link, element("span", { class: "aside" }, words.opensNew));
}
