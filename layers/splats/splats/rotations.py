"""Quaternions by their three smaller components, as every compressed format of splats keeps them.

The largest one follows from the length, 1, and its sign is free, since q and -q turn alike. What is kept lies
between -1/sqrt(2) and 1/sqrt(2).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

KEPT = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
"""Which components are kept, by the index of the largest."""


def smallest_three(quats: Floats) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Which component is the largest (n,), and the others (n, 3) in their order, of quaternions (n, 4) of any length.

    One of no length becomes its first component alone: for wxyz, no rotation.
    """
    lengths = np.linalg.norm(quats, axis=1, keepdims=True)
    unit = np.where(lengths > 0, quats / np.where(lengths > 0, lengths, 1), [1.0, 0.0, 0.0, 0.0])
    largest = np.abs(unit).argmax(axis=1)
    rows = np.arange(len(unit))
    unit = np.where(unit[rows, largest] < 0, -1, 1)[:, None] * unit
    return largest, unit[rows[:, None], KEPT[largest]]


def from_smallest_three(largest: NDArray[np.integer], kept: Floats) -> NDArray[np.float32]:
    """Unit quaternions (n, 4) of what `smallest_three` gave."""
    quats = np.empty((len(kept), 4))
    rows = np.arange(len(kept))
    quats[rows[:, None], KEPT[largest]] = kept
    quats[rows, largest] = np.sqrt(np.maximum(0, 1 - (kept**2).sum(axis=1)))
    return quats.astype(np.float32)
