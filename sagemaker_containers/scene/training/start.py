"""From the points that the cameras were found with to the first splats."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pycolmap
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from torch import Tensor

from diorama.errors import StageError
from views.view import PhotoView

MIN_POINTS = 100

OPACITY = 0.5
SCALE_OF_DISTANCE = 0.5
"""First splats reach half-way to their neighbours. (gsplat's MCMC takes 0.1 and grows more slowly.)"""
NEIGHBOURS = 3
SH_C0 = 0.28209479177387814
"""The constant spherical harmonic, 1 / (2 sqrt(pi)): colour = 0.5 + SH_C0 * coefficient."""


def read_points(poses: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Positions in the world (n, 3) and colours 0..1 (n, 3) of the points that the cameras were found with.

    Raises `StageError` where there are too few to start from.
    """
    model = pycolmap.Reconstruction(poses / "sparse")
    points = [point for _, point in sorted(model.points3D.items())]
    if len(points) < MIN_POINTS:
        raise StageError(
            "too_few_points",
            f"Only {len(points)} points of the place were found; at least {MIN_POINTS} are needed.",
            "Film with more light and texture in the picture, and move sideways instead of only turning.",
        )
    positions = np.array([point.xyz for point in points], np.float32)
    colours = np.array([point.color for point in points], np.float32) / np.float32(255)
    return positions, colours


def extent(views: Sequence[PhotoView]) -> float:
    """How far the cameras reach from their middle, in world units, and a little more (as 3DGS and gsplat)."""
    positions = np.array([view.position for view in views])
    return float(np.linalg.norm(positions - positions.mean(0), axis=1).max() * 1.1) or 1.0


def first_splats(
    positions: NDArray[np.float32],
    colours: NDArray[np.float32],
    most: int,
    sh_degree: int,
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """One splat a point, at most `most`, as the tensors that are trained.

    means (n, 3); quats (n, 4) wxyz; scales (n, 3), logarithms; opacities (n,), logits; sh0 (n, 1, 3) and
    shN (n, (degree + 1)^2 - 1, 3), coefficients of spherical harmonics.
    """
    chosen = torch.randperm(len(positions), generator=generator)[:most].sort().values.numpy()
    means = torch.from_numpy(positions[chosen])
    distances = np.asarray(cKDTree(positions[chosen]).query(positions[chosen], NEIGHBOURS + 1)[0])
    apart = np.sqrt((distances[:, 1:] ** 2).mean(1))
    apart = np.clip(apart, *np.quantile(apart, [0.01, 0.99]))
    scales = torch.from_numpy(np.log(apart * SCALE_OF_DISTANCE).astype(np.float32))
    return {
        "means": means,
        "quats": torch.randn(len(means), 4, generator=generator),
        "scales": scales[:, None].repeat(1, 3),
        "opacities": torch.full((len(means),), OPACITY).logit(),
        "sh0": (torch.from_numpy(colours[chosen])[:, None] - 0.5) / SH_C0,
        "shN": torch.zeros(len(means), (sh_degree + 1) ** 2 - 1, 3),
    }
