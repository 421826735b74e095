"""The frame that poses are given in: right-handed, +Y up, metres where the scale is known.

The origin is on the floor (or, without one, at the height of the cameras' centre) below the middle of the
path; the first camera looks towards -Z.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pycolmap
from numpy.typing import NDArray

from poses.floor import EYE_HEIGHT_M, Floor, find_floor, tells_scale
from poses.gravity import View

Vector = NDArray[np.float64]
ScaleSource = Literal["reference", "assumed_eye_height_1.6m", "none"]
NO_SCALE: ScaleSource = "none"
EYE_HEIGHT: ScaleSource = "assumed_eye_height_1.6m"

UNSCALED_DEPTH = 2.0
"""Without a scale, the median distance from the path to the points is made this long."""
MAX_TRACKS_FOR_DEPTH = 5000


@dataclass(frozen=True)
class World:
    """`world_from_model` is a similarity; `eye_height` is in world units, None without a floor."""

    world_from_model: pycolmap.Sim3d
    scale_source: ScaleSource
    eye_height: float | None


def settle(model: pycolmap.Reconstruction, views: Sequence[View], up: Vector) -> World:
    """Where the model goes: level by `up`, facing -Z, scaled, and centred."""
    level = level_rotation(up, views[0].rotation[:, 2])
    positions = np.stack([view.position for view in views]) @ level.T
    directions = np.stack([view.rotation[:, 2] for view in views]) @ level.T
    points = np.array([point.xyz for point in model.points3D.values()]).reshape(-1, 3) @ level.T
    floor = find_floor(points, positions)
    scale, source = UNSCALED_DEPTH / _usual_depth(points, positions), NO_SCALE
    if floor is not None and tells_scale(floor, positions, directions):
        scale, source = EYE_HEIGHT_M / floor.eye_height, EYE_HEIGHT
    origin = _origin(positions, floor)
    rotation = pycolmap.Rotation3d(level)
    similarity = pycolmap.Sim3d(scale, rotation, -scale * origin)
    return World(similarity, source, floor.eye_height * scale if floor else None)


def level_rotation(up: Vector, forward: Vector) -> NDArray[np.float64]:
    """The rotation (3, 3) that takes `up` to +Y and the level part of `forward` to -Z."""
    y = up / np.linalg.norm(up)
    z = -(forward - y * (y @ forward))
    if np.linalg.norm(z) < 1e-3:
        z = np.cross(y, np.eye(3)[int(np.argmin(np.abs(y)))])
    z = z / np.linalg.norm(z)
    return np.stack([np.cross(y, z), y, z])


def _origin(positions: NDArray[np.float64], floor: Floor | None) -> Vector:
    middle = (positions.min(0) + positions.max(0)) / 2
    return np.array([middle[0], floor.level if floor else middle[1], middle[2]])


def _usual_depth(points: NDArray[np.float64], positions: NDArray[np.float64]) -> float:
    """The median distance from the middle of the path to the points."""
    if not len(points):
        return 1.0
    some = points[:: max(1, len(points) // MAX_TRACKS_FOR_DEPTH)]
    return max(1e-9, float(np.median(np.linalg.norm(some - np.median(positions, axis=0), axis=1))))
