"""A tour's frame as a camera at the same place would have taken it that looks straight at what was cut out of it.

Away from a picture's middle things look longer, by 1 / cos of the angle to it: 15 % at 30 degrees. A lens bends them
besides, and a camera that was held askew tilts them.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from diorama.objects.cutouts import TourView
from photo_cutouts import PhotoCutout, Picture
from shapes.silhouette import without_specks

MARGIN = 0.15
"""Around the cut-out, of its longer side. Narrow, as lenses' formulas go wrong beyond what the photo shows."""
STEEP = 0.2
"""Sine of the angle to the vertical below which a direction has no upright."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Faced:
    """Photo and cut-out, and the view that both are of."""

    picture: Picture
    cut: PhotoCutout
    view: TourView


def faced(picture: Picture, cut: PhotoCutout, view: TourView) -> Faced:
    """The part of the photo (height, width, 3) around a cut-out, upright, no coarser than it was there.

    The photo may be of another size than the tour's frame.
    """
    lens, bends = _lens(view, picture.shape[1], picture.shape[0]), np.array([*view.radial, 0, 0])
    rays = _rays(cut.mask, lens, bends)
    ahead = rays.min(0) + rays.max(0)
    ahead /= np.linalg.norm(ahead)
    world_from_camera = np.array(view.world_from_camera)
    camera_from_faced = _upright(ahead, up=world_from_camera[1, :3])
    focal_px = float(np.sqrt(lens[0, 0] * lens[1, 1]) / ahead[2])
    seen = rays @ camera_from_faced
    seen_px = seen[:, :2] / seen[:, 2:] * focal_px
    margin_px = MARGIN * float(np.ptp(seen_px, axis=0).max())
    low, high = np.floor(seen_px.min(0) - margin_px), np.ceil(seen_px.max(0) + margin_px)
    width_px, height_px = (int(length) for length in high - low)
    turned = np.array([[focal_px, 0, -low[0] - 0.5], [0, focal_px, -low[1] - 0.5], [0, 0, 1]])
    x, y = cv2.initUndistortRectifyMap(
        lens, bends, camera_from_faced.T, turned, (width_px, height_px), cv2.CV_32FC1
    )
    world_from_camera[:3, :3] = world_from_camera[:3, :3] @ camera_from_faced
    return Faced(
        np.asarray(cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8),
        replace(cut, mask=np.asarray(cv2.remap(cut.mask, x, y, cv2.INTER_LINEAR), np.uint8)),
        TourView(
            world_from_camera=tuple(map(tuple, world_from_camera.tolist())),
            focal_px=(focal_px, focal_px),
            centre_px=(float(-low[0]), float(-low[1])),
            width_px=width_px,
            height_px=height_px,
            scale_source=view.scale_source,
        ),
    )


def _lens(view: TourView, width_px: int, height_px: int) -> Floats:
    """OpenCV's matrix (3, 3) of the view for a photo of that size: there, a pixel's middle is a whole number."""
    across, down = width_px / view.width_px, height_px / view.height_px
    middle = view.centre_px[0] * across - 0.5, view.centre_px[1] * down - 0.5
    focal = view.focal_px[0] * across, view.focal_px[1] * down
    return np.array([[focal[0], 0, middle[0]], [0, focal[1], middle[1]], [0, 0, 1]])


def _rays(mask: Picture, lens: Floats, bends: Floats) -> Floats:
    """Unit directions (N, 3) in the camera's frame to the mask's outline."""
    inside = without_specks(mask >= 128).astype(np.uint8)
    outlines, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    seen = cv2.undistortPoints(np.concatenate(outlines).astype(np.float64), lens, bends)[:, 0]
    rays = np.column_stack([seen, np.ones(len(seen))])
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))


def _upright(ahead: Floats, up: Floats) -> Floats:
    """The rotation (3, 3) from a camera (OpenCV axes) that looks there without being tilted, in the frame of both."""
    right = np.cross(ahead, up)
    if np.linalg.norm(right) < STEEP:
        right = np.cross(ahead, (0, -1, 0))
    right /= np.linalg.norm(right)
    return np.column_stack([right, np.cross(ahead, right), ahead])
