"""The floor under the path, and with it the scale: how high people hold a camera is known well enough."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

EYE_HEIGHT_M = 1.6
BINS = 200
MIN_FLOOR_SHARE = 0.03
"""Of the points below the cameras: fewer are a table or chance, not a floor."""
MIN_FLOOR_POINTS = 60
MAX_BELOW_FLOOR = 0.04
MIN_SPREAD = 0.5
"""The floor must reach at least so far around, in units of the eye height found."""
ORBIT_AXIS_DEG = 12.0
ORBIT_TURN_DEG = 120.0


@dataclass(frozen=True)
class Floor:
    """A level floor at height `level`, and the median camera `eye_height` above it, in units of the model."""

    level: float
    eye_height: float


def find_floor(points: Points, positions: Points) -> Floor | None:
    """The lowest level that many points share, below all cameras.

    `points` (n, 3) and `positions` (m, 3) have +Y up. None where there is no clear one.
    """
    eyes = float(np.median(positions[:, 1]))
    below = points[points[:, 1] < float(positions[:, 1].min())]
    if len(below) < MIN_FLOOR_POINTS:
        return None
    depth = eyes - float(np.percentile(below[:, 1], 1))
    thickness = depth / BINS * 4
    for level in _levels_from_below(below[:, 1], eyes, depth):
        near = np.abs(below[:, 1] - level) < thickness
        under = np.mean(points[:, 1] < level - 2 * thickness)
        if near.sum() < max(MIN_FLOOR_POINTS, MIN_FLOOR_SHARE * len(below)):
            continue
        if under > MAX_BELOW_FLOOR:
            return None
        eye_height = eyes - float(np.median(below[near, 1]))
        reach = np.percentile(below[near][:, (0, 2)], 90, axis=0) - np.percentile(
            below[near][:, (0, 2)], 10, axis=0
        )
        if eye_height > 0 and reach.min() > MIN_SPREAD * eye_height:
            return Floor(float(np.median(below[near, 1])), eye_height)
    return None


def _levels_from_below(heights: NDArray[np.float64], eyes: float, depth: float) -> NDArray[np.float64]:
    """Heights at which a smoothed histogram peaks, lowest first."""
    counts, edges = np.histogram(heights, BINS, range=(eyes - 1.05 * depth, eyes))
    smooth = np.convolve(counts, np.hanning(9)[1:-1], "same")
    peaks = [i for i in range(1, BINS - 1) if smooth[i] >= smooth[i - 1] and smooth[i] > smooth[i + 1]]
    return np.asarray((edges[:-1] + edges[1:])[peaks] / 2)


def is_orbit(positions: Points, view_directions: Points) -> bool:
    """Whether the cameras go around one thing and all look at it, which says nothing about eye height.

    Shapes (n, 3), +Y up, directions of unit length.
    """
    focus = _nearest_to_all_axes(positions, view_directions)
    towards = focus - positions
    towards /= np.maximum(np.linalg.norm(towards, axis=1, keepdims=True), 1e-12)
    off_axis_deg = np.degrees(np.arccos(np.clip(np.sum(towards * view_directions, axis=1), -1, 1)))
    bearings = np.sort(np.arctan2(towards[:, 0], towards[:, 2]))
    widest_gap = np.diff(np.append(bearings, bearings[0] + 2 * np.pi)).max()
    turned_deg = 360 - np.degrees(widest_gap)
    return bool(np.median(off_axis_deg) < ORBIT_AXIS_DEG and turned_deg > ORBIT_TURN_DEG)


def _nearest_to_all_axes(positions: Points, directions: Points) -> NDArray[np.float64]:
    """The point with the least squared distance to all optical axes."""
    projectors = np.eye(3) - directions[:, :, None] * directions[:, None, :]
    return np.asarray(
        np.linalg.lstsq(projectors.sum(0), np.einsum("nij,nj->i", projectors, positions), rcond=None)[0]
    )
