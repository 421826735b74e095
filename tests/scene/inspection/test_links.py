"""What two looks share, beside OpenCV's own matcher."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from frames.scores import Scores
from inspection.links import MAX_RATIO, links, mutual_matches
from inspection.looks import Look

SCORES = Scores(
    sharpness=300, motion_blur=0.1, brightness=0.5, contrast=0.2, clipped=0.01, hash="0", fingerprint=""
)
SIDE_PX = 300.0


def described(seed: int, count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 128), np.uint8)


def nearly(descriptors: NDArray[np.uint8], noise: float, seed: int) -> NDArray[np.uint8]:
    """The same things, seen a little differently and in another order."""
    random = np.random.default_rng(seed)
    seen = random.permutation(descriptors) + random.normal(0, noise, descriptors.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


def by_brute_force(ours: NDArray[np.uint8], others: NDArray[np.uint8]) -> list[tuple[int, int]]:
    matcher = cv2.BFMatcher.create(cv2.NORM_L2)

    def clear(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> dict[int, int]:
        found = matcher.knnMatch(one.astype(np.float32), other.astype(np.float32), 2)
        return {
            best.queryIdx: best.trainIdx
            for best, following in found
            if best.distance < MAX_RATIO * following.distance
        }

    forth, back = clear(ours, others), clear(others, ours)
    return [(i, j) for i, j in forth.items() if back.get(j) == i]


@given(st.integers(0, 1000), st.integers(2, 60), st.sampled_from([2.0, 60.0, 120.0]))
def test_matches_are_those_of_brute_force(seed: int, count: int, noise: float) -> None:
    ours = described(seed, count)
    others = np.concatenate([nearly(ours, noise, seed + 1), described(seed + 2, 5)])
    assert [tuple(pair) for pair in mutual_matches(ours, others)] == by_brute_force(ours, others)


def test_links_come_in_the_order_of_their_pairs() -> None:
    random = np.random.default_rng(0)
    points = random.uniform(0, SIDE_PX, (200, 2)).astype(np.float32)
    descriptors = described(0, 200)
    looks = [Look(time_s, SCORES, 0.0, points, descriptors, 200) for time_s in (0.0, 0.5, 1.0)]
    pairs = [(1, 2), (0, 2), (0, 1)] * 20
    found = list(links(looks, pairs))
    assert [(link.first, link.second) for link in found] == pairs
    assert all(link.inliers > 190 and link.turned > 0.9 and link.moved == 0 for link in found)


def test_looks_without_points_share_nothing() -> None:
    nothing = Look(0.0, SCORES, 0.0, np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8), 0)
    (link,) = links([nothing, nothing], [(0, 1)])
    assert link.inliers == 0
