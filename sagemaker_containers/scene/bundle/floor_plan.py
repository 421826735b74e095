"""The floor plan: the splats from straight above, without what is over people's heads."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from bundle.ground import Ground
from bundle.occupancy import EVERY_WAY
from splats.cameras import Pinhole, View
from splats.scene import SplatScene
from views.draw import see
from views.evaluate import Picture

LONG_SIDE_PX = 512
CUT_M = 1.9
"""Above the floor: higher than furniture, lower than lamps and ceilings."""
BELOW_M = 0.3
"""Under the floor lie reflections and mistakes."""
LARGEST_M = 0.35
"""Standard deviation of the largest splats that a plan shows above the floor, which has larger ones."""
FLAT_M = 0.08
FLOOR, NOWHERE = (0.42, 0.39, 0.35), (0.09, 0.11, 0.1)
"""Colours of what no splat covers: the floor, and what is not known."""
HEIGHTS_ABOVE = 40.0
"""The camera is so many times as high as the place is wide: its rays are nearly parallel."""
FROM_ABOVE = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
"""Camera axes as columns: right is +X, down in the picture +Z, ahead -Y."""


@dataclass(frozen=True, eq=False)
class FloorPlan:
    """What to draw, and which piece of the floor it shows: its corner (x, z) at the picture's top left, world units."""

    scene: SplatScene
    view: View
    corner: tuple[float, float]
    width: float
    depth: float


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
    return FloorPlan(_slice(scene, ground), View("plan", lens, pose), corner, width, depth)


@torch.no_grad()
def drawn(plan: FloorPlan, ground: Ground) -> Picture:
    """The plan (height, width, 3) from 0 to 1; where no splats are, the floor that one can stand on is plain."""
    picture, alpha = (part.clamp(0, 1).cpu().numpy() for part in see(plan.scene, plan.view))
    size = (picture.shape[1], picture.shape[0])
    cells = ground.cells.T.astype(np.float32)
    standing = cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR)[..., None]
    plain = np.array(NOWHERE) + (np.array(FLOOR) - np.array(NOWHERE)) * standing
    return np.asarray(picture + (1 - alpha) * plain, np.float32).clip(0, 1)


def _slice(scene: SplatScene, ground: Ground) -> SplatScene:
    """The splats on surfaces below the cut, and none that would lie over its neighbours like a veil."""
    means: NDArray[np.float64] = scene.means.cpu().numpy().astype(np.float64)
    stood, solid = ground.stood, ndimage.binary_dilation(ground.grid.solid, structure=EVERY_WAY)
    heights = (means[:, 1] - stood.floor) / stood.metre
    places = ground.grid.places(means)
    inside = np.all((places >= 0) & (places < solid.shape), axis=1)
    on_surface = solid[tuple(np.where(inside[:, None], places, 0).T)] & inside
    size = scene.scales.amax(dim=1).cpu().numpy() / stood.metre
    floor = np.abs(heights) < FLAT_M
    furniture = on_surface & (size < LARGEST_M) & (heights > -BELOW_M) & (heights < CUT_M)
    kept = np.flatnonzero(floor | furniture)
    return scene.select(torch.as_tensor(kept, device=scene.means.device))
