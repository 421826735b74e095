"""What stands in the way: cubes of space that hold a surface, by what the photos' cameras see of the splats.

A splat's own size says little: walls are few large ones, and floaters are splats too. So the cameras vote. A surface is
where rendered depths end; a cube that many rays end in and few pass through is solid, and a floater is passed
through by every camera that looks from another side.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from splats.cameras import View
from splats.scene import SplatScene
from views.draw import see

RENDERED_PX = 320
"""Long side that views should have: with half of it, half of the chairs' edges are missed."""
MOST_CUBES = 6_000_000
"""Bits of the grid: 750 kB before they are compressed."""
OPAQUE = 0.7
"""Where less of a pixel is covered, its depth is a mixture of near and far."""
BENT = 0.03
"""Second difference of the inverse depth, times the depth: on planes it is 0, on edges large."""
PASSED_BY_CUBES, PASSED_BY_SHARE = 1.5, 0.03
"""A ray passes a cube that lies so far before its end: in cubes, and as a share of the way."""
LEAST_VIEWS = 2
LEAST_SHARE = 0.2
"""Of the views that end in or pass a solid cube, so many end there."""
SPECK = 10
"""Solid cubes that hang together; fewer are a floater."""
EVERY_WAY = np.ones((3, 3, 3), np.bool_)

Depths = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Occupancy:
    """A grid of cubes of `cube` world units from the corner `origin` (3,); `solid` (x, y, z) are booleans."""

    origin: NDArray[np.float64]
    cube: float
    solid: NDArray[np.bool_]

    def places(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Of points (n, 3), the cubes (n, 3) that they lie in; outside of the grid too."""
        return np.floor((points - self.origin) / self.cube).astype(np.int64)

    def centres(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """The middles (n, 3) of cubes."""
        return np.asarray(self.origin + (places + 0.5) * self.cube)


def occupancy(
    scene: SplatScene,
    views: Sequence[View],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    cube: float,
) -> Occupancy:
    """The solid cubes between two corners (3,), as the views show them; larger cubes where there would be too many."""
    cube = max(cube, float(np.prod(high - low) / MOST_CUBES) ** (1 / 3))
    shape = tuple(max(1, math.ceil(side / cube)) for side in high - low)
    grid = Occupancy(low, cube, np.zeros(shape, np.bool_))
    depths = [_depths(scene, view) for view in views]
    ended = np.zeros(shape, np.uint16)
    for view, depth in zip(views, depths, strict=True):
        ended.reshape(-1)[_ends(grid, view, depth)] += 1
    candidates = np.argwhere(ended >= min(LEAST_VIEWS, len(views)))
    centres = grid.centres(candidates)
    passed = np.zeros(len(candidates), np.int64)
    for view, depth in zip(views, depths, strict=True):
        passed += _passes(grid, view, depth, centres)
    ends = ended[tuple(candidates.T)].astype(np.int64)
    kept = candidates[ends >= LEAST_SHARE * (ends + passed)]
    grid.solid[tuple(kept.T)] = True
    return Occupancy(low, cube, without_specks(grid.solid))


def without_specks(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cubes that hang together with enough others, by faces, edges or corners."""
    labels, _ = ndimage.label(solid, structure=EVERY_WAY)
    large = np.bincount(labels.reshape(-1)) >= SPECK
    large[0] = False
    return np.asarray(large[labels], np.bool_)


@torch.no_grad()
def _depths(scene: SplatScene, view: View) -> Depths:
    """How far the view sees (height, width), in world units along its axis; 0 where that is not sure."""
    seen, alpha = see(scene, view, "ED")
    depth = seen[..., 0].cpu().numpy().astype(np.float32)
    sure = (alpha[..., 0].cpu().numpy() > OPAQUE) & (depth > 0)
    inverse = np.where(sure, 1 / np.maximum(depth, 1e-9), 0)
    bend = np.maximum(*(np.abs(ndimage.convolve1d(inverse, (1, -2, 1), axis=axis)) for axis in (0, 1)))
    return np.where(sure & (bend * depth < BENT), depth, 0).astype(np.float32)


def _ends(grid: Occupancy, view: View, depth: Depths) -> NDArray[np.int64]:
    """The cubes, as flat indices without doubles, that the view's rays end in."""
    rows, columns = np.nonzero(depth)
    along = depth[rows, columns].astype(np.float64)
    (focal_x, focal_y), (middle_x, middle_y) = view.pinhole.focal_px, view.pinhole.principal_point_px
    across, down = (columns + 0.5 - middle_x) / focal_x, (rows + 0.5 - middle_y) / focal_y
    rays = np.stack([across, down, np.ones(len(rows))], 1)
    pose = view.world_from_camera
    places = grid.places((rays * along[:, None]) @ pose[:3, :3].T + pose[:3, 3])
    inside = np.all((places >= 0) & (places < grid.solid.shape), axis=1)
    return np.unique(np.ravel_multi_index(tuple(places[inside].T), grid.solid.shape))


def _passes(grid: Occupancy, view: View, depth: Depths, centres: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points (n, 3) the view sees through to something behind."""
    pose, lens = view.world_from_camera, view.pinhole
    x, y, z = ((centres - pose[:3, 3]) @ pose[:3, :3]).T
    ahead = z > 1e-6
    along = np.where(ahead, z, 1)
    columns = np.floor(x / along * lens.focal_px[0] + lens.principal_point_px[0]).astype(np.int64)
    rows = np.floor(y / along * lens.focal_px[1] + lens.principal_point_px[1]).astype(np.int64)
    inside = ahead & (columns >= 0) & (columns < lens.width_px) & (rows >= 0) & (rows < lens.height_px)
    ends = np.where(inside, depth[np.where(inside, rows, 0), np.where(inside, columns, 0)], 0)
    return np.asarray(ends > z * (1 + PASSED_BY_SHARE) + PASSED_BY_CUBES * grid.cube, np.bool_)
