"""Stage `solve_poses`: frames in, where each was taken from out.

Reads `inputs/frames/` (what `sample_frames` wrote) and, where too few of them can be placed, `inputs/video/`,
which may be missing. Writes `outputs/cameras.json`, the COLMAP model in
`outputs/sparse/` and its points in `outputs/points.ply`, all in one world frame: right-handed, +Y up, metres
where `scale_source` says so. The same frames and the same seed give the same poses.
"""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pycolmap

from diorama.errors import StageError
from diorama.stage import Progress
from diorama.stopwatch import Watch
from diorama.tours.stages import SolvePosesParams, SolvePosesReport
from poses.between import video_in
from poses.camera_file import write_cameras
from poses.frame_set import Frame, read_frames
from poses.gravity import up_direction, views_of
from poses.ladder import LADDER_UNTIL, Capture, Ladder
from poses.mapping import Mapped
from poses.missing import too_few, what_was_found
from poses.rungs import RUNGS
from poses.world import World, settle


def run(inputs: Path, outputs: Path, params: SolvePosesParams, progress: Progress) -> SolvePosesReport:
    """Finds the cameras. Raises `StageError` for frames that too few cameras can be found for."""
    pycolmap.logging.minloglevel = pycolmap.logging.Level.ERROR.value
    frames = read_frames(inputs / "frames")
    images = inputs / "frames" / "images"
    outputs.mkdir(parents=True, exist_ok=True)
    watch = Watch()
    with TemporaryDirectory(prefix=".work-", dir=outputs) as work:
        capture = Capture(images, frames, video_in(inputs / "video"))
        ladder = Ladder(capture, Path(work), params, progress, watch)
        mapped = _solve(ladder)
        progress(LADDER_UNTIL, "Finding the floor and which way is up")
        with watch.step("level"):
            mapped.model.extract_colors_for_all_images(images)  # a rung may have worked on grey copies
            world = _settle(mapped.model, images)
    _write(outputs, mapped.model, frames, world)
    return _report(frames, mapped, world, ladder)


def _solve(ladder: Ladder) -> Mapped:
    """The model. Raises `StageError` when too little of the capture is placed, with what was found all the same."""
    frames, refuse_below = ladder.capture.frames, ladder.params.refuse_below
    try:
        mapped = ladder.climb(RUNGS)
        found = what_was_found(frames, ladder.placed, ladder.rungs)
        if mapped is None or mapped.registered < max(1, refuse_below * len(frames)):
            raise too_few(found, refuse_below)
    except StageError as error:
        error.found = what_was_found(frames, ladder.placed, ladder.rungs).model_dump(mode="json")
        raise
    return mapped


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


def _report(frames: list[Frame], mapped: Mapped, world: World, ladder: Ladder) -> SolvePosesReport:
    model = mapped.model
    found = what_was_found(frames, ladder.placed, ladder.rungs)
    camera = next(iter(model.cameras.values()))
    long_side_px = max(camera.width, camera.height)
    return SolvePosesReport(
        **dict(found),
        registered_share=found.registered / found.images,
        points=model.num_points3D(),
        reprojection_error_px=round(model.compute_mean_reprojection_error(), 4),
        mapper=mapped.mapper,
        camera_model=camera.model_name,
        fov_deg=round(float(np.degrees(2 * np.arctan(long_side_px / 2 / camera.mean_focal_length()))), 2),
        scale_source=world.scale_source,
        path_length=round(_path_length(model), 4),
        eye_height=world.eye_height and round(world.eye_height, 4),
        seconds=ladder.watch.seconds,
    )


def _path_length(model: pycolmap.Reconstruction) -> float:
    """From each placed image to the next in order, added up."""
    registered = sorted((model.image(i) for i in model.reg_image_ids()), key=lambda image: image.name)
    positions = [image.projection_center() for image in registered]
    return float(sum(np.linalg.norm(after - before) for before, after in pairwise(positions)))
