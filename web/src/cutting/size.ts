import type { Size } from "./mask";

/** Long side of the photo that masks are made on, as `embed_photo` has it unless told otherwise. */
export const LONG_SIDE_PX = 2048;

/**
 * The size at which a photo is cut, before it is turned upright. The same as `embed_photo` makes it (Pillow's
 * `thumbnail`), so that masks fit: of the two whole numbers the short side may get, the one whose proportions,
 * width to height, come nearer to the photo's.
 */
export function cuttingSize({ width, height }: Size, longSide = LONG_SIDE_PX): Size {
  if (width <= longSide && height <= longSide) return { width, height };
  const aspect = width / height;
  if (aspect > 1) {
    return { width: longSide, height: nearest(longSide / aspect, (one) => longSide / one - aspect) };
  }
  return { width: nearest(longSide * aspect, (one) => one / longSide - aspect), height: longSide };
}

function nearest(exact: number, error: (whole: number) => number): number {
  const [below, above] = [Math.max(1, Math.floor(exact)), Math.max(1, Math.ceil(exact))];
  return Math.abs(error(above)) < Math.abs(error(below)) ? above : below;
}

/** The same for a photo of which the browser says the upright size and the file's header the stored one. */
export function uprightCuttingSize(upright: Size, stored: Size): Size {
  const isTurned = upright.width === stored.height && upright.height === stored.width;
  if (!isTurned) return cuttingSize(upright);
  const { width, height } = cuttingSize(stored);
  return { width: height, height: width };
}
