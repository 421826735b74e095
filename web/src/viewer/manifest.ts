import type { components } from "./manifest.schema";
import { ViewerProblem } from "./problem";

type Schemas = components["schemas"];
export type Manifest = Schemas["Manifest"];
export type Level = Schemas["Level"];
export type Streaming = Schemas["Streaming"];
export type Box = Schemas["Box"];
export type CameraPath = Schemas["CameraPath"];
export type StartPose = Schemas["StartPose"];
export type Collision = Schemas["Collision"];
export type FloorPlan = Schemas["FloorPlan"];
export type Hotspot = Schemas["Hotspot"];

const VERSION = 1;
/** As in the schema: relative, and no way out of the folder. */
const SAFE_PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/**
 * The manifest in a parsed document. Throws `ViewerProblem`: "tooNew" for another version, "damaged" for what
 * lacks anything that the viewer uses. The whole schema is checked where bundles are made.
 */
export function readManifest(document: unknown): Manifest {
  if (!isObject(document) || document.format !== "diorama-tour") throw new ViewerProblem("damaged");
  if (typeof document.version !== "number") throw new ViewerProblem("damaged");
  if (document.version !== VERSION) throw new ViewerProblem("tooNew");
  const manifest = document as unknown as Manifest;
  if (!isUsable(manifest)) throw new ViewerProblem("damaged");
  return manifest;
}

function isUsable(manifest: Manifest): boolean {
  return (
    isPose(manifest.start) &&
    isPositive(manifest.start.field_of_view_deg) &&
    isVector(manifest.bounds?.robust?.min) &&
    isVector(manifest.bounds?.robust?.max) &&
    Array.isArray(manifest.levels) &&
    manifest.levels.length > 0 &&
    manifest.levels.every((level) => SAFE_PATH.test(level.path) && isPositive(level.splats)) &&
    SAFE_PATH.test(manifest.poster?.path) &&
    isPathOrNone(manifest.camera_path) &&
    isCollisionOrNone(manifest.collision) &&
    isFloorPlanOrNone(manifest.floor_plan) &&
    isStreamingOrNone(manifest.streaming)
  );
}

function isStreamingOrNone(streaming: Streaming | null | undefined): boolean {
  if (streaming === null || streaming === undefined) return true;
  const { path, levels } = streaming;
  return SAFE_PATH.test(path) && Array.isArray(levels) && levels.length > 0 && levels.every(hasSplats);
}

const hasSplats = (level: { readonly splats: number }): boolean => isPositive(level.splats);

function isPathOrNone(path: CameraPath | null | undefined): boolean {
  return (
    path === null ||
    path === undefined ||
    (isPositive(path.duration_s) && path.poses.length > 1 && path.poses.every(isPose))
  );
}

function isCollisionOrNone(collision: Collision | null | undefined): boolean {
  return (
    collision === null ||
    collision === undefined ||
    (SAFE_PATH.test(collision.path) &&
      isVector(collision.origin) &&
      isPositive(collision.cube) &&
      isVector(collision.cubes) &&
      Number.isFinite(collision.floor))
  );
}

function isFloorPlanOrNone(plan: FloorPlan | null | undefined): boolean {
  return (
    plan === null ||
    plan === undefined ||
    (SAFE_PATH.test(plan.path) &&
      isNumbers(plan.corner, 2) &&
      isPositive(plan.width) &&
      isPositive(plan.depth))
  );
}

function isPose(pose: unknown): boolean {
  return (
    isObject(pose) && isVector(pose.position) && isVector(pose.target) && isNumbers(pose.rotation_wxyz, 4)
  );
}

const isVector = (value: unknown): boolean => isNumbers(value, 3);

function isNumbers(value: unknown, count: number): boolean {
  return Array.isArray(value) && value.length === count && value.every(Number.isFinite);
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
