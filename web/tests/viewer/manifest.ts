import type { Manifest } from "../../src/viewer/manifest";

const pose = (x: number, y: number, z: number) => ({
  position: [x, y, z] as [number, number, number],
  // Half a turn about x: level, looking along -Z.
  rotation_wxyz: [0, 1, 0, 0] as [number, number, number, number],
  target: [x, y, z - 2] as [number, number, number],
});

/** A manifest of a small place; parts of it may be others. */
export function manifestOf(parts: Partial<Manifest> = {}): Manifest {
  const box = { min: [-2, 0, -3], max: [2, 2.5, 3] } satisfies Manifest["bounds"]["robust"];
  const level = { format: "sog", sh_degree: 1, psnr: 30, ssim: 0.9, loss_db: 0.1, bytes: 100 } as const;
  return {
    format: "diorama-tour",
    version: 1,
    up: "+Y",
    scale_source: "assumed_eye_height_1.6m",
    bounds: { robust: box, full: box },
    start: { ...pose(0, 1.6, 2), field_of_view_deg: 50 },
    camera_path: { duration_s: 10, poses: [pose(0, 1.6, 2), pose(0, 1.7, 1), pose(1, 1.6, 0)] },
    levels: [
      { ...level, name: "full", path: "levels/full.sog", splats: 1000 },
      { ...level, name: "low", path: "levels/low.sog", splats: 100 },
    ],
    quality: { psnr: 30, ssim: 0.9, splats: 1000, held_out_views: 3, long_side_px: 480 },
    poster: { path: "poster.jpg", width_px: 1280, height_px: 720, pose: pose(0, 1.6, 2) },
    thumbnails: [],
    files: [],
    ...parts,
  };
}
