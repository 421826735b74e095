/** How a thing is turned and how large it is, as its makers say it: degrees about the vertical, and a factor. */
import { product, type Quaternion, turned } from "./space";

export interface Stance {
  /** To the left, seen from above: counter-clockwise. 0: its front looks along +Z. */
  readonly turn_deg: number;
  /** World units of a unit of the model. */
  readonly scale: number;
}

export interface Placement {
  readonly rotation_wxyz: [number, number, number, number];
  readonly scale: number;
}

const DEGREES = 180 / Math.PI;
const UPRIGHT: Placement = { rotation_wxyz: [1, 0, 0, 0], scale: 1 };

/** What a placement says of a thing's front, whatever else its rotation does. */
export function stanceOf(placement: Placement | null | undefined): Stance {
  const { rotation_wxyz, scale } = placement ?? UPRIGHT;
  const [x, , z] = turned(rotation_wxyz, [0, 0, 1]);
  return { turn_deg: Math.atan2(x, z) * DEGREES, scale };
}

/** The placement with another stance: a thing that leans keeps leaning. */
export function placed(before: Placement | null | undefined, { turn_deg, scale }: Stance): Placement {
  const rotation = before?.rotation_wxyz ?? UPRIGHT.rotation_wxyz;
  const by = (turn_deg - stanceOf(before).turn_deg) / DEGREES;
  const turn: Quaternion = [Math.cos(by / 2), 0, Math.sin(by / 2), 0];
  const [w, x, y, z] = product(turn, rotation);
  return { rotation_wxyz: [w, x, y, z], scale };
}

/** Turned towards somebody who looks along that yaw (radians to the left of -Z). */
export function facing(yaw: number): number {
  const turn = (yaw * DEGREES) % 360;
  return turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
}
