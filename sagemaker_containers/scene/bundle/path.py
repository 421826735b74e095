"""The camera path: the way the capture was walked, smoothed, level, at an easy pace."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bundle.vantage import levelled
from splats.cameras import SolvedImage, look_at

SMOOTHING = 0.03
"""Standard deviation of the smoothing, as a share of the path."""
TURN_DEG_PER_S = 20.0
CROSSING_S = 12.0
"""Seconds for a walk as long as the place is wide."""
SHORTEST_S, LONGEST_S = 6.0, 180.0

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CameraPath:
    """Poses world_from_camera (n, 4, 4), evenly spaced in way and turn together, and how long the walk takes."""

    poses: Points
    duration_s: float


def in_order(images: Sequence[SolvedImage]) -> list[SolvedImage]:
    """As they were filmed; photos, which have no time, each followed by the nearest one that is left."""
    named = sorted(images, key=lambda image: image.image)
    if all(image.time_s is not None for image in named):
        return sorted(named, key=lambda image: image.time_s or 0.0)
    if not named:
        return []
    positions = np.stack([image.world_from_camera[:3, 3] for image in named])
    order = [0]
    left = np.arange(1, len(named))
    while len(left):
        gaps = np.linalg.norm(positions[left] - positions[order[-1]], axis=1)
        order.append(int(left[gaps.argmin()]))
        left = np.delete(left, gaps.argmin())
    return [named[index] for index in order]


def camera_path(images: Sequence[SolvedImage], width: float, count: int) -> CameraPath | None:
    """`count` poses along the images, through a place of that width (world units); None where nothing moves."""
    if len(images) < 2:
        return None
    poses = np.stack([levelled(image.world_from_camera) for image in in_order(images)])
    positions, looks = poses[:, :3, 3], poses[:, :3, 2]
    travelled = _travelled(positions, looks, width)
    if travelled[-1] <= 1e-6:
        return None
    steps = np.linspace(0, travelled[-1], max(count, 2))
    positions = _smoothed(_resampled(travelled, positions, steps))
    looks = _smoothed(_resampled(travelled, looks, steps))
    looks /= np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-9)
    smooth = [
        levelled(look_at(position, position + look)) for position, look in zip(positions, looks, strict=True)
    ]
    walked_s = _travelled(positions, looks, width)[-1] * CROSSING_S
    return CameraPath(np.stack(smooth), float(np.clip(walked_s, SHORTEST_S, LONGEST_S)))


def _travelled(positions: Points, looks: Points, width: float) -> NDArray[np.float64]:
    """Of each pose (n,), the way since the first one in widths of the place; a turn counts as long as it
    takes.
    """
    ways = np.linalg.norm(np.diff(positions, axis=0), axis=1) / width
    cosines = np.einsum("nd,nd->n", looks[1:], looks[:-1]).clip(-1, 1)
    turns = np.degrees(np.arccos(cosines)) / (TURN_DEG_PER_S * CROSSING_S)
    return np.concatenate([[0.0], np.cumsum(np.maximum(ways, turns))])


def _resampled(travelled: NDArray[np.float64], values: Points, steps: NDArray[np.float64]) -> Points:
    return np.column_stack([np.interp(steps, travelled, values[:, axis]) for axis in range(3)])


def _smoothed(values: Points) -> Points:
    """Gaussian means along the path; ends are continued by their point reflection, so that they stay in
    place.
    """
    sigma = SMOOTHING * len(values)
    reach = min(len(values) - 1, int(np.ceil(3 * sigma)))
    if reach < 1:
        return values
    before = 2 * values[0] - values[reach:0:-1]
    after = 2 * values[-1] - values[-2 : -reach - 2 : -1]
    padded = np.concatenate([before, values, after])
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    return np.column_stack([np.convolve(padded[:, axis], weights, mode="valid") for axis in range(3)])
