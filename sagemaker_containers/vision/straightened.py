"""A tour's frame, and what was cut out of it, as a lens would have seen them that doesn't bend straight lines."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from diorama.objects.cutouts import TourView
from photo_cutouts import PhotoCutout, Picture


@dataclass(frozen=True, eq=False)
class Straightened:
    """Photo and cut-outs, and the view that they are of."""

    picture: Picture
    cuts: list[PhotoCutout]
    view: TourView


def straightened(picture: Picture, cuts: list[PhotoCutout], view: TourView) -> Straightened:
    """As large as before, with all that was seen in it; as they are where the lens doesn't bend.

    The photo may be of another size than the tour's frame.
    """
    if not any(view.radial):
        return Straightened(picture, cuts, view)
    height, width = picture.shape[:2]
    camera, bends = _camera(view, width, height), np.array([*view.radial, 0, 0])
    straight, _ = cv2.getOptimalNewCameraMatrix(camera, bends, (width, height), alpha=1)
    x, y = cv2.initUndistortRectifyMap(camera, bends, np.eye(3), straight, (width, height), cv2.CV_32FC1)

    def drawn(values: Picture, beyond: int) -> Picture:
        return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=beyond), np.uint8)

    return Straightened(
        drawn(picture, cv2.BORDER_REPLICATE),
        [replace(cut, mask=drawn(cut.mask, cv2.BORDER_CONSTANT)) for cut in cuts],
        _seen_through(np.asarray(straight, np.float64), view, width, height),
    )


def _camera(view: TourView, width_px: int, height_px: int) -> NDArray[np.float64]:
    """OpenCV's matrix (3, 3) of the view for a photo of that size: there, a pixel's middle is a whole number."""
    across, down = width_px / view.width_px, height_px / view.height_px
    middle = view.centre_px[0] * across - 0.5, view.centre_px[1] * down - 0.5
    focal = view.focal_px[0] * across, view.focal_px[1] * down
    return np.array([[focal[0], 0, middle[0]], [0, focal[1], middle[1]], [0, 0, 1]])


def _seen_through(camera: NDArray[np.float64], view: TourView, width_px: int, height_px: int) -> TourView:
    """The view with OpenCV's matrix for a lens."""
    lens = {
        "focal_px": (float(camera[0, 0]), float(camera[1, 1])),
        "centre_px": (float(camera[0, 2]) + 0.5, float(camera[1, 2]) + 0.5),
        "width_px": width_px,
        "height_px": height_px,
        "radial": (0.0, 0.0),
    }
    return view.model_copy(update=lens)
