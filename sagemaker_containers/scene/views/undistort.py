"""Photos without their lens's distortion, as a pinhole camera would have taken them.

Pixel coordinates as COLMAP and gsplat count them: the middle of the first pixel is at (0.5, 0.5).
"""

import cv2
import numpy as np
import pycolmap
from numpy.typing import NDArray

from splats.cameras import Lens, Pinhole
from views.view import Photo


class Undistorter:
    """Turns photos of one lens into photos of the pinhole camera that sees most of them without blank edges.

    `sources` (height, width, 2): where in the photo, in pixels, each pixel of `pinhole` comes from. None for a
    lens that doesn't distort: its photos stay as they are.
    """

    def __init__(self, lens: Lens) -> None:
        self.pinhole = lens.pinhole
        self.sources: NDArray[np.float32] | None = None
        if any(lens.distortion.values()):
            distorted = colmap_camera(lens)
            self.pinhole = ideal(distorted)
            self.sources = sources(distorted, self.pinhole)

    def straighten(self, photo: Photo, long_side_px: int) -> tuple[Photo, Pinhole]:
        """The photo undistorted, then scaled down to the long side where it is longer, and its camera."""
        fitted = fit(self.pinhole, long_side_px)
        if self.sources is not None:
            columns, rows = (np.ascontiguousarray(self.sources[..., axis] - 0.5) for axis in (0, 1))
            photo = np.asarray(
                cv2.remap(photo, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
            )
        return resized(photo, fitted.width_px, fitted.height_px), fitted


def ideal(camera: pycolmap.Camera) -> Pinhole:
    """The pinhole camera with the largest picture that the lens fills."""
    found = pycolmap.undistort_camera(pycolmap.UndistortCameraOptions(), camera)
    return Pinhole(
        found.width,
        found.height,
        (found.focal_length_x, found.focal_length_y),
        (found.principal_point_x, found.principal_point_y),
    )


def colmap_camera(lens: Lens) -> pycolmap.Camera:
    """The lens as COLMAP's; its parameters are in COLMAP's order."""
    return pycolmap.Camera(
        model=lens.model,
        width=lens.pinhole.width_px,
        height=lens.pinhole.height_px,
        params=list(lens.params.values()),
    )


def sources(lens: pycolmap.Camera, pinhole: Pinhole) -> NDArray[np.float32]:
    """For each pixel of the pinhole camera the place (x, y) in the photo, in pixels: (height, width, 2)."""
    columns, rows = np.meshgrid(np.arange(pinhole.width_px) + 0.5, np.arange(pinhole.height_px) + 0.5)
    (focal_x, focal_y), (middle_x, middle_y) = pinhole.focal_px, pinhole.principal_point_px
    rays = np.stack([(columns - middle_x) / focal_x, (rows - middle_y) / focal_y, np.ones_like(rows)], -1)
    seen = np.asarray(lens.img_from_cam(rays.reshape(-1, 3)), np.float32)
    return seen.reshape(pinhole.height_px, pinhole.width_px, 2)


def fit(pinhole: Pinhole, long_side_px: int) -> Pinhole:
    """The same camera with a long side of at most this many pixels; never enlarged."""
    scale = min(1.0, long_side_px / max(pinhole.width_px, pinhole.height_px))
    width_px = max(1, round(pinhole.width_px * scale))
    return pinhole.resized(width_px, max(1, round(pinhole.height_px * scale)))


def resized(photo: Photo, width_px: int, height_px: int) -> Photo:
    """The photo scaled down; each pixel is the mean of the area it covers."""
    if photo.shape[:2] == (height_px, width_px):
        return photo
    return np.asarray(cv2.resize(photo, (width_px, height_px), interpolation=cv2.INTER_AREA), np.uint8)
