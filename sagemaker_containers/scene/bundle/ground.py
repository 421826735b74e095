"""What one walks on and against: cubes, floor and the cells of it where one can stand."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bundle.occupancy import RENDERED_PX, Occupancy, occupancy
from bundle.path import in_order
from bundle.standing import Standing, standing, way_of
from bundle.walkable import Cells, walkable
from optimizing.bounds import Box
from optimizing.levels import evenly
from splats.cameras import SolvedCameras
from splats.scene import SplatScene
from views.pinholes import pinhole_views

LOOKS = 90
"""Cameras that say what is solid, at most."""
CUBE_M = 0.06
MARGIN_M = 0.3
"""Around what is seen, so that the outermost walls have a thickness."""
BESIDE_M = 1.0
"""Farther from where one can stand, nothing is of use: what is seen through windows reaches far."""
CUBES_ALONG = 110
"""Where nobody knows how long a metre is, the longest side has so many cubes."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Solid cubes, the floor, and where one can stand on it (x, z)."""

    grid: Occupancy
    stood: Standing
    cells: Cells


def find_ground(scene: SplatScene, poses: Path, cameras: SolvedCameras, box: Box) -> Ground | None:
    """The ground within the box; None where there is no floor that somebody walked on."""
    views = evenly(pinhole_views(poses, RENDERED_PX), LOOKS)
    low, high = np.array(box.min), np.array(box.max)
    cube = CUBE_M if cameras.scale_source != "none" else float((high - low).max()) / CUBES_ALONG
    margin = cube * MARGIN_M / CUBE_M
    grid = occupancy(scene, views, low - margin, high + margin, cube)
    images = in_order(cameras.images)
    stood = standing(grid, images, cameras.scale_source)
    if stood is None:
        return None
    cells = walkable(grid, stood.floor, stood.metre, way_of(images))
    return _cropped(Ground(grid, stood, cells)) if cells.any() else None


def _cropped(ground: Ground) -> Ground:
    """The part of the grid in which, and beside which, one can stand."""
    grid, beside = ground.grid, math.ceil(BESIDE_M * ground.stood.metre / ground.grid.cube)
    columns, rows = np.nonzero(ground.cells.any(axis=1))[0], np.nonzero(ground.cells.any(axis=0))[0]
    x = slice(max(0, int(columns[0]) - beside), int(columns[-1]) + 1 + beside)
    z = slice(max(0, int(rows[0]) - beside), int(rows[-1]) + 1 + beside)
    origin = grid.origin + grid.cube * np.array([x.start, 0, z.start])
    solid = Occupancy(origin, grid.cube, grid.solid[x, :, z])
    return Ground(solid, ground.stood, ground.cells[x, z])
