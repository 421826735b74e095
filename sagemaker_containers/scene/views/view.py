"""A photo and the pinhole camera that it was taken with, and which of them are kept back for judging."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Photo = NDArray[np.uint8]
"""(height, width, 3), red green blue, 0 to 255."""

HELD_OUT_EVERY = 8
"""As in Mip-NeRF 360 and everything measured since: images 0, 8, 16, ... in the order of their names."""


@dataclass(frozen=True)
class View:
    """One undistorted photo.

    `camera_from_world` (4, 4): OpenCV axes (x right, y down, z forward) from the world (+Y up).
    `intrinsics` (3, 3) in pixels of `photo`; the middle of the first pixel is at (0.5, 0.5).
    """

    image: str
    photo: Photo
    camera_from_world: NDArray[np.float64]
    intrinsics: NDArray[np.float64]

    @property
    def width_px(self) -> int:
        return int(self.photo.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.photo.shape[0])

    @property
    def position(self) -> NDArray[np.float64]:
        """Of the camera in the world, (3,)."""
        rotation, translation = self.camera_from_world[:3, :3], self.camera_from_world[:3, 3]
        return -rotation.T @ translation


@dataclass(frozen=True)
class Split:
    """Views to train on, and views that nothing but the judgement may see."""

    training: tuple[View, ...]
    held_out: tuple[View, ...]


def is_held_out(index: int) -> bool:
    """Whether the image of this index, in the order of names, is kept back."""
    return index % HELD_OUT_EVERY == 0


def split(views: Sequence[View]) -> Split:
    """Every eighth view, in the order of their names, is held out; the others are for training."""
    ordered = sorted(views, key=lambda view: view.image)
    return Split(
        training=tuple(view for index, view in enumerate(ordered) if not is_held_out(index)),
        held_out=tuple(view for index, view in enumerate(ordered) if is_held_out(index)),
    )
