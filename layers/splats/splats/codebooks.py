"""Numbers and vectors replaced by the nearest of a few: what makes splats small.

`scalar_codebook` is a Lloyd-Max quantiser (S. Lloyd, "Least squares quantization in PCM", 1982) on sorted
values, where one round costs a few hundred look-ups however many values there are. `vector_palette` is a
two-storey vector quantiser: vectors are first split into cells, each cell gets entries of its own and k-means
runs inside it, so the work grows with the square root of the palette and not with the palette.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Indices = NDArray[np.intp]

DENSITY_SAMPLES = 4096
SCALAR_ROUNDS = 60
CELL_TRAINING_VECTORS = 20_000
CELL_ROUNDS = 8
BLOCK_PRODUCTS = 1 << 18
"""Multiplications of a matrix product that OpenBLAS still does on the calling thread. Its own threads gain nothing on
matrices that small, and cost up to ten times as much where several files are written side by side."""


def scalar_codebook(values: Floats, entries: int, weights: Floats | None = None) -> NDArray[np.float32]:
    """The numbers (entries,), ascending, that replace `values` (any shape) with the least squared error.

    `weights` (same shape) says how much the error of each value matters. Values with no more than `entries`
    different numbers are kept exactly; the codebook is then filled up with its last number.
    """
    flat = np.ravel(values).astype(np.float64)
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    distinct = np.unique(ordered.astype(np.float32))
    if len(distinct) <= entries:
        return np.pad(distinct, (0, entries - len(distinct)), mode="edge")
    mass = np.ones_like(ordered) if weights is None else np.ravel(weights)[order].astype(np.float64)
    mass_until = np.concatenate([[0.0], np.cumsum(mass)])
    sum_until = np.concatenate([[0.0], np.cumsum(mass * ordered)])
    codes = _codes_by_density(ordered, mass_until, entries)
    for _ in range(SCALAR_ROUNDS):
        edges = np.searchsorted(ordered, (codes[1:] + codes[:-1]) / 2)
        edges = np.concatenate([[0], edges, [len(ordered)]])
        inside = np.diff(mass_until[edges])
        means = np.diff(sum_until[edges]) / np.where(inside > 0, inside, 1)
        codes = np.sort(np.where(inside > 0, means, codes))
    return codes.astype(np.float32)


def _codes_by_density(
    ordered: NDArray[np.float64], mass_until: NDArray[np.float64], entries: int
) -> NDArray[np.float64]:
    """A start near the end: the best codes lie as densely as the cube root of the mass (Panter, Dite 1951).

    Between two neighbouring quantiles the density is 1 / width, so its cube root adds up to width ** (2 / 3).
    """
    wanted = np.linspace(0, mass_until[-1], DENSITY_SAMPLES)
    quantiles = np.interp(wanted, mass_until[1:], ordered)
    reached = np.concatenate([[0.0], np.cumsum(np.diff(quantiles) ** (2 / 3))])
    levels = (np.arange(entries) + 0.5) / entries * reached[-1]
    return np.asarray(np.interp(levels, reached, quantiles), np.float64)


def even_codebook(values: Floats, entries: int, step: float) -> NDArray[np.float32]:
    """Numbers (entries,), ascending, `step` apart or as far as it takes to reach all `values`.

    Indices into it are more alike than into `scalar_codebook`'s, whose entries are all used about as often: where
    indices are compressed, even steps lose least for their bits (H. Gish, J. Pierce, "Asymptotically efficient
    quantizing", 1968).
    """
    low, high = float(values.min()), float(values.max())
    return (low + max(step, (high - low) / (entries - 1)) * np.arange(entries)).astype(np.float32)


def nearest_code(values: Floats, codebook: NDArray[np.float32]) -> Indices:
    """The index, same shape as `values`, of the nearest of an ascending codebook."""
    return np.searchsorted((codebook[1:] + codebook[:-1]) / 2, values)


@dataclass(frozen=True)
class Palette:
    """Vectors (k, d) and which of them stands for each input vector (n,)."""

    entries: NDArray[np.float32]
    labels: Indices


def vector_palette(
    vectors: NDArray[np.float32], entries: int, weights: Floats | None = None, rounds: int = 6, seed: int = 0
) -> Palette:
    """At most `entries` vectors (k, d) that stand for `vectors` (n, d) with little squared error.

    `weights` (n,) says how much the error of each vector matters. Equal input and seed give an equal palette,
    ordered along the direction in which the entries differ most, so that neighbours get similar labels.
    """
    if entries < 1 or len(vectors) == 0:
        raise ValueError("A palette needs at least one entry and one vector.")
    mass = np.ones(len(vectors), np.float32) if weights is None else np.asarray(weights, np.float32) + 1e-12
    random = np.random.default_rng(seed)
    cells = _split_into_cells(vectors, mass, max(1, round(entries**0.5)), random)
    shares = _entries_by_cell(vectors, mass, cells, entries)
    found: list[NDArray[np.float32]] = []
    labels = np.zeros(len(vectors), np.intp)
    first = 0
    for cell, share in zip(cells, shares, strict=True):
        centres, nearest = k_means(vectors[cell], mass[cell], int(share), rounds, random)
        labels[cell] = first + nearest
        first += len(centres)
        found.append(centres)
    return ordered(np.concatenate(found), labels)


def _split_into_cells(
    vectors: NDArray[np.float32], mass: NDArray[np.float32], count: int, random: np.random.Generator
) -> list[Indices]:
    """Indices of the vectors of each cell that has any; cells are found on a sample."""
    sample = random.permutation(len(vectors))[:CELL_TRAINING_VECTORS]
    centres, _ = k_means(vectors[sample], mass[sample], count, CELL_ROUNDS, random)
    nearest = _nearest(vectors, centres)
    order = np.argsort(nearest, kind="stable")
    edges = np.searchsorted(nearest[order], np.arange(1, len(centres)))
    return [cell for cell in np.split(order, edges) if len(cell)]


def _entries_by_cell(
    vectors: NDArray[np.float32], mass: NDArray[np.float32], cells: list[Indices], entries: int
) -> NDArray[np.intp]:
    """How many entries each cell gets: in proportion to its spread, at least one, at most one a vector.

    In d dimensions an error falls with entries ** (-2 / d), so slowly here that the share of the whole error
    is near the best share of the entries (Zador's rule with d large).
    """
    spread = np.array([_weighted_spread(vectors[cell], mass[cell]) for cell in cells])
    sizes = np.array([len(cell) for cell in cells])
    free = max(0, entries - len(cells))
    wanted = 1 + np.floor(free * spread / max(float(spread.sum()), 1e-30))
    return np.asarray(np.minimum(wanted, sizes), np.intp)


def _weighted_spread(vectors: NDArray[np.float32], mass: NDArray[np.float32]) -> float:
    centre = np.average(vectors, axis=0, weights=mass)
    return float(np.sum(mass[:, None] * (vectors - centre) ** 2))


def k_means(
    vectors: NDArray[np.float32],
    mass: NDArray[np.float32],
    count: int,
    rounds: int,
    random: np.random.Generator,
) -> tuple[NDArray[np.float32], Indices]:
    """Centres (k <= count, d) of the vectors (n, d), and the nearest of them (n,)."""
    if count >= len(vectors):
        return vectors.copy(), np.arange(len(vectors))
    chance = mass.astype(np.float64) / mass.sum(dtype=np.float64)
    drawn = random.choice(len(vectors), count, replace=False, p=chance) if count > 1 else [0]
    centres = vectors[drawn]
    for _ in range(rounds):
        centres = _means(vectors, mass, _nearest(vectors, centres), centres)
    return centres, _nearest(vectors, centres)


def _nearest(vectors: NDArray[np.float32], centres: NDArray[np.float32]) -> Indices:
    """Of |v - c|^2 = |v|^2 - 2 v.c + |c|^2 only what depends on the centre is compared."""
    if len(centres) == 1:
        return np.zeros(len(vectors), np.intp)
    half_norms = np.einsum("kd,kd->k", centres, centres) / 2
    rows = max(1, BLOCK_PRODUCTS // centres.size)
    nearest = np.empty(len(vectors), np.intp)
    for start in range(0, len(vectors), rows):
        likeness = vectors[start : start + rows] @ centres.T
        likeness -= half_norms
        likeness.argmax(axis=1, out=nearest[start : start + rows])
    return nearest


def _means(
    vectors: NDArray[np.float32],
    mass: NDArray[np.float32],
    nearest: Indices,
    centres: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Each centre moved to the mean of what is nearest to it; one that has nothing stays."""
    order = np.argsort(nearest, kind="stable")
    starts = np.searchsorted(nearest[order], np.arange(len(centres)))
    held = np.bincount(nearest, minlength=len(centres)) > 0
    sums = np.add.reduceat((vectors * mass[:, None])[order], starts[held], axis=0)
    masses = np.add.reduceat(mass[order], starts[held])
    moved = centres.copy()
    moved[held] = sums / masses[:, None]
    return moved


def ordered(entries: NDArray[np.float32], labels: Indices) -> Palette:
    """Entries along the direction in which they differ most, with the labels that they then have."""
    centred = entries - entries.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    order = np.argsort(centred @ directions[:, -1], kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Palette(entries[order], place[labels])
