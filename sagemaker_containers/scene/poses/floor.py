"""The floor under the path, and with it the scale: how high people hold a camera is known well enough."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

EYE_HEIGHT_M = 1.6
BINS = 200
MIN_FLOOR_POINTS = 60
MIN_FLOOR_SHARE = 0.03
"""Of the points below the cameras: fewer are a table or chance, not a floor."""
MIN_SHARPNESS = 0.5
"""Of the points around a floor's height, most lie in it; on a wall they are spread evenly."""
MAX_BELOW_FLOOR = 0.04
"""Of all points: reflections and mistakes lie below a floor, and little else."""
MIN_REACH = 0.5
"""A floor reaches at least so far to each side, in units of the eye height found."""
MAX_RISE = 0.45
"""People walking keep a camera level within this share of its height; scanning a thing, they don't."""
ORBIT_AXIS_DEG, ORBIT_TURN_DEG, ORBIT_DOWN_DEG = 12.0, 120.0, 15.0


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
    for level in _levels_from_below(below[:, 1], eyes, depth):
        floor = Floor(level, eyes - level)
        if _is_floor(floor, points, below):
            return floor
    return None


def _is_floor(floor: Floor, points: Points, below: Points) -> bool:
    """Whether the points around a level are many, flat, spread out in both directions, and the lowest."""
    off_level = np.abs(below[:, 1] - floor.level) / floor.eye_height
    on_floor = below[off_level < 0.02]
    if len(on_floor) < max(MIN_FLOOR_POINTS, MIN_FLOOR_SHARE * len(below)):
        return False
    if len(on_floor) < MIN_SHARPNESS * np.count_nonzero(off_level < 0.08):
        return False
    if np.mean(points[:, 1] < floor.level - 0.1 * floor.eye_height) > MAX_BELOW_FLOOR:
        return False
    across = np.linalg.eigvalsh(np.cov(on_floor[:, (0, 2)].T))[0]
    return bool(4 * np.sqrt(max(across, 0.0)) > MIN_REACH * floor.eye_height)


def tells_scale(floor: Floor, positions: Points, view_directions: Points) -> bool:
    """Whether a person of usual height walked there, so that the eye height found stands for metres."""
    rise = np.percentile(positions[:, 1], 90) - np.percentile(positions[:, 1], 10)
    return bool(rise < MAX_RISE * floor.eye_height) and not is_orbit(positions, view_directions)


def _levels_from_below(heights: NDArray[np.float64], eyes: float, depth: float) -> list[float]:
    """Heights at which a smoothed histogram peaks, lowest first."""
    counts, edges = np.histogram(heights, BINS, range=(eyes - 1.05 * depth, eyes))
    smooth = np.convolve(counts, np.hanning(9)[1:-1], "same")
    peaks = [i for i in range(1, BINS - 1) if smooth[i] >= smooth[i - 1] and smooth[i] > smooth[i + 1]]
    return [float(edges[i] + edges[i + 1]) / 2 for i in peaks]


def is_orbit(positions: Points, view_directions: Points) -> bool:
    """Whether the cameras go around one thing and look down at it: then the level found may be a table.

    Shapes (n, 3), +Y up, directions of unit length.
    """
    focus = _nearest_to_all_axes(positions, view_directions)
    towards = focus - positions
    towards /= np.maximum(np.linalg.norm(towards, axis=1, keepdims=True), 1e-12)
    off_axis_deg = np.degrees(np.arccos(np.clip(np.sum(towards * view_directions, axis=1), -1, 1)))
    bearings = np.sort(np.arctan2(towards[:, 0], towards[:, 2]))
    widest_gap = np.diff(np.append(bearings, bearings[0] + 2 * np.pi)).max()
    turned_deg = 360 - np.degrees(widest_gap)
    down_deg = -np.degrees(np.arcsin(np.median(view_directions[:, 1])))
    around = np.median(off_axis_deg) < ORBIT_AXIS_DEG and turned_deg > ORBIT_TURN_DEG
    return bool(around and down_deg > ORBIT_DOWN_DEG)


def _nearest_to_all_axes(positions: Points, directions: Points) -> NDArray[np.float64]:
    """The point with the least squared distance to all optical axes."""
    projectors = np.eye(3) - directions[:, :, None] * directions[:, None, :]
    return np.asarray(
        np.linalg.lstsq(projectors.sum(0), np.einsum("nij,nj->i", projectors, positions), rcond=None)[0]
    )
