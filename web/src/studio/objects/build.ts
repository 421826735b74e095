/** What a build is, as the session's page and the 3D view need it. */
import { boundsOf, type Standing } from "../../objectView/aim";
import { type Subject, sceneOf } from "../../objectView/files";
import type { Vector } from "../../viewer/space";

/** One object of a build, as build_object reports it. */
export interface BuiltObject {
  readonly cutout_id: string;
  readonly name: string;
  readonly model: string;
  readonly shape?: string | null;
  readonly is_estimated: boolean;
  readonly splats: number;
  readonly vertices: number;
  readonly faces: number;
  readonly web_faces: number;
  readonly is_watertight: boolean;
  readonly bounds_min: Vector;
  readonly bounds_max: Vector;
  readonly placed_at: Vector;
  readonly scale_source?: string;
  readonly files: Readonly<Record<string, number>>;
}

export interface Build {
  readonly job_id: string;
  readonly attempt: number;
  readonly objects: readonly BuiltObject[];
}

/** What is looked at: an object by its id, or all of them. */
export const ALL = "all";

/** All there is to look at, and how large each is; all together first, where there are several. */
export function subjectsOf({ objects }: Build, sceneName: string): ReadonlyMap<string, Seen> {
  const single = objects.map((one): [string, Seen] => [
    one.cutout_id,
    { subject: one, standing: [{ ...one, placed_at: [0, 0, 0] }], objects: [one] },
  ]);
  const scene: [string, Seen] = [ALL, { subject: sceneOf(sceneName), standing: objects, objects }];
  return new Map(objects.length > 1 ? [scene, ...single] : single);
}

export interface Seen {
  readonly subject: Subject;
  readonly standing: readonly Standing[];
  readonly objects: readonly BuiltObject[];
}

/** Metres where the scale is known; null where the longest side is 1. */
export function extentsOf({ standing, objects }: Seen): Vector | null {
  if (objects.some((one) => (one.scale_source ?? "none") === "none")) return null;
  const { min, max } = boundsOf(standing);
  return [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
}
