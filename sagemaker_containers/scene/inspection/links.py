"""What two looks share: the same points, seen from two places or only turned."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from frames.scores import SCORE_SIDE_PX
from inspection.looks import Look
from poses.pairs import look_alikes

MAX_RATIO = 0.8
EPIPOLAR_PX, HOMOGRAPHY_PX = 1.5, 2.0
"""At a long side of 640 pixels."""
CONFIDENCE, TRIALS = 0.99, 500
LEAST_MATCHES = 8
AHEAD = (1, 2, 3)
"""Each look is compared with those so many places further on."""
LOOP_NEIGHBOURS = 2
LOOP_APART_S = 8.0

Pair = tuple[int, int]


@dataclass(frozen=True)
class Link:
    """`inliers`: matches that fit one motion of the camera. `turned`: share of them that turning alone explains.

    `turned` is a homography's inliers over those of the epipolar geometry: 1 for pure rotation, and for a view
    of one flat wall, which tell as little about depth. `moved`: how far the usual inlier moves between the two
    pictures, as a share of their long side.
    """

    first: int
    second: int
    inliers: int
    turned: float
    moved: float


def pairs_to_compare(looks: Sequence[Look], seed: int) -> list[Pair]:
    """Neighbours in time, and looks far apart in time that look alike."""
    count = len(looks)
    pairs = {(i, i + step) for step in AHEAD for i in range(count - step)}
    usual_s = (looks[-1].time_s - looks[0].time_s) / max(1, count - 1)
    apart = max(AHEAD[-1] + 1, round(LOOP_APART_S / max(usual_s, 1e-3)))
    seen = sum(len(look.points) for look in looks)
    if count > apart and seen >= LEAST_MATCHES * count:
        pairs.update(look_alikes([look.descriptors for look in looks], LOOP_NEIGHBOURS, seed, apart))
    return sorted(pairs)


def links(looks: Sequence[Look], pairs: Sequence[Pair]) -> Iterator[Link]:
    """One link a pair, in their order; as many at once as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda pair: _link(looks, pair), pairs)


def _link(looks: Sequence[Look], pair: Pair) -> Link:
    one, other = looks[pair[0]], looks[pair[1]]
    matches = mutual_matches(one.descriptors, other.descriptors)
    if len(matches) < LEAST_MATCHES:
        return Link(*pair, 0, 0.0, 0.0)
    here, there = one.points[matches[:, 0]], other.points[matches[:, 1]]
    _, fits = cv2.findFundamentalMat(here, there, cv2.FM_RANSAC, EPIPOLAR_PX, CONFIDENCE, TRIALS)
    inliers = 0 if fits is None else int(np.count_nonzero(fits))
    if fits is None or inliers < LEAST_MATCHES:
        return Link(*pair, 0, 0.0, 0.0)
    mask = fits.ravel().astype(bool)
    _, flat = cv2.findHomography(here[mask], there[mask], cv2.RANSAC, HOMOGRAPHY_PX, maxIters=TRIALS)
    turned = 0.0 if flat is None else float(np.count_nonzero(flat)) / inliers
    moved_px = np.median(np.linalg.norm(there[mask] - here[mask], axis=1))
    return Link(*pair, inliers, turned, float(moved_px) / SCORE_SIDE_PX)


def mutual_matches(ours: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Indices (n, 2) of descriptors that are each other's nearest and clearly nearer than the next."""
    if min(len(ours), len(others)) < 2:
        return np.zeros((0, 2), np.int64)
    apart = squared_distances(ours, others)
    theirs, clear = _nearest(apart)
    here = np.flatnonzero(clear)  # what is not clear one way need not be looked at the other way
    there = theirs[here]
    mine, clear_back = _nearest(np.ascontiguousarray(apart.T[there]))
    mutual = clear_back & (mine == here)
    return np.stack([here[mutual], there[mutual]], axis=1)


def squared_distances(ours: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """From each descriptor (n, 128) to each of the others (m, 128), as (n, m): exact, sums stay below 2^24.

    OpenCV's product of matrices rather than numpy's, whose threads keep the processor busy between products this small.
    """
    here, there = ours.astype(np.float32), others.astype(np.float32)
    apart = cv2.gemm(here, there, -2, None, 0, flags=cv2.GEMM_2_T)  # type: ignore[call-overload]
    apart += np.square(here).sum(1)[:, None]
    apart += np.square(there).sum(1)
    return np.asarray(apart, np.float32)


def _nearest(apart: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Of squared distances (n, m): the nearest of each row (n,), and whether it is clearly nearer than the next."""
    rows = np.arange(len(apart))
    nearest = apart.argmin(1)
    least = apart[rows, nearest]
    apart[rows, nearest] = np.inf
    next_least = apart.min(1)
    apart[rows, nearest] = least
    return nearest, least < MAX_RATIO * MAX_RATIO * next_least
