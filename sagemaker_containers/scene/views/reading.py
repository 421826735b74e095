"""From the outputs of `sample_frames` and `solve_poses` to views."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pycolmap
from diorama.errors import StageError
from numpy.typing import NDArray

from views.pinhole import Undistorter
from views.view import Photo, View

SCHEMA = 1

Done = Callable[[int, int], None]
"""Called with how many of how many views are read."""


def read_views(frames: Path, poses: Path, long_side_px: int, done: Done = lambda count, of: None) -> list[View]:
    """All placed images in the order of their names, undistorted, long side at most `long_side_px`.

    Raises `StageError` where `poses` holds no cameras, or a photo that has one can't be read.
    """
    document = read_cameras(poses / "cameras.json")
    lenses = {name: Undistorter(lens(camera)) for name, camera in document["cameras"].items()}
    placed = sorted(document["images"], key=lambda entry: str(entry["image"]))
    views = []
    for entry in placed:
        path = frames / "images" / entry["image"]
        photo, pinhole = lenses[entry["camera"]].straighten(
            read_photo(path, lenses[entry["camera"]].size_px), long_side_px
        )
        views.append(View(entry["image"], photo, camera_from_world(entry), pinhole.intrinsics))
        done(len(views), len(placed))
    return views


def read_cameras(path: Path) -> dict[str, Any]:
    """cameras.json as `solve_poses` wrote it. Raises `StageError` where there is none of this schema."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StageError("no_cameras", "The folder holds no cameras.json.", "Run solve_poses first.") from error
    if document.get("schema") != SCHEMA:
        raise StageError(
            "unknown_cameras",
            f"cameras.json is of schema {document.get('schema')}; this version reads {SCHEMA}.",
            "Run solve_poses again.",
        )
    return document


def lens(camera: dict[str, Any]) -> pycolmap.Camera:
    """A camera of cameras.json as COLMAP's."""
    return pycolmap.Camera(
        model=camera["model"],
        width=camera["width_px"],
        height=camera["height_px"],
        params=list(camera["params"].values()),
    )


def camera_from_world(entry: dict[str, Any]) -> NDArray[np.float64]:
    """The inverse (4, 4) of an image's `world_from_camera`."""
    w, x, y, z = entry["world_from_camera"]["rotation_wxyz"]
    pose = pycolmap.Rigid3d(
        pycolmap.Rotation3d(np.array([x, y, z, w])), np.array(entry["world_from_camera"]["translation"])
    )
    return np.vstack([pose.inverse().matrix(), [0.0, 0.0, 0.0, 1.0]])


def read_photo(path: Path, size_px: tuple[int, int]) -> Photo:
    """The stored image. Raises `StageError` where it can't be read or is not of its camera's size."""
    # The pixels as stored: cameras.json speaks of them, whatever the EXIF orientation says.
    photo = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    if photo is None or photo.shape[1::-1] != size_px:
        raise StageError(
            "unreadable_frame",
            f"The frame {path.name} is missing, damaged, or not the one that its pose was found for.",
            "Run sample_frames and solve_poses again.",
        )
    return np.asarray(photo, np.uint8)
