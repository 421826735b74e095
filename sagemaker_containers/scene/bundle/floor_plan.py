"""The floor plan: floor light, walls dark, and furniture in the colours that its splats have.

What is floor and what is wall is said by the grid that walks are stopped by, since splats of floors and walls seen
from where no camera was are a murk of stripes. Furniture was looked down at, so its splats show it well.
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from bundle.ground import Ground
from bundle.occupancy import EVERY_WAY, without_specks
from bundle.walkable import Cells, distance
from splats.cameras import Pinhole, View
from splats.scene import SplatScene
from views.draw import see
from views.evaluate import Picture

LONG_SIDE_PX = 512
CUT_M = 1.9
"""Above the floor: higher than furniture, lower than lamps and ceilings."""
STEP_M = 0.12
"""What is lower belongs to the floor: rugs, thresholds, and what of it is rough."""
WALL_M = (1.1, 1.9)
WALL_SHARE = 0.35
"""Between these heights so much of a wall is solid; higher than tables, lower than lintels."""
BESIDE_M = 0.3
"""Floor that a body is too wide for lies so near to where one can stand."""
THINGS_M = 1.0
"""Things farther from there are seen through windows, or are mistakes."""
LARGEST_M = 0.35
"""Standard deviation of the largest splats of furniture; larger ones lie over their neighbours like veils."""
CLOSED_CELLS = 2
"""Gaps of so many cells in walls and floors are mistakes."""
HOLE_M2 = 1.0
"""Smaller holes in a floor or a table were not seen, and are none."""
PAPER, FLOOR, WALL, THING = (0.76, 0.79, 0.78), (0.97, 0.96, 0.93), (0.11, 0.14, 0.13), (0.66, 0.62, 0.56)
FADED = 0.2
"""Furniture is so much paler than it is, that where one is stands out."""
EDGE_CELLS, EDGE_AT = 0.6, 0.35
"""Standard deviation of what makes outlines smooth, and where they are then; a line of one cell stays a line."""
HEIGHTS_ABOVE = 40.0
"""The camera is so many times as high as the place is wide: its rays are nearly parallel."""
FROM_ABOVE = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
"""Camera axes as columns: right is +X, down in the picture +Z, ahead -Y."""


@dataclass(frozen=True, eq=False)
class FloorPlan:
    """The furniture, and which piece of the floor is shown: its corner (x, z) at the top left, world units."""

    scene: SplatScene
    view: View
    corner: tuple[float, float]
    width: float
    depth: float


@dataclass(frozen=True, eq=False)
class Areas:
    """Cells (x, z) by what is there; what is in none of these is unknown."""

    floor: Cells
    things: Cells
    walls: Cells


def floor_plan(scene: SplatScene, ground: Ground) -> FloorPlan:
    """The plan of the ground's grid; +Z is down in its picture, as +X is right."""
    grid, stood = ground.grid, ground.stood
    low, high = grid.origin, grid.origin + grid.cube * np.array(grid.solid.shape)
    width, depth = float(high[0] - low[0]), float(high[2] - low[2])
    px_a_unit = LONG_SIDE_PX / max(width, depth)
    above = stood.floor + HEIGHTS_ABOVE * max(width, depth)
    size_px = (math.ceil(width * px_a_unit), math.ceil(depth * px_a_unit))
    focal_px = px_a_unit * (above - stood.floor)
    lens = Pinhole(*size_px, (focal_px, focal_px), (width / 2 * px_a_unit, depth / 2 * px_a_unit))
    pose = np.eye(4)
    pose[:3, :3] = FROM_ABOVE
    pose[:3, 3] = ((low[0] + high[0]) / 2, above, (low[2] + high[2]) / 2)
    corner = (float(low[0]), float(low[2]))
    return FloorPlan(_furniture(scene, ground), View("plan", lens, pose), corner, width, depth)


