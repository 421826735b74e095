/**
 * Where an object stands that was cut out of a tour's frame, where nobody has measured that: on the floor, below its
 * lowest pixel, as large as it then must be. From that frame's camera it covers what it covered.
 */
import { dot, minus, plus, times, type Vector } from "../viewer/space";
import type { Matrix, Standing } from "./standing";

/** As GET /v1/tours/{tour_id}/frames says it: OpenCV's axes, pixels of the frame. Its lens's distortion is left out. */
export interface FrameCamera {
  readonly world_from_camera: Matrix;
  readonly focal_px: readonly number[];
  readonly centre_px: readonly number[];
  readonly width_px: number;
}

/** What of a mask is the object, in pixels of a photo that is `width_px` wide. */
export interface MaskBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly width_px: number;
}

/** The box around what a mask (grey values, row by row) says is the object; null for none. */
export function boxOf(grey: ArrayLike<number>, width_px: number): MaskBox | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let index = 0; index < grey.length; index++) {
    if ((grey[index] ?? 0) < 128) continue;
    const [x, y] = [index % width_px, Math.floor(index / width_px)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return right < 0 ? null : { left, top, right, bottom, width_px };
}

/**
 * `floor`: its height in the world; `height`: of the object, in its own units; `farthest`: no object stands farther
 * away, in world units.
 */
export function onFloor(
  camera: FrameCamera,
  box: MaskBox,
  floor: number,
  height: number,
  farthest: number,
): Standing {
  const shrunk = camera.width_px / box.width_px;
  const middle = (box.left + box.right) / 2;
  const eye = column(camera.world_from_camera, 3);
  const down = rayThrough(camera, middle * shrunk, box.bottom * shrunk);
  const reach = down[1] < -1e-3 ? (floor - eye[1]) / down[1] : farthest;
  const depth = Math.min(Math.max(reach, farthest / 1000), farthest);
  const position = plus(eye, times(down, depth));
  const tall = (depth * (box.bottom - box.top) * shrunk) / (camera.focal_px[1] ?? 1);
  const back = minus(eye, position);
  const turn = Math.atan2(back[0], back[2]) / 2;
  return {
    position: [...position],
    rotation_wxyz: [Math.cos(turn), 0, Math.sin(turn), 0],
    scale: tall / Math.max(height, 1e-9),
  };
}

/** From the eye through a pixel, as long as brings it one unit farther away from the camera. */
function rayThrough(camera: FrameCamera, x: number, y: number): Vector {
  const [fx = 1, fy = 1] = camera.focal_px;
  const [cx = 0, cy = 0] = camera.centre_px;
  const ray: Vector = [(x - cx) / fx, (y - cy) / fy, 1];
  const rows = [0, 1, 2].map((row): Vector => {
    const [a = 0, b = 0, c = 0] = camera.world_from_camera[row] ?? [];
    return [a, b, c];
  });
  const along = (row: number) => dot(rows[row] ?? [0, 0, 0], ray);
  return [along(0), along(1), along(2)];
}

function column(matrix: Matrix, index: number): Vector {
  const at = (row: number) => matrix[row]?.[index] ?? 0;
  return [at(0), at(1), at(2)];
}
