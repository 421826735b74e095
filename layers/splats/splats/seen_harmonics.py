"""What views have seen of each splat's harmonics: the directions that its colour was looked at from, summed up.

With b the values of all harmonics in a direction, a splat's colour there is a product of b and its coefficients. So the
mean of b b' over the directions that it is seen in says what any change of its coefficients does to what is seen of it.
Such means are kept as the upper triangle of the matrix, row by row: (N, p), 10, 45 or 136 numbers for degrees 1 to 3.
The first harmonic is a constant, so the first row holds the means of the others too.
"""

from math import isqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from splats.columns import Floats
from splats.scene import SH_C0

ROWS = 4096
"""Splats at a time: what is worked on stays near the processor."""


def no_products(count: int, degree: int, device: torch.device) -> Tensor:
    """Sums (count, p) to which nothing was added yet."""
    harmonics = (degree + 1) ** 2
    return torch.zeros(count, harmonics * (harmonics + 1) // 2, device=device)


def add_products(sums: Tensor, weights: Tensor, basis: Tensor) -> None:
    """Adds the products of the harmonics `basis` (N, k) by weight (N,) to the sums (N, p)."""
    first, second = torch.triu_indices(basis.shape[1], basis.shape[1], device=basis.device)
    for rows in torch.nonzero(weights > 0)[:, 0].split(ROWS):
        values = basis[rows]
        sums[rows] += weights[rows, None] * values[:, first] * values[:, second]


def mean_harmonics(seen: Floats) -> Floats:
    """The means (n, k) of the harmonics beyond the first; 0 where a splat was not seen."""
    return seen[:, 1 : isqrt(2 * seen.shape[1])] / SH_C0


def spread_harmonics(seen: Floats) -> NDArray[np.float32]:
    """How the harmonics beyond the first vary about their means: covariances, the upper triangle (n, k (k + 1) / 2)."""
    means = mean_harmonics(seen)
    count = means.shape[1]
    first, second = np.triu_indices(count)
    return np.asarray(seen[:, count + 1 :] - means[:, first] * means[:, second], np.float32)
