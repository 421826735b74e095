/** The field of view of a canvas of any shape, in radians from its upper edge to its lower one. */

const WIDEST = (56 * Math.PI) / 180;
const NARROWEST_ACROSS = (40 * Math.PI) / 180;

/**
 * At least the poster's field of view is not shown in both directions, but as its picture is fitted to the page:
 * covering it. On a tall phone that would be a keyhole, so it opens until enough is seen from side to side.
 * `vertical` is the poster's, `posterAspect` and `aspect` are widths over heights.
 */
export function fieldOfView(vertical: number, posterAspect: number, aspect: number): number {
  const half = Math.tan(vertical / 2);
  const covering = aspect > posterAspect ? (half * posterAspect) / aspect : half;
  const across = Math.min(Math.tan(NARROWEST_ACROSS / 2), half * posterAspect);
  const opened = Math.max(covering, Math.min(across / aspect, Math.tan(WIDEST / 2)));
  return 2 * Math.atan(opened);
}
