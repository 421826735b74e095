"""Stage `package_tour`: levels of detail in, a bundle out that any static host can serve.

Reads `inputs/scene/` (what `optimize_splats` wrote) and `inputs/poses/`. Writes `outputs/manifest.json`
    named = (shown.poster, *shown.thumbnails, walked.collision, walked.plan)
    paths = [*made.files, *(one.path for one in named if one)]
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from bundle import describe
from bundle.collision_file import write_collision
from bundle.floor_plan import drawn, floor_plan
from bundle.ground import find_ground
from bundle.path import camera_path
from bundle.pictures import resized, vertical_field_of_view_deg, wide, write_jpeg, write_picture
from bundle.vantage import Vantage, apart, vantages
from diorama.errors import StageError
from diorama.stage import Progress
from diorama.stopwatch import Watch
from diorama.tours import manifest
from diorama.tours.stages import PackageTourParams, PackageTourReport
from diorama.uris import is_safe_path
from optimizing.bounds import Box
from optimizing.level_file import LevelFile, read_levels
from optimizing.levels import evenly
from splats.cameras import SolvedCameras
from splats.errors import UnreadableSplats
from splats.rasterize import best_device
from splats.scene import SplatScene
from splats.sog import read_sog
from splats.streamed import read_streamed
from views.pinholes import pinhole_views
from views.reading import solved_cameras

SKETCHED_VIEWS = 60
"""Cameras that are judged as places to start from, at most."""
KNOWING_PHOTOS = 75
"""Photos that say what of the place is known, at most."""
ZOOMS = (1.0, 1.4)
"""A closer look is better where the edges of a wide one show what no photo knows."""
COPIED_UNTIL, JUDGED_UNTIL, DRAWN_UNTIL, STOOD_UNTIL = 10.0, 45.0, 75.0, 95.0
"""Where each step ends on the stage's way to 100 percent."""
SCALE_SOURCE: TypeAdapter[manifest.ScaleSource] = TypeAdapter(manifest.ScaleSource)


@dataclass(frozen=True)
class Shown:
    """The pictures of the bundle, and the places that they show."""

    found: list[Vantage]
    chosen: list[Vantage]
    poster: manifest.Picture
    thumbnails: tuple[manifest.Picture, ...]

    @property
    def ahead(self) -> float:
        """How far the cameras usually see, in world units."""
        return float(np.median([np.linalg.norm(place.target - place.position) for place in self.found]))


@dataclass(frozen=True)
class Walked:
    """What keeps visitors out of walls, and the plan that they see; None where nobody walked on a floor."""

    collision: manifest.Collision | None = None
    plan: manifest.FloorPlan | None = None


def run(inputs: Path, outputs: Path, params: PackageTourParams, progress: Progress) -> PackageTourReport:
    """Makes the bundle. Raises `StageError` where levels or cameras can't be read."""
    watch = Watch()
    progress(0, "Copying the levels of detail")
    with watch.step("copy"):
        made = read_levels(inputs / "scene")
        cameras = solved_cameras(inputs / "poses")
        scene = _copy_levels(inputs / "scene", outputs, made)
    with watch.step("draw"):
        shown = _show(scene, inputs / "poses", outputs, _middle(made.robust), params, progress)
    progress(DRAWN_UNTIL, "Finding out where one can walk")
    with watch.step("stand"):
        walked = _walk(scene, inputs / "poses", outputs, cameras, made.robust)
    progress(STOOD_UNTIL, "Writing the manifest")
    with watch.step("write"):
        document = _manifest(outputs, made, cameras, shown, walked, params)
        written = outputs / "manifest.json"
        written.write_text(document.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return PackageTourReport(
        splats=made.finest.splats,
        bytes=written.stat().st_size + sum(file.bytes for file in document.files),
        files=len(document.files) + 1,
        psnr=made.finest.psnr,
        ssim=made.finest.ssim,
        thumbnails=len(shown.thumbnails),
        seconds=watch.seconds,
    )


def _copy_levels(source: Path, outputs: Path, made: LevelFile) -> SplatScene:
    """Copies the files of all levels into the bundle, and reads the fullest."""
    for file in made.files:
        if not is_safe_path(file) or not (source / file).is_file():
            raise StageError(
                "no_levels", "One of the levels of detail has no file.", "Run optimize_splats again."
            )
        target = outputs / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / file, target)
    read = read_streamed if made.streaming else read_sog
    try:
        return read(outputs / made.finest.file).to(best_device())
    except UnreadableSplats as error:
        raise StageError(
            "no_levels", f"The fullest level can't be read: {error}", "Run optimize_splats again."
        ) from error


