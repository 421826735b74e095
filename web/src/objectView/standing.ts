/** Where an object of a tour's frame stands in that tour, as build_object measured it. */
import type { Vector } from "../viewer/space";

/** 4 x 4, row by row: a rotation times a scale, and a shift. */
export type Matrix = readonly (readonly number[])[];

export interface Standing {
  readonly position: [number, number, number];
  readonly rotation_wxyz: [number, number, number, number];
  readonly scale: number;
}

/** `world_from_object` in parts. Shears are none of its business. */
export function standingOf(world_from_object: Matrix): Standing {
  const at = (row: number, column: number) => world_from_object[row]?.[column] ?? 0;
  const scale = Math.hypot(at(0, 0), at(1, 0), at(2, 0));
  const turn = (row: number, column: number) => at(row, column) / scale;
  return {
    position: [at(0, 3), at(1, 3), at(2, 3)],
    rotation_wxyz: quaternionOf(turn),
    scale,
  };
}

/** Shepperd's method: from the largest of the four parts, so that nothing is divided by what is almost 0. */
function quaternionOf(turn: (row: number, column: number) => number): [number, number, number, number] {
  const [xx, yy, zz] = [turn(0, 0), turn(1, 1), turn(2, 2)];
  const squares = [1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz];
  const largest = squares.indexOf(Math.max(...squares));
  const twice = Math.sqrt(Math.max(...squares));
  const difference = (row: number, column: number) => (turn(row, column) - turn(column, row)) / twice;
  const sum = (row: number, column: number) => (turn(row, column) + turn(column, row)) / twice;
  const parts: [number, number, number, number][] = [
    [twice, difference(2, 1), difference(0, 2), difference(1, 0)],
    [difference(2, 1), twice, sum(1, 0), sum(0, 2)],
    [difference(0, 2), sum(1, 0), twice, sum(2, 1)],
    [difference(1, 0), sum(0, 2), sum(2, 1), twice],
  ];
  const [w, x, y, z] = parts[largest] ?? [2, 0, 0, 0];
  return [w / 2, x / 2, y / 2, z / 2];
}

/** Where one stands to see it, and which way one looks: radians, as the viewer has them. */
export interface Sight {
  readonly position: Vector;
  readonly yaw: number;
  readonly pitch: number;
}

/** From where its photo was taken: nothing is in the way there, and one sees what the photo shows. */
export function seenFromCamera(world_from_camera: Matrix, standing: Standing, height: number): Sight {
  const [x = 0, y = 0, z = 0] = world_from_camera.map((row) => row[3] ?? 0);
  const [px, py, pz] = standing.position;
  const [right, up, back] = [px - x, py + (standing.scale * height) / 2 - y, pz - z];
  return {
    position: [x, y, z],
    yaw: Math.atan2(-right, -back),
    pitch: Math.atan2(up, Math.hypot(right, back)),
  };
}

/** From its front, at eye level with its middle: so many times its height away. */
export function seenFromFront(standing: Standing, height: number): Sight {
  const [w, x, y, z] = standing.rotation_wxyz;
  const front: Vector = [2 * (x * z + w * y), 0, 1 - 2 * (x * x + y * y)];
  const yaw = Math.atan2(front[0], front[2]);
  const size = standing.scale * height;
  const away = 3 * size;
  const [px, py, pz] = standing.position;
  return { position: [px + away * Math.sin(yaw), py + size / 2, pz + away * Math.cos(yaw)], yaw, pitch: 0 };
}
