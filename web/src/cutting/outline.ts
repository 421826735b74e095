import type { Size } from "./mask";

/** A closed line along edges of pixels: x and y of its corners in turn. */
export type Ring = readonly number[];

/** Steps right, down, left, up. */
const STEP_X = [1, 0, -1, 0] as const;
const STEP_Y = [0, 1, 0, -1] as const;

/**
 * The edges of a mask as closed lines, the object always on their right. Each upper edge of the object belongs to
 * one line; a line is walked from the first that was not walked yet, and has a corner where it turns.
 */
export function outlineOf(mask: Uint8Array, { width, height }: Size): Ring[] {
  const isIn = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && (mask[y * width + x] ?? 0) > 127;
  const walked = new Uint8Array(width * height);
  const rings: Ring[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if ((mask[at] ?? 0) <= 127 || (y > 0 && (mask[at - width] ?? 0) > 127) || walked[at]) continue;
      rings.push(
        walk(x, y, isIn, (upperEdge) => {
          walked[upperEdge.y * width + upperEdge.x] = 1;
        }),
      );
    }
  }
  return rings;
}

function walk(
  startX: number,
  startY: number,
  isIn: (x: number, y: number) => boolean,
  mark: (upperEdge: { x: number; y: number }) => void,
): Ring {
  const ring: number[] = [];
  let [x, y, heading] = [startX, startY, 0];
  do {
    if (heading === 0) mark({ x, y });
    x += STEP_X[heading] ?? 0;
    y += STEP_Y[heading] ?? 0;
    const next = nextHeading(x, y, heading, isIn);
    if (next !== heading) ring.push(x, y);
    heading = next;
  } while (x !== startX || y !== startY || heading !== 0);
  return ring;
}

/** At a corner: left where the pixel ahead on the left is the object too, right where none ahead is, else straight on. */
function nextHeading(x: number, y: number, heading: number, isIn: (x: number, y: number) => boolean): number {
  const [forwardX, forwardY] = [STEP_X[heading] ?? 0, STEP_Y[heading] ?? 0];
  const [rightX, rightY] = [-forwardY, forwardX];
  const ahead = (side: 1 | -1) =>
    isIn(Math.floor(x + (forwardX + side * rightX) / 2), Math.floor(y + (forwardY + side * rightY) / 2));
  if (!ahead(1)) return (heading + 1) % 4;
  return ahead(-1) ? (heading + 3) % 4 : heading;
}