@torch.no_grad()
def drawn(plan: FloorPlan, ground: Ground) -> Picture:
    """The plan (height, width, 3) from 0 to 1."""
    seen, alpha = (part.clamp(0, 1).cpu().numpy() for part in see(plan.scene, plan.view))
    size_px = (seen.shape[1], seen.shape[0])
    furniture = seen + (1 - alpha) * np.array(THING)
    there = areas(ground)
    picture = np.broadcast_to(np.array(PAPER), seen.shape)
    for cells, colours in (
        (there.floor, np.array(FLOOR)),
        (there.things, furniture + FADED * (1 - furniture)),
        (there.walls, np.array(WALL)),
    ):
        picture = picture + (colours - picture) * _outlined(cells, size_px)
    return np.asarray(picture, np.float32).clip(0, 1)


def areas(ground: Ground) -> Areas:
    """What is where. Floor goes on under things, and up to the walls."""
    grid, metre = ground.grid, ground.stood.metre
    away_m = distance(ground.cells) * grid.cube / metre
    walls = _closed(_solid_share(ground, *WALL_M) > WALL_SHARE) & ~ground.cells
    things = (_solid_share(ground, STEP_M, CUT_M) > 0) & ~walls & (away_m < THINGS_M)
    floor = _closed((away_m < BESIDE_M) | things) & ~walls
    most_cells = HOLE_M2 * (metre / grid.cube) ** 2
    things = _filled(things, walls, most_cells) & ~ground.cells
    return Areas(_filled(floor, walls, most_cells), _without_specks(things), _without_specks(walls))


def _solid_share(ground: Ground, low_m: float, high_m: float) -> NDArray[np.float64]:
    """Of each cell, how much of what is between two heights above the floor is solid."""
    grid, stood = ground.grid, ground.stood
    middles = grid.origin[1] + (np.arange(grid.solid.shape[1]) + 0.5) * grid.cube
    heights_m = (middles - stood.floor) / stood.metre
    between = grid.solid[:, (heights_m > low_m) & (heights_m < high_m)]
    return np.asarray(between.mean(axis=1) if between.shape[1] else np.zeros(ground.cells.shape))


def _closed(cells: Cells) -> Cells:
    padded = np.pad(cells, 2 * CLOSED_CELLS)
    inner = slice(2 * CLOSED_CELLS, -2 * CLOSED_CELLS)
    return np.asarray(ndimage.binary_closing(padded, iterations=CLOSED_CELLS)[inner, inner] | cells, np.bool_)


def _filled(cells: Cells, walls: Cells, most_cells: float) -> Cells:
    """Cells without their small holes, some of which the walls close."""
    holes, _ = ndimage.label(ndimage.binary_fill_holes(cells | walls) & ~cells & ~walls)
    small = np.bincount(holes.reshape(-1)) < most_cells
    small[0] = False
    return np.asarray(cells | small[holes], np.bool_)


def _without_specks(cells: Cells) -> Cells:
    return without_specks(cells[:, None])[:, 0]


def _outlined(cells: Cells, size_px: tuple[int, int]) -> NDArray[np.float32]:
    """Cells (x, z) as a share of each pixel (height, width, 1), with smooth outlines."""
    large = cv2.resize(cells.T.astype(np.float32), size_px, interpolation=cv2.INTER_CUBIC)
    smooth = cv2.GaussianBlur(large, (0, 0), EDGE_CELLS * size_px[0] / cells.shape[0])
    return np.asarray(np.clip((smooth - EDGE_AT) * 2.5 + 0.5, 0, 1)[..., None], np.float32)


def _furniture(scene: SplatScene, ground: Ground) -> SplatScene:
    """The splats of what stands on the floor, each in its own colour, whatever harmonics make of it from above."""
    means: NDArray[np.float64] = scene.means.cpu().numpy().astype(np.float64)
    stood, solid = ground.stood, ndimage.binary_dilation(ground.grid.solid, structure=EVERY_WAY)
    heights_m = (means[:, 1] - stood.floor) / stood.metre
    places = ground.grid.places(means)
    inside = np.all((places >= 0) & (places < solid.shape), axis=1)
    on_surface = solid[tuple(np.where(inside[:, None], places, 0).T)] & inside
    size_m = scene.scales.amax(dim=1).cpu().numpy() / stood.metre
    kept = np.flatnonzero(on_surface & (size_m < LARGEST_M) & (heights_m > STEP_M) & (heights_m < CUT_M))
    chosen = scene.select(torch.as_tensor(kept, device=scene.means.device))
    return replace(chosen, sh=chosen.sh[:, :1])
