"""What two looks share: the same points, seen from two places or only turned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

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
        descriptors = [np.clip(look.descriptors, 0, 255).astype(np.uint8) for look in looks]
        pairs.update(look_alikes(descriptors, LOOP_NEIGHBOURS, seed, apart))
    return sorted(pairs)


def links(looks: Sequence[Look], pairs: Iterable[Pair]) -> list[Link]:
    """One link a pair, in their order."""
    matcher = cv2.BFMatcher.create(cv2.NORM_L2)
    return [_link(matcher, looks, pair) for pair in pairs]


def _link(matcher: cv2.BFMatcher, looks: Sequence[Look], pair: Pair) -> Link:
    one, other = looks[pair[0]], looks[pair[1]]
    matches = _matches(matcher, one, other)
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


def _matches(
    matcher: cv2.BFMatcher, one: Look, other: Look
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Indices (n, 2) of points that are each other's nearest and clearly nearer than the next."""
    if min(len(one.points), len(other.points)) < LEAST_MATCHES:
        return np.zeros((0, 2), np.int64)
    forth = _clear(matcher.knnMatch(one.descriptors, other.descriptors, 2))
    back = _clear(matcher.knnMatch(other.descriptors, one.descriptors, 2))
    mutual = [(i, j) for i, j in forth.items() if back.get(j) == i]
    return np.array(mutual, np.int64).reshape(-1, 2)


def _clear(found: Sequence[Sequence[cv2.DMatch]]) -> dict[int, int]:
    return {
        best.queryIdx: best.trainIdx for best, second in found if best.distance < MAX_RATIO * second.distance
    }
