"""From what was computed to the manifest's models: numbers rounded, rotations as quaternions, files hashed."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pycolmap
from numpy.typing import NDArray

from bundle.floor_plan import FloorPlan
from bundle.occupancy import Occupancy
from bundle.path import CameraPath
from bundle.standing import Standing
from bundle.vantage import Vantage
from diorama.content_types import content_type_of
from diorama.tours import manifest
from optimizing.bounds import Box
from optimizing.level_file import LevelFile, MadeLevel

DIGITS = 5


def pose(world_from_camera: NDArray[np.float64], target: NDArray[np.float64]) -> manifest.Pose:
    """A camera's pose (4, 4) and the point (3,) that it looks at."""
    return manifest.Pose(
        position=vector(world_from_camera[:3, 3]),
        rotation_wxyz=quaternion(world_from_camera[:3, :3]),
        target=vector(target),
    )


def start_pose(vantage: Vantage, field_of_view_deg: float) -> manifest.StartPose:
    """Where a visit starts."""
    at = pose(vantage.view.world_from_camera, vantage.target)
    return manifest.StartPose(**at.model_dump(), field_of_view_deg=round(field_of_view_deg, 3))


def path(walk: CameraPath | None, ahead: float) -> manifest.CameraPath | None:
    """The walk; its targets lie so far ahead, in world units."""
    if walk is None:
        return None
    return manifest.CameraPath(
        duration_s=round(walk.duration_s, 2),
        poses=tuple(pose(each, each[:3, 3] + ahead * each[:3, 2]) for each in walk.poses),
    )


def bounds(made: LevelFile) -> manifest.Bounds:
    """Both boxes."""
    return manifest.Bounds(robust=_box(made.robust), full=_box(made.full))


def level(made: MadeLevel) -> manifest.Level:
    """A level in one file, which keeps its place."""
    return manifest.Level(path=made.file, format="sog", **_detail(made))


def streaming(made: LevelFile) -> manifest.Streaming | None:
    """The place in tiles, which keep their places."""
    tiles = made.streaming
    if tiles is None:
        return None
    return manifest.Streaming(
        path=tiles.file,
        levels=tuple(
            manifest.TiledLevel(tiles=len(files), **_detail(level))
            for level, files in zip(tiles.levels, tiles.tiles, strict=True)
        ),
        environment=tiles.environment,
        bytes=tiles.bytes,
    )


def _detail(made: MadeLevel) -> dict[str, Any]:
    return {name: getattr(made, name) for name in manifest.Detail.model_fields}


def quality(made: LevelFile) -> manifest.Quality:
    """The certificate."""
    return manifest.Quality(
        psnr=made.trained.psnr,
        ssim=made.trained.ssim,
        splats=made.trained.splats,
        held_out_views=len(made.held_out),
        long_side_px=made.long_side_px,
    )


def coverage(made: LevelFile) -> manifest.Coverage | None:
    """Where few cameras looked."""
    return manifest.Coverage(**asdict(made.coverage)) if made.coverage else None


def collision(path: str, grid: Occupancy, stood: Standing) -> manifest.Collision:
    """The grid that a file holds."""
    x, y, z = grid.solid.shape
    return manifest.Collision(
        path=path,
        origin=vector(grid.origin),
        cube=round(grid.cube, DIGITS + 1),
        cubes=(x, y, z),
        floor=round(stood.floor, DIGITS) + 0.0,
    )


def floor_plan(path: str, plan: FloorPlan) -> manifest.FloorPlan:
    """The picture that was drawn of the plan."""
    return manifest.FloorPlan(
        path=path,
        width_px=plan.view.pinhole.width_px,
        height_px=plan.view.pinhole.height_px,
        corner=(round(plan.corner[0], DIGITS), round(plan.corner[1], DIGITS)),
        width=round(plan.width, DIGITS),
        depth=round(plan.depth, DIGITS),
    )


def files(folder: Path, paths: Iterable[str]) -> tuple[manifest.BundleFile, ...]:
    """Size and hash of each of the folder's files, in the order of their paths."""
    return tuple(_file(folder, path) for path in sorted(paths))


def _file(folder: Path, path: str) -> manifest.BundleFile:
    with (folder / path).open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = (folder / path).stat().st_size
    return manifest.BundleFile(path=path, bytes=size, sha256=digest, content_type=content_type_of(path))


def vector(numbers: NDArray[np.float64]) -> manifest.Vector:
    """Three numbers, rounded; no negative zeros."""
    x, y, z = (round(float(number), DIGITS) + 0.0 for number in numbers)
    return x, y, z


def quaternion(rotation: NDArray[np.float64]) -> manifest.Quaternion:
    """A rotation matrix (3, 3) as wxyz with w not below 0, rounded."""
    x, y, z, w = pycolmap.Rotation3d(rotation).quat
    sign = -1 if w < 0 else 1
    w, x, y, z = (round(sign * float(part), DIGITS + 1) + 0.0 for part in (w, x, y, z))
    return w, x, y, z


def _box(box: Box) -> manifest.Box:
    return manifest.Box(min=box.min, max=box.max)
