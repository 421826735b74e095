"""How good a picture is for finding cameras and for looking at: numbers only, no decisions."""

from dataclasses import dataclass
from hashlib import sha256

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

SCORE_SIDE_PX = 640
"""Long side that scores are taken at, so that they compare between resolutions."""
FLOW_SIDE_PX = 256
SHADOW, HIGHLIGHT = 4, 251


@dataclass(frozen=True)
class Scores:
    """Scores of one picture; all but `sharpness` are between 0 and 1.

    `sharpness`: variance of the Laplacian in squared grey levels. `motion_blur`: 0 where detail is equal
    in all directions, towards 1 where one direction has none. `brightness`: mean. `contrast`: standard
    deviation. `clipped`: share of pixels that are black or burnt out. `hash`: 64-bit difference hash.
    """

    sharpness: float
    motion_blur: float
    brightness: float
    contrast: float
    clipped: float
    hash: str
    fingerprint: str


def sharpness(gray: Picture) -> float:
    """Variance of the Laplacian: the usual measure of focus (Pech-Pacheco et al., ICPR 2000)."""
    return float(cv2.Laplacian(gray, cv2.CV_32F).var())


def motion_blur(gray: Picture) -> float:
    """One minus the ratio of detail in the weakest to that in the strongest direction.

    The two are the eigenvalues of the mean structure tensor (Bigun and Granlund, ICCV 1987). Scenes have
    directions of their own, so the value says something only beside that of neighbours.
    """
    across, down = (cv2.Sobel(gray, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
    tensor = np.array([[np.mean(a * b) for a in (across, down)] for b in (across, down)])
    weakest, strongest = np.linalg.eigvalsh(tensor)
    return float(1 - max(weakest, 0.0) / max(strongest, 1e-6))


def difference_hash(gray: Picture) -> str:
    """64 bits in hex: whether each of 8 x 8 cells is brighter than the one to its left."""
    small = cv2.resize(gray, (9, 8), interpolation=cv2.INTER_AREA)
    return np.packbits(small[:, 1:] > small[:, :-1]).tobytes().hex()


def hash_distance(one: str, other: str) -> int:
    """How many of the 64 bits of two difference hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def score(gray: Picture) -> Scores:
    """All scores of a picture of shape (height, width), taken at `SCORE_SIDE_PX`."""
    levels = gray.astype(np.float32)
    return Scores(
        sharpness=sharpness(gray),
        motion_blur=motion_blur(gray),
        brightness=float(levels.mean()) / 255,
        contrast=float(levels.std()) / 255,
        clipped=float(np.mean((gray < SHADOW) | (gray > HIGHLIGHT))),
        hash=difference_hash(gray),
        fingerprint=sha256(gray.tobytes() + repr(gray.shape).encode()).hexdigest(),
    )


def shrink(gray: Picture, long_side_px: int) -> Picture:
    """The picture with its long side at most `long_side_px`."""
    scale = min(1.0, long_side_px / max(gray.shape))
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def shift_between(before: Picture, after: Picture) -> float:
    """How far the picture moved, as a share of its long side: the median of a dense flow.

    Both at `FLOW_SIDE_PX`. Pictures of different shapes can't be compared and count as fully moved.
    """
    if before.shape != after.shape or min(before.shape) < 16:
        return 1.0
    estimator = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    flow = np.asarray(estimator.calc(before, after, np.zeros((*before.shape, 2), np.float32)))
    return min(1.0, float(np.median(np.hypot(flow[..., 0], flow[..., 1])) / max(before.shape)))
