/** From the world to the canvas and back, for what lies over the picture. */
import { dot, minus, plus, times, turned, type Vector } from "./space";
import { rotationOf, type View } from "./view";

/** How somebody looks: from where, with which field of view (radians from upper to lower edge), in how many pixels. */
export interface Eye {
  readonly view: View;
  readonly lens: number;
  readonly width: number;
  readonly height: number;
}

/** The field of view from the left edge to the right one, in radians. */
export function acrossOf({ lens, width, height }: Eye): number {
  return 2 * Math.atan((Math.tan(lens / 2) * width) / Math.max(1, height));
}

/** Pixels from the canvas's left and upper edge. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Where a point of the world is on the canvas, within it or beside it; null behind the eye. */
export function onCanvas(eye: Eye, point: Vector): Spot | null {
  const rotation = rotationOf(eye.view);
  const away = minus(point, eye.view.position);
  const ahead = -dot(away, turned(rotation, [0, 0, 1]));
  if (ahead <= 1e-6) return null;
  const focal = focalOf(eye);
  return {
    x: eye.width / 2 + (focal * dot(away, turned(rotation, [1, 0, 0]))) / ahead,
    y: eye.height / 2 - (focal * dot(away, turned(rotation, [0, 1, 0]))) / ahead,
  };
}

/** The unit direction, in the world, of what is seen at a spot of the canvas. */
export function directionOf(eye: Eye, { x, y }: Spot): Vector {
  const focal = focalOf(eye);
  const across = (x - eye.width / 2) / focal;
  const up = (eye.height / 2 - y) / focal;
  const direction = turned(rotationOf(eye.view), [across, up, -1]);
  return times(direction, 1 / Math.hypot(...direction));
}

/** The point so far from the eye, straight through a spot of the canvas. */
export function pointAt(eye: Eye, spot: Spot, distance: number): Vector {
  return plus(eye.view.position, times(directionOf(eye, spot), distance));
}

const focalOf = ({ lens, height }: Eye): number => height / 2 / Math.tan(lens / 2);
