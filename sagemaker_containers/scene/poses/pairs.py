"""Which images are compared: all with all, or neighbours in time plus those that look alike."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from diorama.tours.stages import SolvePosesParams

Pair = tuple[int, int]

WORDS = 64
TRAINING_DESCRIPTORS = 60_000


def exhaustive(count: int) -> list[Pair]:
    """Every pair of `count` images."""
    return list(combinations(range(count), 2))


def sequential(count: int, overlap: int) -> list[Pair]:
    """Each image with the next `overlap`, and with those 1, 2, 4, 8, ... further on (`overlap` powers)."""
    steps = {*range(1, overlap + 1), *(2**power for power in range(overlap))}
    return sorted((i, i + step) for step in steps for i in range(count - step))


def look_alikes(
    descriptors: Sequence[NDArray[np.uint8]], neighbours: int, seed: int, apart: int = 1
) -> list[Pair]:
    """Each image with the `neighbours` that look most like it, of those at least `apart` in order.

    Images are described by vectors of locally aggregated descriptors (VLAD, Jégou et al., CVPR 2010) over
    words learnt from these very images, so that nothing has to be downloaded.
    """
    if neighbours == 0 or len(descriptors) < 2:
        return []
    vectors = vlad(descriptors, seed)
    likeness = vectors @ vectors.T
    order = np.arange(len(descriptors))
    likeness[np.abs(order[:, None] - order) < apart] = -np.inf
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :neighbours]
    found = ((i, int(j)) for i, row in enumerate(nearest) for j in row if np.isfinite(likeness[i, j]))
    return sorted({(min(pair), max(pair)) for pair in found})


def vlad(descriptors: Sequence[NDArray[np.uint8]], seed: int) -> NDArray[np.float32]:
    """One unit vector for each image, shape (images, WORDS * 128)."""
    rooted = [np.sqrt(each.astype(np.float32)) for each in descriptors]
    words = _words(np.concatenate(rooted), seed)
    vectors = np.stack([_aggregate(each, words) for each in rooted])
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def _words(descriptors: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """`WORDS` centres of the descriptors, shape (words, 128)."""
    random = np.random.default_rng(seed)
    if len(descriptors) > TRAINING_DESCRIPTORS:
        descriptors = descriptors[random.choice(len(descriptors), TRAINING_DESCRIPTORS, replace=False)]
    cv2.setRNGSeed(seed)
    criteria = (cv2.TERM_CRITERIA_MAX_ITER + cv2.TERM_CRITERIA_EPS, 12, 1e-3)
    words = min(WORDS, len(descriptors))
    _, _, centres = cv2.kmeans(descriptors, words, None, criteria, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    return np.asarray(centres, np.float32)


def _aggregate(descriptors: NDArray[np.float32], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums of what separates descriptors from their nearest word, each word's sum at unit length."""
    sums = np.zeros_like(words)
    if len(descriptors):
        distances = np.square(words).sum(1) - 2 * descriptors @ words.T
        nearest = distances.argmin(1)
        np.add.at(sums, nearest, descriptors - words[nearest])
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return sums.ravel()


def choose_pairs(
    names: Sequence[str], descriptors: Mapping[str, NDArray[np.uint8]] | None, params: SolvePosesParams
) -> list[tuple[str, str]]:
    """Pairs of image names. `descriptors` are needed above `exhaustive_up_to` images only."""
    if len(names) <= params.exhaustive_up_to or descriptors is None:
        pairs = exhaustive(len(names))
    else:
        ordered = [descriptors[name] for name in names]
        neighbours = sequential(len(names), params.sequential_overlap)
        apart = params.sequential_overlap + 1
        pairs = sorted({*neighbours, *look_alikes(ordered, params.loop_pairs, params.seed, apart)})
    return [(names[i], names[j]) for i, j in pairs]
