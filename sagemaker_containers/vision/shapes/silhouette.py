"""An object's outline on a grid of square cells, to which shapes are fitted."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MARGIN_CELLS = 4
"""Around the object: surfaces must close before the grid ends."""
LEAST_SHARE = 0.01
"""Of the largest part's area: smaller ones are specks of the mask, not of the object."""
SOFTENING_CELLS = 0.7
THINNEST_CELLS = 2.2
"""What is thinner would not be closed, or vanish."""

Floats = NDArray[np.float32]
Points = NDArray[np.float64]
Flags = NDArray[np.bool_]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Silhouette:
    """A mask, cropped and sampled: `coverage` (rows, columns) says how much of each cell is the object, 0 to 1.

    The middle of cell (row, column) is the photo's pixel `corner_px + (column + 0.5, row + 0.5) * cell_px`, where
    pixels' middles are at .5.
    """

    coverage: Floats
    corner_px: tuple[float, float]
    cell_px: float

    @property
    def inside(self) -> Flags:
        """Cells that are mostly the object's."""
        return np.asarray(self.coverage > 0.5)

    @property
    def rows(self) -> int:
        return int(self.coverage.shape[0])

    @property
    def columns(self) -> int:
        return int(self.coverage.shape[1])


def silhouette(mask: Picture, long_side_cells: int) -> Silhouette:
    """The outline of a mask (height, width; 255 inside) that is not empty, its long side that many cells.

    Specks are left out. A small mask gets no more than two cells a pixel: there is nothing between.
    """
    parts = without_specks(mask >= 128)
    rows, columns = np.nonzero(parts)
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    cell_px = max((max(bottom - top, right - left)) / long_side_cells, 0.5)
    high, wide = (round(length / cell_px + 0.499) for length in (bottom - top, right - left))
    size = (int(wide) + 2 * MARGIN_CELLS, int(high) + 2 * MARGIN_CELLS)
    corner_px = (
        (left + right) / 2 - size[0] / 2 * cell_px,
        (top + bottom) / 2 - size[1] / 2 * cell_px,
    )
    parts = not_thinner(parts, THINNEST_CELLS * max(cell_px, 1.0))
    soft = cv2.GaussianBlur(parts.astype(np.float32), (0, 0), max(0.3, SOFTENING_CELLS * cell_px))
    coverage = sampled(np.asarray(soft, np.float32), corner_px, cell_px, size, outside=cv2.BORDER_CONSTANT)
    return Silhouette(coverage, corner_px, cell_px)


def not_thinner(inside: Flags, width_px: float) -> Flags:
    """The mask with its thin parts made that wide, or they would be lost between cells."""
    depth_px = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    near, grown = (
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(radius) + 1,) * 2)
        for radius in (width_px, width_px / 2)  # so far from a corner it is no longer thin
    )
    thin = inside & (cv2.dilate(depth_px, near) < width_px / 2)
    return np.asarray(inside | (cv2.dilate(thin.astype(np.uint8), grown) > 0))


def without_specks(inside: Flags) -> Flags:
    """The parts of a mask that are not tiny beside its largest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= LEAST_SHARE * areas.max()) if count > 1 else np.zeros(0, np.intp)
    return np.isin(labels, kept)


def sampled(
    picture: Floats | Picture,
    corner_px: tuple[float, float],
    step_px: float,
    size: tuple[int, int],
    outside: int = cv2.BORDER_REPLICATE,
) -> Floats:
    """A picture at the middles of a grid (width, height) of square cells, between pixels where cells are small."""
    x, y = ((np.arange(count) + 0.5) * step_px + at - 0.5 for count, at in zip(size, corner_px, strict=True))
    grid_x, grid_y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    values = cv2.remap(picture.astype(np.float32), grid_x, grid_y, cv2.INTER_LINEAR, borderMode=outside)
    return np.asarray(values, np.float32)
