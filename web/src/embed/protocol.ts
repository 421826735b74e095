/**
 * What a page and the tour in its frame say to each other: `{ diorama: 1, type, ... }` by `postMessage`.
 *
 * Lengths are those of the tour's world (+Y up), angles degrees: `yaw_deg` to the left of -Z, `pitch_deg` above
 * the horizon. What is unknown to a side is ignored by it, so both may learn new words without a new version.
 */

export const PROTOCOL = 1;

export type TourMode = "orbit" | "walk" | "fly";

/** Where somebody stands, and where they look. */
export interface TourView {
  readonly position: readonly [x: number, y: number, z: number];
  readonly yaw_deg: number;
  readonly pitch_deg: number;
}

/** A place in the tour that has something to be known. */
export interface TourHotspot {
  readonly hotspot_id: string;
  readonly title: string;
}

/** What a frame tells, by the type of the message. */
export interface TourTold {
  /** Commands are obeyed from now on. */
  ready: {
    readonly tour_id: string;
    readonly name: string;
    readonly has_path: boolean;
    readonly hotspots: readonly TourHotspot[];
  };
  /** Another level of detail is on the canvas. */
  level: { readonly level: string; readonly splats: number };
  /** Somebody has come to rest there. */
  view: TourView & { readonly mode: TourMode };
  /** Somebody has opened a hotspot, or closed it. */
  hotspot: TourHotspot & { readonly is_open: boolean };
  /** There is nothing to see: `notPublished`, `noWebGl`, `unreachable`, and the like. */
  problem: { readonly kind: string };
}

/** What a page may ask for. */
export type TourCommand =
  | { readonly type: "hello" }
  | { readonly type: "start" }
  | ({ readonly type: "go_to" } & TourView)
  | { readonly type: "mode"; readonly mode: TourMode }
  | { readonly type: "reset" }
  /** Goes to a hotspot and opens it; null closes the one that is open. */
  | { readonly type: "hotspot"; readonly hotspot_id: string | null }
  | { readonly type: "play" }
  | { readonly type: "pause" };
