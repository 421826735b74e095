"""One way through a tour that our viewer and SuperSplat's both follow: the same cameras, one after the other.

Ours is told by its address, SuperSplat's by a camera animation of its settings, which knows no roll: so nobody rolls.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from diorama.tours.manifest import Manifest

STEEPEST = math.sin(math.radians(80))
"""No camera looks more steeply up or down: an address says so, and an animation has to know where up is."""
SMALL = 1e-6
Vector = tuple[float, float, float]


class Camera(NamedTuple):
    """Where one stands, in units of the world, and which way one looks, length 1; up is +Y."""

    position: Vector
    forward: Vector


def cameras_along(manifest: Manifest, count: int) -> list[Camera]:
    """So many cameras, evenly along the tour's guided path; once around where one starts, if there is none."""
    path = manifest.camera_path
    if path is None:
        position, forward = manifest.start.position, _forward(manifest.start.rotation_wxyz)
        return [Camera(position, _turned(forward, math.tau * step / count)) for step in range(count)]
    at = np.linspace(0, len(path.poses) - 1, count)
    positions = _between(np.array([pose.position for pose in path.poses]), at)
    forwards = _between(np.array([_forward(pose.rotation_wxyz) for pose in path.poses]), at)
    return [
        Camera(_vector(position), _level(forward))
        for position, forward in zip(positions, forwards, strict=True)
    ]


def hash_of(camera: Camera) -> str:
    """What leads our viewer there; see web/src/viewer/address.ts."""
    (x, y, z), (a, b, c) = camera
    yaw, pitch = math.degrees(math.atan2(-a, -c)), math.degrees(math.asin(b))
    return f"#at={x:.4f},{y:.4f},{z:.4f},{yaw:.4f},{pitch:.4f}"


def animation_of(cameras: Sequence[Camera], fov_deg: float) -> dict[str, Any]:
    """SuperSplat's animation that shows the cameras at 0 s, 1 s, 2 s; it turns what it shows by half a turn about z.

    `fov_deg`: along the canvas's longer side.
    """
    positions = [(-x, -y, z) for (x, y, z), _ in cameras]
    targets = [(-x - a, -y - b, z + c) for (x, y, z), (a, b, c) in cameras]
    return {
        "name": "path",
        "duration": len(cameras),
        "frameRate": 1,
        "loopMode": "none",
        "interpolation": "step",
        "smoothness": 0,
        "keyframes": {
            "times": list(range(len(cameras))),
            "values": {
                "position": [number for position in positions for number in position],
                "target": [number for target in targets for number in target],
                "fov": [fov_deg] * len(cameras),
            },
        },
    }


def _forward(rotation_wxyz: tuple[float, float, float, float]) -> Vector:
    """Where a camera with OpenCV's axes looks: along its z."""
    return _vector(Rotation.from_quat(rotation_wxyz, scalar_first=True).apply([0.0, 0.0, 1.0]))


def _turned(forward: Vector, angle: float) -> Vector:
    """About the vertical, in radians, to the left."""
    return _level(Rotation.from_euler("y", angle).apply(forward))


def _level(forward: NDArray[np.float64]) -> Vector:
    """Of length 1, and not too steep; what looks straight up or down faces -Z."""
    x, y, z = (float(value) for value in forward / np.linalg.norm(forward))
    rise = min(max(y, -STEEPEST), STEEPEST)
    flat = math.hypot(x, z)
    x, z = (x / flat, z / flat) if flat > SMALL else (0.0, -1.0)
    across = math.sqrt(1 - rise * rise)
    return x * across, rise, z * across


def _between(values: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows (n, 3) at places that may lie between two of them."""
    rows = np.arange(len(values))
    return np.stack([np.interp(at, rows, column) for column in values.T], axis=1)


def _vector(values: Sequence[float] | NDArray[np.float64]) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
