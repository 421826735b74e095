"""The colour of any point of a body: from the photo where it is seen, from what is known around where it is not.

A side that turns away is seen at a slant, so that a pixel of the photo covers a long strip of it: there colours are
taken from blurred pictures, or the side would be striped, and the front's grain is laid on anew.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from shapes.colouring import Looks
from shapes.silhouette import Floats, Points

BLENDED = 0.3
"""Where normals lean less than this to either side, front and back share in the colour."""
FACING, TURNED = 0.75, 0.15
"""Share of a normal that points to the photo: above the first all is as sharp as the photo, below the second as
blurred as sides get."""
SIDE_BLUR = 0.02
"""Of the picture's long side: how far colours are blurred on a side."""
ROW = 4096
"""Points in a row for OpenCV, which takes no more than 32767."""

Pyramid = tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Paint:
    """Looks, and ever coarser copies of them."""

    front: Pyramid
    back: Pyramid
    grain: Floats

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the looks."""
        height, width = self.grain.shape[:2]
        return width, height

    def colours(self, at_px: Points, normals: Points, apart_px: float) -> Floats:
        """Colours (N, 3) from 0 to 255 of points that lie `apart_px` from each other.

        `at_px` (N, 3): pixels of the looks, from their upper left corner, and as many towards the photographer.
        """
        facing = np.abs(normals[:, 2])
        turned = np.clip((FACING - facing) / (FACING - TURNED), 0, 1)
        sideways_px = SIDE_BLUR * max(self.size_px) * turned**2
        levels = np.log2(np.maximum(np.maximum(apart_px, sideways_px), 1)).astype(np.float32)
        seen = np.clip(0.5 + normals[:, 2:] / (2 * BLENDED), 0, 1)
        front, back = (_looked_up(pyramid, at_px, levels) for pyramid in (self.front, self.back))
        unseen = np.maximum(1 - seen, turned[:, None] ** 2)
        colours = back + seen * (front - back) + unseen * self._grain_at(at_px, normals)
        return np.asarray(colours.clip(0, 255), np.float32)

    def _grain_at(self, at_px: Points, normals: Points) -> Floats:
        """Grain from the three sides, by how much a point turns to each."""
        weights = normals**4
        weights /= np.maximum(weights.sum(1, keepdims=True), 1e-12)
        planes = ((2, 1), (0, 2), (0, 1))  # looked at along x, y and z
        grain = np.zeros((len(at_px), 3), np.float32)
        for axis, plane in enumerate(planes):
            grain += weights[:, axis : axis + 1] * _remapped(self.grain, at_px[:, plane], cv2.BORDER_WRAP)
        return grain


def paint(looks: Looks) -> Paint:
    """The looks with their coarser copies."""
    return Paint(_pyramid(looks.front), _pyramid(looks.back), looks.grain)


def _pyramid(picture: Floats) -> Pyramid:
    levels = [picture]
    while min(levels[-1].shape[:2]) > 8 and len(levels) < 8:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
    return tuple(levels)


def _looked_up(pyramid: Pyramid, at_px: Points, levels: Floats) -> Floats:
    """Between pixels and between levels."""
    bounded = np.clip(levels, 0, len(pyramid) - 1)
    colours = np.zeros((len(at_px), 3), np.float32)
    height, width = pyramid[0].shape[:2]
    for level, picture in enumerate(pyramid):
        share = np.clip(1 - np.abs(bounded - level), 0, 1)
        used = np.flatnonzero(share)
        if len(used):
            scale = np.array([picture.shape[1] / width, picture.shape[0] / height])
            found = _remapped(picture, at_px[used, :2] * scale, cv2.BORDER_REPLICATE)
            colours[used] += share[used, None] * found
    return colours


def _remapped(picture: Floats, at_px: Points, border: int) -> Floats:
    count = len(at_px)
    folded = np.resize((at_px - 0.5).astype(np.float32), (-(-count // ROW), ROW, 2))
    across, down = np.ascontiguousarray(folded[..., 0]), np.ascontiguousarray(folded[..., 1])
    colours = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(colours.reshape(-1, 3)[:count], np.float32)
