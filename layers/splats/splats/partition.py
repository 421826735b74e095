"""Space cut into boxes that hold about equally many splats each (J. Bentley's k-d tree, 1975)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Cut:
    """A plane across an axis: what lies below `at` is on the `low` side. A leaf, instead, is a number."""

    axis: int
    at: float
    low: "Cut | int"
    high: "Cut | int"


@dataclass(frozen=True)
class Partition:
    """The cuts, and how many leaves they leave. Leaves are numbered so that neighbours mostly have near numbers."""

    root: Cut | int
    leaves: int

    @classmethod
    def of(cls, means: Floats, leaf_splats: int) -> Self:
        """Halves the points (n, 3), across their longest side, until at most so many lie in each box."""
        counter = _Counter()
        return cls(_cut(means, np.arange(len(means)), leaf_splats, counter), counter.leaves)

    def leaf_of(self, means: Floats) -> Places:
        """The leaf (n,) that each point (n, 3) lies in; all of space belongs to one."""
        found = np.zeros(len(means), np.intp)
        _sort_into(self.root, means, np.arange(len(means)), found)
        return found


class _Counter:
    def __init__(self) -> None:
        self.leaves = 0

    def next_leaf(self) -> int:
        self.leaves += 1
        return self.leaves - 1


def _cut(means: Floats, places: Places, leaf_splats: int, counter: _Counter) -> Cut | int:
    inside = means[places]
    sides = np.ptp(inside, axis=0) if len(inside) else np.zeros(3)
    if len(places) <= leaf_splats or sides.max() <= 0:
        return counter.next_leaf()
    axis = int(sides.argmax())
    middle = len(places) // 2
    at = float(np.partition(inside[:, axis], middle)[middle])
    is_low = inside[:, axis] < at
    if not is_low.any():  # more than half lie in one plane
        at = float(np.nextafter(at, np.inf, dtype=inside.dtype))
        is_low = inside[:, axis] < at
    low = _cut(means, places[is_low], leaf_splats, counter)
    return Cut(axis, at, low, _cut(means, places[~is_low], leaf_splats, counter))


def _sort_into(node: Cut | int, means: Floats, places: Places, found: Places) -> None:
    if isinstance(node, int):
        found[places] = node
        return
    is_low = means[places, node.axis] < node.at
    _sort_into(node.low, means, places[is_low], found)
    _sort_into(node.high, means, places[~is_low], found)
