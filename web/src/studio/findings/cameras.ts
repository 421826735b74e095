/**
 * Cameras in space, for a drawing of them. The world is right-handed with +Y up; a camera looks along its
 * own +Z, with x to the right and y down (OpenCV).
 */
export type Vector = readonly [number, number, number];

/** As much of cameras.json as is drawn. */
export interface CameraFile {
  readonly cameras: Record<
    string,
    { width_px: number; height_px: number; focal_px: readonly [number, number] }
  >;
  readonly images: readonly {
    readonly image: string;
    readonly camera: string;
    readonly world_from_camera: {
      readonly rotation_wxyz: readonly [number, number, number, number];
      readonly translation: Vector;
    };
  }[];
}

/** Where a camera is, and the four corners of a picture held in front of it. */
export interface Frustum {
  readonly centre: Vector;
  readonly corners: readonly [Vector, Vector, Vector, Vector];
}

/** The camera's vector in world axes, by its unit quaternion. */
export function rotated([w, x, y, z]: readonly [number, number, number, number], [a, b, c]: Vector): Vector {
  return [
    (1 - 2 * (y * y + z * z)) * a + 2 * (x * y - w * z) * b + 2 * (x * z + w * y) * c,
    2 * (x * y + w * z) * a + (1 - 2 * (x * x + z * z)) * b + 2 * (y * z - w * x) * c,
    2 * (x * z - w * y) * a + 2 * (y * z + w * x) * b + (1 - 2 * (x * x + y * y)) * c,
  ];
}

/** A frustum an image, in their order, each `depth` long in the units of the world. */
export function frustumsOf(file: CameraFile, depth: number): Frustum[] {
  return file.images.map(({ camera, world_from_camera: { rotation_wxyz, translation } }) => {
    const lens = file.cameras[camera];
    const right = lens ? (depth * lens.width_px) / (2 * lens.focal_px[0]) : depth;
    const down = lens ? (depth * lens.height_px) / (2 * lens.focal_px[1]) : depth;
    const corner = (x: number, y: number) => sum(translation, rotated(rotation_wxyz, [x, y, depth]));
    return {
      centre: translation,
      corners: [corner(-right, -down), corner(right, -down), corner(right, down), corner(-right, down)],
    };
  });
}

export interface Extent {
  readonly middle: Vector;
  readonly radius: number;
}

/** The middle of the cameras, and how far the farthest is from it. */
export function extentOf(file: CameraFile): Extent {
  const places = file.images.map((image) => image.world_from_camera.translation);
  const axis = (index: 0 | 1 | 2) => {
    const values = places.map((place) => place[index]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  const middle: Vector = [axis(0), axis(1), axis(2)];
  const radius = Math.max(1e-6, ...places.map((place) => Math.hypot(...difference(place, middle))));
  return { middle, radius };
}

export interface View {
  /** Around the vertical, radians. */
  readonly yaw: number;
  /** Up from the horizon, radians. */
  readonly pitch: number;
  /** 1 shows everything. */
  readonly zoom: number;
}

/** Where a point of the world is seen, in units of the radius, x to the right and y down. */
export function seenFrom(
  view: View,
  point: Vector,
  middle: Vector,
  radius: number,
): readonly [number, number] {
  const [x, y, z] = difference(point, middle);
  const across = Math.cos(view.yaw) * x - Math.sin(view.yaw) * z;
  const away = Math.sin(view.yaw) * x + Math.cos(view.yaw) * z;
  const up = Math.cos(view.pitch) * y - Math.sin(view.pitch) * away;
  return [(view.zoom * across) / radius, (-view.zoom * up) / radius];
}

function sum(one: Vector, other: Vector): Vector {
  return [one[0] + other[0], one[1] + other[1], one[2] + other[2]];
}

function difference(one: Vector, other: Vector): Vector {
  return [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
}
