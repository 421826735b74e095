"""Space that no photo looks into because something stands before it, and where it borders on empty space.

Each view's depths say of a place in its picture whether it lies before what is seen there, on it, or behind it. What
no view finds empty, and at least one has behind something, is hidden: the inside of a wall whose end alone was filmed.
Where hidden space borders on empty space there is a surface, as a rule: what "space carving" leaves (Kutulakos and
Seitz 2000, "A Theory of Shape by Space Carving").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from training.stereo import DepthMap

Floats = NDArray[np.float32]

CELLS = 128
"""Along the longest side of the grid."""
KNOWN_SHARES = (0.02, 0.98)
"""The grid holds all cameras, and what is seen between these quantiles along each axis."""
DEPTH_ERROR = 0.05
"""Of a depth: nearer to it than this, or than a cell, a place counts as seen."""
CELLS_AT_ONCE = 1 << 18


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells of `size`, in world units, the first one's corner at `corner` (3,), so many along each axis."""

    corner: NDArray[np.float64]
    size: float
    shape: tuple[int, int, int]

    @property
    def count(self) -> int:
        return int(np.prod(self.shape))

    def middles(self, cells: NDArray[np.int64]) -> Floats:
        """Where cells (n,), by their numbers in row-major order, have their middles (n, 3)."""
        index = np.stack(np.unravel_index(cells, self.shape), 1)
        return np.asarray(self.corner + self.size * (index + 0.5), np.float32)


def grid_round(places: Floats, cameras: NDArray[np.float64]) -> Grid:
    """The grid round what is seen (n, 3) and the cameras (m, 3)."""
    low, high = np.quantile(places, KNOWN_SHARES, axis=0)
    low, high = np.minimum(low, cameras.min(0)), np.maximum(high, cameras.max(0))
    size = float((high - low).max() / CELLS)
    x, y, z = (max(1, int(np.ceil(length / size))) for length in high - low)
    return Grid(low, size, (x, y, z))


def hidden_borders(grid: Grid, maps: Sequence[DepthMap]) -> NDArray[np.int64]:
    """Numbers (n,) of hidden cells near empty space, one cell inside, so that what lies there hardly sticks out."""
    empty, behind = np.zeros(grid.count, bool), np.zeros(grid.count, bool)
    seen = np.zeros(grid.count, bool)
    for begin in range(0, grid.count, CELLS_AT_ONCE):
        cells = np.arange(begin, min(grid.count, begin + CELLS_AT_ONCE))
        places = grid.middles(cells)
        for depth_map in maps:
            _tell(depth_map, places, grid.size, empty[cells[0] :], seen[cells[0] :], behind[cells[0] :])
    solid = ((seen | behind) & ~empty).reshape(grid.shape)
    inside = ndimage.binary_erosion(solid, border_value=1)
    skin = inside & ~ndimage.binary_erosion(inside, border_value=1)
    return np.nonzero(skin.reshape(-1) & ~seen)[0]


def _tell(
    depth_map: DepthMap,
    places: Floats,
    cell: float,
    empty: NDArray[np.bool_],
    seen: NDArray[np.bool_],
    behind: NDArray[np.bool_],
) -> None:
    """Marks what one view knows of the first cells, whose middles are `places` (n, 3)."""
    index, off, known = _beyond(depth_map, places)
    error = np.maximum(DEPTH_ERROR * known, cell)
    empty[index[off < -error]] = True
    seen[index[np.abs(off) <= error]] = True
    behind[index[off > error]] = True


def _beyond(depth_map: DepthMap, places: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Which of the places (n, 3) the view covers where it knows a depth, how far behind it they are, and that depth."""
    pinhole, world_from_camera = depth_map.pinhole, depth_map.world_from_camera.astype(np.float32)
    in_camera = (places - world_from_camera[:3, 3]) @ world_from_camera[:3, :3]
    ahead = np.nonzero(in_camera[:, 2] > 0)[0]
    depths = in_camera[ahead, 2]
    focal_px, middle_px = (
        np.array(value, np.float32) for value in (pinhole.focal_px, pinhole.principal_point_px)
    )
    pixels = in_camera[ahead, :2] / depths[:, None] * focal_px + middle_px
    inside = ((pixels >= 0) & (pixels < (pinhole.width_px, pinhole.height_px))).all(1)
    columns, rows = pixels[inside].astype(np.int64).T
    known = depth_map.depths[rows, columns]
    told = known > 0
    return ahead[inside][told], (depths[inside] - known)[told], known[told]
