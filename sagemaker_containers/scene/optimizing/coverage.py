"""Where few cameras looked: a coarse plan of the place, seen from above."""

import math
from dataclasses import dataclass

import torch

from optimizing.bounds import Box
from optimizing.visibility import Visibility
from splats.scene import SplatScene

CELLS = 24
"""Along the plan's longer side."""


@dataclass(frozen=True)
class Coverage:
    """Square cells of `cell` world units over the floor, from the corner (x, z) at `origin`.

    `seen_percent`, row by row along z, each row along x: how many of the cameras see what is there, averaged over
    what the cell's splats show; 0 where nothing is.
    """

    origin: tuple[float, float]
    cell: float
    columns: int
    rows: int
    seen_percent: tuple[int, ...]


def coverage(scene: SplatScene, seen: Visibility, box: Box) -> Coverage:
    """The plan of the box, by what the views see of the scene's splats."""
    width, depth = box.max[0] - box.min[0], box.max[2] - box.min[2]
    cell = max(width, depth, 1e-6) / CELLS
    columns, rows = (max(1, min(CELLS, math.ceil(side / cell - 1e-6))) for side in (width, depth))
    plan = scene.means[:, [0, 2]] - scene.means.new_tensor([box.min[0], box.min[2]])
    places = (plan / cell).floor().long()
    inside = (places >= 0).all(dim=1) & (places[:, 0] < columns) & (places[:, 1] < rows)
    index = (places[:, 1] * columns + places[:, 0])[inside]
    weights = seen.weight_px[inside].double()
    empty = torch.zeros(rows * columns, dtype=torch.float64, device=weights.device)
    shown = empty.index_add(0, index, weights)
    by_views = empty.index_add(0, index, weights * seen.seen_by[inside])
    percent = 100 * by_views / shown.clamp(min=1e-12) / max(1, seen.view_count)
    origin = (round(box.min[0], 5), round(box.min[2], 5))
    return Coverage(origin, round(cell, 5), columns, rows, tuple(round(x) for x in percent.tolist()))
