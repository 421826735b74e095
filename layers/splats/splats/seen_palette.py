"""A palette of harmonics that is chosen by what views see of the splats, and not by the numbers alone.

Most views of a splat look from about the same side, so that of its 3 to 15 coefficients a colour only few combinations
ever show. The error of an entry c for a splat of coefficients h is (h - c)' S (h - c), where S says how harmonics vary
over the directions that the splat is seen in; what they are on average is made up for by the splat's own colour.
Written out that is a product of numbers of the splat and numbers of the entry: the nearest entry is found as fast as
among any other vectors.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splats.codebooks import BLOCK_PRODUCTS, CELL_ROUNDS, Floats, Palette, k_means, ordered, vector_palette

UNSEEN_SPREAD = 0.002
"""How much harmonics count as varying where nothing looked from; seen from all sides, each varies by 0.08."""
CELLS_TRIED = 4
"""Entries are looked for in this many groups of like ones."""


def palette_as_seen(higher: Floats, mass: Floats, spread: Floats, entries: int) -> Palette:
    """At most `entries` entries (m, 3k) for harmonics (n, k, 3) of splats that matter by `mass` (n,), with the `spread`
    (n, k (k + 1) / 2) of `splats.seen_harmonics`. Equal input gives an equal palette.
    """
    vectors = np.ascontiguousarray(higher.reshape(len(higher), -1), np.float32)
    palette = vector_palette(vectors, entries, mass)
    splats = _splats(higher, mass, spread)
    found = _fitted(splats, palette.labels, palette.entries)
    labels = _nearest(splats, found)
    return ordered(_fitted(splats, labels, found), labels)


@dataclass(frozen=True, eq=False)
class _Splats:
    """Of n splats m S h (n, 3k) and m S (n, k (k + 1) / 2), side by side; `harmonics` is k."""

    numbers: NDArray[np.float32]
    harmonics: int

    @property
    def products(self) -> int:
        """Numbers of m S h."""
        return 3 * self.harmonics


def _splats(higher: Floats, mass: Floats, spread: Floats) -> _Splats:
    count, harmonics, _ = higher.shape
    metric = np.asarray(spread, np.float32).copy()
    metric[:, _diagonal(harmonics)] += UNSEEN_SPREAD
    metric *= np.asarray(mass, np.float32)[:, None]
    products = np.zeros((count, harmonics, 3), np.float32)
    for column, (first, second) in enumerate(zip(*np.triu_indices(harmonics), strict=True)):
        products[:, first] += metric[:, column, None] * higher[:, second]
        if first != second:
            products[:, second] += metric[:, column, None] * higher[:, first]
    return _Splats(np.concatenate([products.reshape(count, -1), metric], axis=1), harmonics)


def _diagonal(harmonics: int) -> NDArray[np.bool_]:
    first, second = np.triu_indices(harmonics)
    return np.asarray(first == second)


def _fitted(splats: _Splats, labels: NDArray[np.intp], entries: Floats) -> NDArray[np.float32]:
    """The entries (m, 3k) with the least error for the splats that have them; one that none has stays."""
    order = np.argsort(labels, kind="stable")
    used, starts = np.unique(labels[order], return_index=True)
    sums = np.add.reduceat(splats.numbers[order], starts, axis=0).astype(np.float64)
    first, second = np.triu_indices(splats.harmonics)
    metric = np.zeros((len(used), splats.harmonics, splats.harmonics))
    metric[:, first, second] = metric[:, second, first] = sums[:, splats.products :]
    wanted = sums[:, : splats.products].reshape(len(used), splats.harmonics, 3)
    found = np.array(entries, np.float32)
    found[used] = np.linalg.solve(metric, wanted).reshape(len(used), -1)
    return found


def _nearest(splats: _Splats, entries: Floats) -> NDArray[np.intp]:
    """The entry (n,) of least error, of those in the groups whose middles have least."""
    count = max(1, round(len(entries) ** 0.5))
    plain = np.ones(len(entries), np.float32)
    found, group_of = k_means(entries, plain, count, CELL_ROUNDS, np.random.default_rng(0))
    used, group_of = np.unique(group_of, return_inverse=True)
    middles = found[used]
    tried = _best_groups(splats, middles)
    order = np.argsort(tried, axis=None, kind="stable")
    edges = np.searchsorted(tried.ravel()[order], np.arange(len(middles) + 1))
    least = np.full(len(tried), np.inf, np.float32)
    labels = np.zeros(len(tried), np.intp)
    numbers = _entry_numbers(entries, splats.harmonics)
    for group in range(len(middles)):
        inside = np.flatnonzero(group_of == group)
        for rows, errors in _errors(
            splats,
            order[edges[group] : edges[group + 1]] // tried.shape[1],
            np.ascontiguousarray(numbers[:, inside]),
        ):
            best = errors.argmin(axis=1)
            error = errors[np.arange(len(rows)), best]
            better = error < least[rows]
            least[rows[better]] = error[better]
            labels[rows[better]] = inside[best[better]]
    return labels


def _best_groups(splats: _Splats, middles: Floats) -> NDArray[np.intp]:
    """Groups (n, 4), or all where there are fewer."""
    tried = min(CELLS_TRIED, len(middles))
    found = np.empty((len(splats.numbers), tried), np.intp)
    for rows, errors in _errors(splats, np.arange(len(found)), _entry_numbers(middles, splats.harmonics)):
        found[rows] = np.argpartition(errors, tried - 1, axis=1)[:, :tried]
    return found


def _entry_numbers(entries: Floats, harmonics: int) -> NDArray[np.float32]:
    """What the splats' numbers are multiplied by (3k + k (k + 1) / 2, m): -2 c, and the products of c with itself."""
    shaped = np.asarray(entries, np.float32).reshape(len(entries), harmonics, 3)
    first, second = np.triu_indices(harmonics)
    squares = (shaped[:, first] * shaped[:, second]).sum(axis=2) * np.where(first == second, 1, 2)
    return np.ascontiguousarray(
        np.concatenate([-2 * shaped.reshape(len(shaped), -1), squares], axis=1).T, np.float32
    )


def _errors(
    splats: _Splats, rows: NDArray[np.intp], numbers: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """The splats of those rows, a few at a time, and what each entry's error is for each, but for a constant."""
    step = max(1, BLOCK_PRODUCTS // numbers.size)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        yield part, splats.numbers[part] @ numbers
