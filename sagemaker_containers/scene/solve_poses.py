"""Stage `solve_poses`: frames in, where each was taken from out.

Reads `inputs/frames/` (what `sample_frames` wrote). Writes `outputs/cameras.json`, the COLMAP model in
`outputs/sparse/` and its points in `outputs/points.ply`, all in one world frame: right-handed, +Y up, metres
where `scale_source` says so. The same frames and the same seed give the same poses.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pycolmap

from diorama.stage import Progress
from diorama.tours.stages import SolvePosesParams, SolvePosesReport
from poses.camera_file import write_cameras
from poses.features import descriptors_by_image, extract
from poses.frame_set import Frame, read_frames
from poses.gravity import up_direction, views_of
from poses.mapping import Mapped, map_images
from poses.matching import match
from poses.missing import gaps, missing_photos, too_few
from poses.pairs import choose_pairs
from poses.world import World, settle
from stopwatch import Watch

FEATURES_UNTIL, PAIRS_UNTIL, MATCHES_UNTIL, MAPPING_UNTIL = 25.0, 27.0, 65.0, 92.0
"""Where each step ends on the stage's way to 100 percent, about in proportion to the time it takes."""


def run(inputs: Path, outputs: Path, params: SolvePosesParams, progress: Progress) -> SolvePosesReport:
    """Finds the cameras. Raises `StageError` for frames that too few cameras can be found for."""
    pycolmap.logging.minloglevel = pycolmap.logging.Level.ERROR.value
    frames = read_frames(inputs / "frames")
    images = inputs / "frames" / "images"
    outputs.mkdir(parents=True, exist_ok=True)
    watch = Watch()
    with TemporaryDirectory(prefix=".work-", dir=outputs) as work:
        mapped = _solve(Path(work) / "matches.db", images, frames, params, progress, watch)
    progress(MAPPING_UNTIL, "Finding the floor and which way is up")
    with watch.step("level"):
        world = _settle(mapped.model, images)
    _write(outputs, mapped.model, frames, world)
    return _report(frames, mapped, world, watch)


def _solve(
    database: Path,
    images: Path,
    frames: list[Frame],
    params: SolvePosesParams,
    progress: Progress,
    watch: Watch,
) -> Mapped:
    """Features, pairs, matches, model. Raises `StageError` when too little of the capture is placed."""
    with watch.step("features"):
        extract(database, images, frames, params, _counted(progress, 0, FEATURES_UNTIL, "Features of image"))
    with watch.step("pairs"):
        progress(FEATURES_UNTIL, "Finding images that look alike")
        names = [frame.image for frame in frames]
        many = len(names) > params.exhaustive_up_to
        pairs = choose_pairs(names, descriptors_by_image(database) if many else None, params)
    with watch.step("matches"):
        match(database, pairs, params, _counted(progress, PAIRS_UNTIL, MATCHES_UNTIL, "Compared pair"))
    with watch.step("mapping"):
        span = MAPPING_UNTIL - MATCHES_UNTIL
        mapped, _ = map_images(
            database,
            images,
            len(frames),
            params,
            lambda share, message: progress(MATCHES_UNTIL + span * share, message),
        )
    placed = _placed(mapped)
    if mapped is None or len(placed) < params.refuse_below * len(frames):
        raise too_few(frames, placed, params.refuse_below)
    return mapped


def _counted(progress: Progress, start: float, end: float, what: str) -> Callable[[int, int], None]:
    def report(done: int, all_: int) -> None:
        progress(start + (end - start) * done / max(1, all_), f"{what} {done} of {all_}")

    return report


def _placed(mapped: Mapped | None) -> set[str]:
    if mapped is None:
        return set()
    return {mapped.model.image(i).name for i in mapped.model.reg_image_ids()}


def _settle(model: pycolmap.Reconstruction, images: Path) -> World:
    """Moves the model into the world frame, and says which that is."""
    views = views_of(model, images)
    world = settle(model, views, up_direction(views))
    model.transform(world.world_from_model)
    return world


def _write(outputs: Path, model: pycolmap.Reconstruction, frames: list[Frame], world: World) -> None:
    sparse = outputs / "sparse"
    sparse.mkdir(exist_ok=True)
    model.write_binary(sparse)
    model.export_PLY(outputs / "points.ply")
    write_cameras(outputs / "cameras.json", model, frames, world.scale_source)


def _report(frames: list[Frame], mapped: Mapped, world: World, watch: Watch) -> SolvePosesReport:
    model = mapped.model
    placed = _placed(mapped)
    camera = next(iter(model.cameras.values()))
    long_side_px = max(camera.width, camera.height)
    return SolvePosesReport(
        images=len(frames),
        registered=len(placed),
        registered_share=len(placed) / len(frames),
        points=model.num_points3D(),
        reprojection_error_px=round(model.compute_mean_reprojection_error(), 4),
        mapper=mapped.mapper,
        camera_model=camera.model_name,
        fov_deg=round(float(np.degrees(2 * np.arctan(long_side_px / 2 / camera.mean_focal_length()))), 2),
        scale_source=world.scale_source,
        path_length=round(_path_length(model), 4),
        eye_height=world.eye_height and round(world.eye_height, 4),
        missing=gaps(frames, placed),
        missing_photos=missing_photos(frames, placed),
        seconds=watch.seconds,
    )


def _path_length(model: pycolmap.Reconstruction) -> float:
    """From each placed image to the next in order, added up."""
    registered = sorted((model.image(i) for i in model.reg_image_ids()), key=lambda image: image.name)
    positions = [image.projection_center() for image in registered]
    return float(sum(np.linalg.norm(after - before) for before, after in pairwise(positions)))
