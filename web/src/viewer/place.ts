/** What of the manifest says how one moves through the place. */
import type { Solids } from "./collision";
import type { Box, Manifest } from "./manifest";
import { dot, length, minus, type Vector } from "./space";
import { forwardOf, viewOf } from "./view";

export interface Place {
  /** Where a walk stays: the box that cameras saw. */
  readonly box: Box;
  /** The height of one's eyes above the world's zero. */
  readonly eyeLevel: number;
  /** The height of the floor. */
  readonly floor: number;
  /** What one looks at, and turns around. */
  readonly focus: Vector;
  /** The longest side of the box. */
  readonly size: number;
  /** Walking, in units of the world a second. */
  readonly speed: number;
  /** What stops a walk; null as long as that is not known. */
  solids: Solids | null;
}

const WALKING_M_S = 1.3;
/** Where nobody knows how large the place is: its longest side in so many seconds. */
const CROSSED_IN_S = 6;
const INWARDS = 0.85;

export function placeOf(manifest: Manifest): Place {
  const { min, max } = manifest.bounds.robust;
  const size = Math.max(...minus(max, min), 1e-3);
  const isScaleKnown = manifest.scale_source !== "none";
  return {
    box: manifest.bounds.robust,
    eyeLevel: eyeLevelOf(manifest),
    floor: floorOf(manifest),
    focus: manifest.start.target,
    size,
    speed: isScaleKnown ? WALKING_M_S : size / CROSSED_IN_S,
    solids: null,
  };
}

function floorOf({ collision, scale_source, bounds }: Manifest): number {
  // That scale is known because the floor is: it is the world's zero.
  if (scale_source === "assumed_eye_height_1.6m") return 0;
  return collision?.floor ?? bounds.robust.min[1];
}

/** The median height at which the place was walked through: the eyes of whoever filmed it, above its floor. */
function eyeLevelOf({ camera_path, start }: Manifest): number {
  const heights = (camera_path?.poses ?? [start]).map((pose) => pose.position[1]).sort((a, b) => a - b);
  return heights[heights.length >> 1] ?? start.position[1];
}

/** Whether cameras went around a thing and looked at it, rather than walked through a place. */
export function isSeenFromAround({ camera_path, bounds, scale_source }: Manifest): boolean {
  // This scale is known by the height of somebody's eyes: they walked.
  if (!camera_path || scale_source === "assumed_eye_height_1.6m") return false;
  const { min, max } = bounds.robust;
  const middle: Vector = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
  const inwards = camera_path.poses.filter((pose) => {
    const towards = minus(middle, pose.position);
    return dot(towards, forwardOf(viewOf(pose))) > INWARDS * length(towards);
  });
  return inwards.length > camera_path.poses.length / 2;
}
