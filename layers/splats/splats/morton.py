"""Order along a Morton curve: what is near in space is near in the file (G. M. Morton, 1966)."""

import numpy as np
from numpy.typing import NDArray

SPREADS = (
    (32, 0x001F00000000FFFF),
    (16, 0x001F0000FF0000FF),
    (8, 0x100F00F00F00F00F),
    (4, 0x10C30C30C30C30C3),
    (2, 0x1249249249249249),
)
"""Shift and mask of each step that moves the bits of a number three places apart."""


def morton_order(cells: NDArray[np.integer]) -> NDArray[np.intp]:
    """The order (n,) of cells (n, 3), from 0 to 2^21 - 1, along the curve; equal cells keep theirs."""
    x, y, z = (_apart(cells[:, axis].astype(np.uint64)) for axis in range(3))
    return np.argsort(x | y << np.uint64(1) | z << np.uint64(2), kind="stable")


def _apart(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    for shift, mask in SPREADS:
        numbers = (numbers | numbers << np.uint64(shift)) & np.uint64(mask)
    return numbers
