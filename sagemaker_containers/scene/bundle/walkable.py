"""Where somebody can stand: cells of the floor with ground below, room for a body above, and a way to get there.

The capture itself is the surest witness: where its camera was, a person was.
"""

import itertools
import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bundle.occupancy import Occupancy

STEP_M = 0.22
"""Lower things are stepped over: thresholds, rugs, and what of the floor is rough."""
HEAD_M = 1.8
BODY_M = 0.2
"""Half of a body's width; what is nearer to anything solid is no place to stand."""
GROUND_M = 0.15
"""So far above or below the floor's height lies its surface."""
UNSEEN_M = 0.45
"""Gaps in the floor that were only not filmed are no wider to each side."""
SQUEEZED_M = 0.12
"""Nothing stands so near to where a camera was carried."""
WAY_M = 0.3
"""Around the camera's way there is floor, filmed or not."""
NARROW_M = 0.13
"""Half of the width of ways that are too narrow to be meant: cracks in what of a window is solid."""
BEYOND_M = 1.8
"""Nobody walks farther from where a camera was: out of a window, on floors that were only seen from afar."""
JUMP_M = 1.0
"""Cameras farther apart did not come from one to the other in a straight line."""

Cells = NDArray[np.bool_]


def walkable(grid: Occupancy, floor: float, metre: float, way: NDArray[np.float64]) -> Cells:
    """The cells (x, z) of the grid where one can stand on the floor at that height, and that can be reached.

    `metre` is in world units; `way` (n, 3) is where cameras were, in order. All False where none was in the grid.
    """
    walked = distance(rastered(grid, way, JUMP_M * metre)) * grid.cube / metre
    obstacles = _band(grid, floor + STEP_M * metre, floor + HEAD_M * metre) & (walked > SQUEEZED_M)
    ground = _band(grid, floor - GROUND_M * metre, floor + GROUND_M * metre) | (walked < WAY_M)
    reach = math.ceil(UNSEEN_M * metre / grid.cube)
    ground = _closed(ground, reach) & ~obstacles
    room = distance(obstacles) * grid.cube / metre > BODY_M
    standing = (ground & room & (walked < BEYOND_M)) | (walked < SQUEEZED_M)
    standing = _opened(standing, NARROW_M * metre / grid.cube) | (standing & (walked < BODY_M))
    labels, _ = ndimage.label(standing)
    reached = np.setdiff1d(np.unique(labels[walked == 0]), [0])
    return np.asarray(np.isin(labels, reached), np.bool_)


def _band(grid: Occupancy, low: float, high: float) -> Cells:
    """Cells with anything solid between two heights."""
    heights = grid.origin[1] + (np.arange(grid.solid.shape[1]) + 0.5) * grid.cube
    return np.asarray(grid.solid[:, (heights > low) & (heights < high)].any(axis=1), np.bool_)


def distance(cells: Cells) -> NDArray[np.float64]:
    """Of each cell, how many cells it is to the nearest of these; 0 for themselves, infinite where none is."""
    if not cells.any():
        return np.full(cells.shape, np.inf)
    return np.asarray(ndimage.distance_transform_edt(~cells), np.float64)


def _closed(cells: Cells, reach: int) -> Cells:
    """With gaps filled that are no wider than `reach` cells to each side."""
    padded = np.pad(cells, reach + 1)
    grown = distance(padded) <= reach
    closed = ndimage.distance_transform_edt(grown) > reach
    return np.asarray((closed | padded)[reach + 1 : -reach - 1, reach + 1 : -reach - 1], np.bool_)


def _opened(cells: Cells, reach: float) -> Cells:
    """Without what is narrower than `reach` cells to each side."""
    core = ndimage.distance_transform_edt(np.pad(cells, 1))[1:-1, 1:-1] > reach
    return cells & (distance(core) <= reach)


def rastered(grid: Occupancy, way: NDArray[np.float64], jump: float) -> Cells:
    """The cells that a way through points (n, 3) goes over."""
    cells = np.zeros((grid.solid.shape[0], grid.solid.shape[2]), np.bool_)
    steps = [way[:1]]
    for start, end in itertools.pairwise(way):
        length = float(np.linalg.norm(end - start))
        count = math.ceil(length / grid.cube) if length < jump else 1
        steps.append(start + (end - start) * (np.arange(1, count + 1) / count)[:, None])
    places = grid.places(np.concatenate(steps))[:, [0, 2]]
    inside = np.all((places >= 0) & (places < cells.shape), axis=1)
    cells[tuple(places[inside].T)] = True
    return cells
