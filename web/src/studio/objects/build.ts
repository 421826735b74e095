/** What a build is, as the session's page and the 3D view need it. */

import type { components } from "../../api/schema";
import { boundsOf, type Standing } from "../../objectView/aim";
import type { Subject } from "../../objectView/files";
import type { Vector } from "../../viewer/space";

export type Build = components["schemas"]["BuildView"];
export type BuiltObject = Build["objects"][number];

/** What is looked at: an object by its id, or all of them. */
export const ALL = "all";

/** All there is to look at, and how large each is; all together first, where there are several. */
export function subjectsOf({ objects, scene_files }: Build, sceneName: string): ReadonlyMap<string, Seen> {
  const single = objects.map((one): [string, Seen] => [
    one.cutout_id,
    {
      subject: one,
      standing: [{ ...standingOf(one), placed_at: [0, 0, 0], scene_scale: 1 }],
      objects: [one],
    },
  ]);
  const scene: [string, Seen] = [
    ALL,
    { subject: { name: sceneName, files: scene_files }, standing: objects.map(standingOf), objects },
  ];
  return new Map(objects.length > 1 ? [scene, ...single] : single);
}

function standingOf({ bounds_min, bounds_max, placed_at, scene_scale = 1 }: BuiltObject): Standing {
  return { bounds_min, bounds_max, placed_at, scene_scale };
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