def _show(
    scene: SplatScene,
    poses: Path,
    outputs: Path,
    middle: NDArray[np.float64],
    params: PackageTourParams,
    progress: Progress,
) -> Shown:
    """Judges the cameras as places to look from, and draws the best."""
    progress(COPIED_UNTIL, "Looking for good places to start from")
    photos = evenly(pinhole_views(poses, params.poster_width_px), SKETCHED_VIEWS)
    frames = [wide(photo, params.poster_width_px, zoom) for zoom in ZOOMS for photo in photos]
    found = vantages(scene, frames, evenly(photos, KNOWING_PHOTOS), middle)
    chosen = apart(found, params.thumbnails)
    progress(JUDGED_UNTIL, "Drawing poster and thumbnails")
    poster = _draw(outputs, "poster.jpg", scene, chosen[0], params.poster_width_px)
    (outputs / "thumbnails").mkdir(parents=True, exist_ok=True)
    thumbnails = tuple(
        _draw(outputs, f"thumbnails/{number}.jpg", scene, place, params.thumbnail_width_px)
        for number, place in enumerate(chosen, start=1)
    )
    return Shown(found, chosen, poster, thumbnails)


def _draw(outputs: Path, path: str, scene: SplatScene, place: Vantage, width_px: int) -> manifest.Picture:
    view = resized(place.view, width_px)
    write_picture(outputs / path, scene, view)
    return manifest.Picture(
        path=path,
        width_px=view.pinhole.width_px,
        height_px=view.pinhole.height_px,
        pose=describe.pose(view.world_from_camera, place.target),
    )


def _walk(scene: SplatScene, poses: Path, outputs: Path, cameras: SolvedCameras, box: Box) -> Walked:
    """Finds out where one can walk, and draws the floor from above."""
    ground = find_ground(scene, poses, cameras, box)
    if ground is None:
        return Walked()
    write_collision(outputs / "collision.bits", ground.grid, ground.cells)
    plan = floor_plan(scene, ground)
    write_jpeg(outputs / "plan.jpg", drawn(plan, ground))
    return Walked(
        describe.collision("collision.bits", ground.grid, ground.stood), describe.floor_plan("plan.jpg", plan)
    )


def _manifest(
    outputs: Path,
    made: LevelFile,
    cameras: SolvedCameras,
    shown: Shown,
    walked: Walked,
    params: PackageTourParams,
) -> manifest.Manifest:
    named = (shown.poster, *shown.thumbnails, walked.collision, walked.plan)
    paths = [*made.files, *(one.path for one in named if one)]
    lens = shown.chosen[0].view.pinhole
    walk = camera_path(cameras.images, _width(made.robust), params.path_poses)
    return manifest.Manifest(
        scale_source=_scale_source(cameras),
        bounds=describe.bounds(made),
        start=describe.start_pose(shown.chosen[0], vertical_field_of_view_deg(lens)),
        camera_path=describe.path(walk, shown.ahead),
        levels=tuple(describe.level(level) for level in made.levels),
        streaming=describe.streaming(made),
        quality=describe.quality(made),
        coverage=describe.coverage(made),
        collision=walked.collision,
        floor_plan=walked.plan,
        poster=shown.poster,
        thumbnails=shown.thumbnails,
        files=describe.files(outputs, paths),
    )


def _scale_source(cameras: SolvedCameras) -> manifest.ScaleSource:
    """Raises `StageError` for one that this version does not know."""
    try:
        return SCALE_SOURCE.validate_python(cameras.scale_source)
    except ValidationError as error:
        raise StageError(
            "no_cameras", f"The scale source {cameras.scale_source} is unknown.", "Run solve_poses again."
        ) from error


def _middle(box: Box) -> NDArray[np.float64]:
    return np.asarray(np.mean([box.min, box.max], axis=0))


def _width(box: Box) -> float:
    """The longer side of the box on the floor, in world units; never 0."""
    return max(box.max[0] - box.min[0], box.max[2] - box.min[2], 1e-6)
