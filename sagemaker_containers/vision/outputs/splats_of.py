"""Splats on a body's surface: evenly over its area, flat along it, with the colours of its looks."""

import numpy as np
import torch
from numpy.typing import NDArray

from shapes.body import Body, Frame
from shapes.silhouette import Points
from splats.morton import morton_order
from splats.scene import SH_C0, SplatScene

SPACING_SIGMAS = 0.68
"""Standard deviation along the surface, of the mean spacing of splats: closed, and hardly blurred."""
FLATNESS = 0.12
"""Of that, across the surface."""
OPACITY = 0.985
BLUR = 0.7
"""Of the spacing: how fine the colours are that splats take from the photo; they blur them once more."""


def splats_of(body: Body, frame: Frame, count: int, seed: int) -> SplatScene:
    """So many splats in the object's frame."""
    points, normals = _spread_over(body, count, seed)
    apart_cells = float(np.sqrt(body.surface.area / count))
    colours = body.colours(points, normals, apart_cells * BLUR) / 255
    across = np.log(frame.unit * apart_cells * SPACING_SIGMAS)
    log_scales = np.tile([across, across, across + np.log(FLATNESS)], (count, 1))
    return SplatScene(
        means=_tensor(frame.placed(points)),
        quats=_tensor(turned_to(normals)),
        log_scales=_tensor(log_scales),
        opacity_logits=torch.full((count,), float(np.log(OPACITY / (1 - OPACITY)))),
        sh=_tensor(((colours - 0.5) / SH_C0)[:, None, :]),
    )


def _tensor(values: NDArray[np.floating]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))


def _spread_over(body: Body, count: int, seed: int) -> tuple[Points, Points]:
    """Points (count, 3) in cells, by one in every equal share of the area, and the normals there.

    Shares are patches, not strips: faces are counted along a curve that fills space, so that no gaps are left.
    """
    surface, chance = body.surface, np.random.default_rng(seed)
    order = morton_order(_on_lattice(surface.corners.mean(1)))
    until = np.cumsum(np.linalg.norm(surface.face_normals, axis=1)[order])
    shares = (np.arange(count) + chance.random(count)) / count * until[-1]
    face = order[np.minimum(np.searchsorted(until, shares), len(until) - 1)]
    a, b = chance.random((2, count))
    folded = a + b > 1
    a, b = np.where(folded, 1 - a, a), np.where(folded, 1 - b, b)
    weights = np.stack([1 - a - b, a, b], axis=1)[..., None]
    points = (surface.corners[face] * weights).sum(1)
    normals = (surface.vertex_normals()[surface.faces[face]] * weights).sum(1)
    return points, normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)


def _on_lattice(points: Points) -> NDArray[np.int64]:
    """Points (N, 3) by whole numbers of 16 bits."""
    low, high = points.min(0), points.max(0)
    return np.asarray((points - low) / (high - low).max() * 65535, np.int64)


def turned_to(normals: Points) -> Points:
    """Quaternions wxyz (N, 4) that turn +Z to these directions by the least angle."""
    quats = np.stack([1 + normals[:, 2], -normals[:, 1], normals[:, 0], np.zeros(len(normals))], axis=1)
    opposite = quats[:, 0] < 1e-12
    quats[opposite] = (0, 1, 0, 0)
    return np.asarray(quats / np.linalg.norm(quats, axis=1, keepdims=True))
