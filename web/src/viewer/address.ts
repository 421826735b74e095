/**
 * What the address of a viewer says.
 *
 *     /view/{tour_id}  /t/{tour_id}  /embed/{tour_id}
 *
 * `?level=NAME`: show this level, however slow; without it the level goes by measured frame times.
 * `?mode=orbit|walk|fly`: how to move at first.
 * `?start=asked` (embeds): show the poster until somebody, or the page around, wants more.
 * `#at=x,y,z,yaw,pitch`: stand there; lengths of the world, degrees.
 */
import type { View } from "./view";

export const MODES = ["orbit", "walk", "fly"] as const;
export type ModeName = (typeof MODES)[number];

export interface Asked {
  readonly tourId: string;
  readonly level: string | null;
  readonly mode: ModeName | null;
}

export function readAddress(location: Location): Asked {
  const query = new URLSearchParams(location.search);
  const mode = query.get("mode");
  return {
    tourId: decodeURIComponent(location.pathname.split("/")[2] ?? ""),
    level: query.get("level"),
    mode: MODES.find((name) => name === mode) ?? null,
  };
}

const DEGREES = 180 / Math.PI;

/** The view in an address's hash; null where there is none. */
export function viewInHash(hash: string): View | null {
  const said = new URLSearchParams(hash.slice(1)).get("at");
  const numbers = said?.split(",").map(Number) ?? [];
  if (numbers.length !== 5 || !numbers.every(Number.isFinite)) return null;
  const [x = 0, y = 0, z = 0, yaw = 0, pitch = 0] = numbers;
  return { position: [x, y, z], yaw: yaw / DEGREES, pitch: pitch / DEGREES, roll: 0 };
}

/** An address's hash that leads to the view: millimetres and hundredths of a degree. */
export function hashOf(view: View): string {
  const lengths = view.position.map((value) => value.toFixed(3));
  const angles = [view.yaw, view.pitch].map((angle) => (angle * DEGREES).toFixed(2));
  return `#at=${[...lengths, ...angles].join(",")}`;
}
