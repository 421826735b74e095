/** Vectors, quaternions (wxyz) and angles in radians; the world is right-handed with +Y up. */

export type Vector = readonly [number, number, number];
export type Quaternion = readonly [number, number, number, number];

export const TAU = 2 * Math.PI;

export const plus = (one: Vector, other: Vector): Vector => [
  one[0] + other[0],
  one[1] + other[1],
  one[2] + other[2],
];
export const minus = (one: Vector, other: Vector): Vector => [
  one[0] - other[0],
  one[1] - other[1],
  one[2] - other[2],
];
export const times = (vector: Vector, factor: number): Vector => [
  vector[0] * factor,
  vector[1] * factor,
  vector[2] * factor,
];
export const dot = (one: Vector, other: Vector): number =>
  one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
export const length = (vector: Vector): number => Math.hypot(...vector);
export const between = (low: number, value: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** The rotation that `second` is followed by `first`: first applied last. */
export function product(first: Quaternion, second: Quaternion): Quaternion {
  const [a, b, c, d] = first;
  const [e, f, g, h] = second;
  return [
    a * e - b * f - c * g - d * h,
    a * f + b * e + c * h - d * g,
    a * g - b * h + c * e + d * f,
    a * h + b * g - c * f + d * e,
  ];
}

/** The vector, turned by a unit quaternion. */
export function turned([w, x, y, z]: Quaternion, [a, b, c]: Vector): Vector {
  return [
    (1 - 2 * (y * y + z * z)) * a + 2 * (x * y - w * z) * b + 2 * (x * z + w * y) * c,
    2 * (x * y + w * z) * a + (1 - 2 * (x * x + z * z)) * b + 2 * (y * z - w * x) * c,
    2 * (x * z - w * y) * a + 2 * (y * z + w * x) * b + (1 - 2 * (x * x + y * y)) * c,
  ];
}

/** The same angle within half a turn of `near`. */
export function nearestTurn(angle: number, near: number): number {
  return angle - TAU * Math.round((angle - near) / TAU);
}
