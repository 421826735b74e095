/**
 * Where one stands and looks, and the one place where the axes of cameras change.
 *
 * The manifest's cameras have OpenCV's axes (x right, y down, z forward). The engine's look along -Z with +Y
 * up: half a turn about x. A `View` says the same as a person would: turned about the vertical (`yaw`), raised
 * (`pitch`), tilted (`roll`), in this order from the world inwards: Ry(yaw) Rx(pitch) Rz(roll).
 */
import { between, nearestTurn, product, type Quaternion, turned, type Vector } from "./space";

export interface View {
  readonly position: Vector;
  /** Radians to the left of -Z. */
  readonly yaw: number;
  /** Radians above the horizon. */
  readonly pitch: number;
  /** Radians, counter-clockwise as one looks; 0 is level. */
  readonly roll: number;
}

/** As much of the manifest's pose as a view needs. */
export interface OpenCvPose {
  readonly position: Vector;
  readonly rotation_wxyz: Quaternion;
}

export const STEEPEST = (88 * Math.PI) / 180;
const HALF_TURN_ABOUT_X: Quaternion = [0, 1, 0, 0];

/** OpenCV's `world_from_camera` rotation for a camera with the engine's axes. */
export function engineRotation(rotation_wxyz: Quaternion): Quaternion {
  return product(rotation_wxyz, HALF_TURN_ABOUT_X);
}

/** The view of a camera with OpenCV's axes. */
export function viewOf(pose: OpenCvPose): View {
  const rotation = engineRotation(pose.rotation_wxyz);
  const right = turned(rotation, [1, 0, 0]);
  const up = turned(rotation, [0, 1, 0]);
  const back = turned(rotation, [0, 0, 1]);
  const pitch = Math.asin(between(-1, -back[1], 1));
  // Straight up or down, yaw and roll turn about the same axis: all of it counts as yaw.
  if (Math.hypot(back[0], back[2]) < 1e-6)
    return { position: pose.position, yaw: Math.atan2(-right[2], right[0]), pitch, roll: 0 };
  return {
    position: pose.position,
    yaw: Math.atan2(back[0], back[2]),
    pitch,
    roll: Math.atan2(right[1], up[1]),
  };
}

/** The rotation of a camera with the engine's axes. */
export function rotationOf({ yaw, pitch, roll }: View): Quaternion {
  const about = (angle: number): [number, number] => [Math.cos(angle / 2), Math.sin(angle / 2)];
  const [yawCos, yawSin] = about(yaw);
  const [pitchCos, pitchSin] = about(pitch);
  const [rollCos, rollSin] = about(roll);
  const turn: Quaternion = [yawCos, 0, yawSin, 0];
  const raise: Quaternion = [pitchCos, pitchSin, 0, 0];
  const tilt: Quaternion = [rollCos, 0, 0, rollSin];
  return product(product(turn, raise), tilt);
}

export function forwardOf({ yaw, pitch }: View): Vector {
  return [-Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), -Math.cos(yaw) * Math.cos(pitch)];
}

export function rightOf({ yaw }: View): Vector {
  return [Math.cos(yaw), 0, -Math.sin(yaw)];
}

/** Part of the way from one view to another, by the shorter turn. */
export function blend(from: View, to: View, share: number): View {
  const mix = (a: number, b: number) => a + (b - a) * share;
  return {
    position: [
      mix(from.position[0], to.position[0]),
      mix(from.position[1], to.position[1]),
      mix(from.position[2], to.position[2]),
    ],
    yaw: mix(from.yaw, nearestTurn(to.yaw, from.yaw)),
    pitch: mix(from.pitch, to.pitch),
    roll: mix(from.roll, nearestTurn(to.roll, from.roll)),
  };
}

/** Whether two views look the same: nearer than `distance`, and turned by less than a hundredth of a degree. */
export function isSame(one: View, other: View, distance: number): boolean {
  const small = 2e-4;
  return (
    Math.hypot(...one.position.map((value, axis) => value - (other.position[axis] ?? 0))) < distance &&
    Math.abs(nearestTurn(other.yaw, one.yaw) - one.yaw) < small &&
    Math.abs(other.pitch - one.pitch) < small &&
    Math.abs(other.roll - one.roll) < small
  );
}
