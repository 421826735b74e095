"""Photos without their lens's distortion, as a pinhole camera would have taken them.

Pixel coordinates as COLMAP and gsplat count them: the middle of the first pixel is at (0.5, 0.5).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import pycolmap
from numpy.typing import NDArray

from views.view import Photo


@dataclass(frozen=True)
class Pinhole:
    """An ideal camera of `width_px` x `height_px`; `intrinsics` (3, 3) in its pixels."""

    intrinsics: NDArray[np.float64]
    width_px: int
    height_px: int

    def fitted(self, long_side_px: int) -> "Pinhole":
        """The same camera with its long side at most this many pixels; never enlarged."""
        scale = min(1.0, long_side_px / max(self.width_px, self.height_px))
        width_px = max(1, round(self.width_px * scale))
        height_px = max(1, round(self.height_px * scale))
        stretch = np.diag([width_px / self.width_px, height_px / self.height_px, 1.0])
        return Pinhole(stretch @ self.intrinsics, width_px, height_px)


class Undistorter:
    """Turns photos of one lens into photos of the pinhole camera that sees most of them without blank edges.

    `sources` (height, width, 2): where in the photo each pixel of the pinhole camera comes from.
    """

    def __init__(self, lens: pycolmap.Camera) -> None:
        ideal = pycolmap.undistort_camera(pycolmap.UndistortCameraOptions(), lens)
        self.pinhole = Pinhole(np.asarray(ideal.calibration_matrix()), ideal.width, ideal.height)
        self.size_px = (lens.width, lens.height)
        self.sources = sources(lens, self.pinhole)

    def straighten(self, photo: Photo, long_side_px: int) -> tuple[Photo, Pinhole]:
        """The photo (height, width, 3) undistorted, then scaled down to the long side, and its camera."""
        columns, rows = (np.ascontiguousarray(self.sources[..., axis] - 0.5) for axis in (0, 1))
        straight = cv2.remap(
            photo, columns, rows, interpolation=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        fitted = self.pinhole.fitted(long_side_px)
        return resized(np.asarray(straight, np.uint8), fitted.width_px, fitted.height_px), fitted


def sources(lens: pycolmap.Camera, pinhole: Pinhole) -> NDArray[np.float32]:
    """For each pixel of the pinhole camera the place (x, y) in the photo, in pixels: (height, width, 2)."""
    columns, rows = np.meshgrid(np.arange(pinhole.width_px) + 0.5, np.arange(pinhole.height_px) + 0.5)
    pixels = np.stack([columns, rows, np.ones_like(columns)], -1).reshape(-1, 3)
    rays = pixels @ np.linalg.inv(pinhole.intrinsics).T
    seen = np.asarray(lens.img_from_cam(rays), np.float32)
    return seen.reshape(pinhole.height_px, pinhole.width_px, 2)


def resized(photo: Photo, width_px: int, height_px: int) -> Photo:
    """The photo scaled down; each pixel is the mean of the area it covers."""
    if photo.shape[:2] == (height_px, width_px):
        return photo
    return np.asarray(cv2.resize(photo, (width_px, height_px), interpolation=cv2.INTER_AREA), np.uint8)
