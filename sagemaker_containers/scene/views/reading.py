"""From the outputs of `sample_frames` and `solve_poses` to photos with pinhole cameras."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from diorama.errors import StageError
from splats.cameras import Lens, Pinhole, SolvedCameras, SolvedImage, View, read_cameras
from splats.errors import UnreadableCameras
from views.undistort import Undistorter, fit, resized
from views.view import Photo, PhotoView

Part = Literal["all", "training", "held_out"]

HELD_OUT_EVERY, HELD_OUT_FIRST = 8, 0
"""As in Mip-NeRF 360 and everything measured since: images 0, 8, 16, ... in the order of their names. Only
bench/train.py begins elsewhere, so that settings are not chosen by the photos that judge."""

Done = Callable[[int, int], None]
"""Called with how many of how many photos are read."""


def solved_cameras(poses: Path) -> SolvedCameras:
    """What `solve_poses` found. Raises `StageError` where the folder holds no cameras."""
    try:
        return read_cameras(poses / "cameras.json")
    except (OSError, UnreadableCameras) as error:
        raise StageError(
            "no_cameras", f"The cameras can't be read: {error}", "Run solve_poses again."
        ) from error


def read_views(
    frames: Path,
    poses: Path,
    long_side_px: int,
    part: Part = "all",
    done: Done | None = None,
) -> list[PhotoView]:
    """Placed images in the order of their names, undistorted, their long side at most `long_side_px`.

    `part`: all of them, those to train on, or those held out for judging.
    Raises `StageError` where the cameras, or a photo of one, can't be read.
    """
    cameras = solved_cameras(poses)
    chosen = part_of(cameras.images, part)
    undistorters = {name: Undistorter(lens) for name, lens in cameras.lenses.items()}
    views = []
    for placed in chosen:
        photo = read_photo(frames / "images" / placed.image, cameras.lenses[placed.lens])
        straight, pinhole = undistorters[placed.lens].straighten(photo, long_side_px)
        views.append(PhotoView(View(placed.image, pinhole, placed.world_from_camera), straight))
        if done:
            done(len(views), len(chosen))
    return views


def part_of(images: Sequence[SolvedImage], part: Part) -> list[SolvedImage]:
    """Every eighth image, in the order of names, is held out; the others are for training."""
    ordered = sorted(images, key=lambda placed: placed.image)
    if part == "all":
        return ordered
    return [
        placed
        for index, placed in enumerate(ordered)
        if (index % HELD_OUT_EVERY == HELD_OUT_FIRST) == (part == "held_out")
    ]


def read_photo(path: Path, lens: Lens) -> Photo:
    """The stored image. Raises `StageError` where it can't be read or is not of its lens's size."""
    # The pixels as they are stored: the cameras speak of those, whatever EXIF says of the orientation.
    photo = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    if photo is None or photo.shape[:2] != (lens.pinhole.height_px, lens.pinhole.width_px):
        raise StageError(
            "unreadable_frame",
            f"The frame {path.name} is missing, damaged, or not the one that its pose was found for.",
            "Run sample_frames and solve_poses again.",
        )
    return np.asarray(photo, np.uint8)


def smaller(view: PhotoView, long_side_px: int) -> PhotoView:
    """The same view with a long side of at most this many pixels."""
    pinhole: Pinhole = fit(view.view.pinhole, long_side_px)
    photo = resized(view.photo, pinhole.width_px, pinhole.height_px)
    return PhotoView(View(view.image, pinhole, view.view.world_from_camera), photo)
