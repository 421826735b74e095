"""How large the place is, with and without its fringe."""

from dataclasses import dataclass

import torch
from torch import Tensor

from optimizing.visibility import weighted_quantile
from splats.scene import SplatScene

FRINGE = 0.01
"""Share of what is seen that robust bounds leave out at each end of each axis."""


@dataclass(frozen=True)
class Box:
    """Corners along the axes, world units."""

    min: tuple[float, float, float]
    max: tuple[float, float, float]


def full_bounds(scene: SplatScene) -> Box:
    """Of every splat's middle."""
    return _box(scene.means.amin(dim=0), scene.means.amax(dim=0))


def robust_bounds(scene: SplatScene, weights: Tensor) -> Box:
    """Of what is seen, by weights (N,), but for the fringe."""
    axes = range(3)
    return _box(
        torch.stack([weighted_quantile(scene.means[:, axis], weights, FRINGE) for axis in axes]),
        torch.stack([weighted_quantile(scene.means[:, axis], weights, 1 - FRINGE) for axis in axes]),
    )


def _box(low: Tensor, high: Tensor) -> Box:
    return Box(_numbers(low), _numbers(high))


def _numbers(corner: Tensor) -> tuple[float, float, float]:
    x, y, z = (round(float(value), 6) for value in corner)
    return x, y, z
