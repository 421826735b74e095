"""Quaternions by their three smaller components, as every compressed format of splats keeps them.

The largest one follows from the length, 1, and its sign is free, since q and -q turn alike. What is kept lies
between -1/sqrt(2) and 1/sqrt(2).
"""

from itertools import product

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


def turned_least(quats: Floats) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The same splats with their axes named anew: unit quaternions (n, 4) wxyz, and each new axis's old one (n, 3).

    An ellipsoid looks the same under the 24 turns that swap its axes. Of those, this takes the smallest rotation: its
    first component is large, the others are small, and both are cheaper to store.
    """
    lengths = np.linalg.norm(quats, axis=1, keepdims=True)
    unit = np.where(lengths > 0, quats / np.where(lengths > 0, lengths, 1), [1.0, 0.0, 0.0, 0.0])
    # The first component of unit * turn is a dot product with the turn's conjugate.
    best = np.abs(unit @ (TURNS * [1, -1, -1, -1]).T).argmax(axis=1)
    return _product(unit, TURNS[best]), AXES[best]


def _product(first: Floats, second: Floats) -> NDArray[np.float64]:
    """Hamilton's product of quaternions (n, 4) wxyz."""
    a, b = first[:, :1], second[:, :1]
    u, v = first[:, 1:], second[:, 1:]
    dots = (u * v).sum(axis=1, keepdims=True)
    return np.concatenate([a * b - dots, a * v + b * u + np.cross(u, v)], axis=1)


def _turns() -> NDArray[np.float64]:
    """The 24 turns of a cube as unit quaternions (24, 4)."""
    signs = np.array(list(product((-1, 0, 1), repeat=4)), np.float64)
    used = np.abs(signs).sum(axis=1)
    chosen = signs[np.isin(used, (1, 2, 4))]
    first = np.take_along_axis(chosen, (chosen != 0).argmax(axis=1)[:, None], axis=1)
    chosen = chosen[first[:, 0] > 0]
    return np.asarray(chosen / np.linalg.norm(chosen, axis=1, keepdims=True))


def _axes(turns: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which old axis (n, 3) each new one lies along."""
    conjugate = turns * [1, -1, -1, -1]
    moved = [
        _product(_product(turns, np.tile([0.0, *axis], (len(turns), 1))), conjugate) for axis in np.eye(3)
    ]
    return np.stack([np.abs(each[:, 1:]).argmax(axis=1) for each in moved], axis=1)


TURNS = _turns()
AXES = _axes(TURNS)
