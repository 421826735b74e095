"""How a person walks through the room with a phone: along an arc, looking across it, never quite steady."""

import numpy as np
from numpy.typing import NDArray

from examples.textured_room.render import Camera

ARC_DEG = 200.0
RADIUS_M = (2.0, 1.55)
EYE_HEIGHT_M = 1.6
LOOK_DOWN_DEG = 9.0
FOCAL_SHARE = 0.72
"""Focal length over the width: a phone's main camera."""


def camera_at(share: float, seconds: float, width_px: int, height_px: int) -> Camera:
    """The camera after `share` (0..1) of the walk, `seconds` after its start."""
    angle = np.radians(-30 + ARC_DEG * share)
    position = np.array([RADIUS_M[0] * np.sin(angle), EYE_HEIGHT_M, RADIUS_M[1] * np.cos(angle)])
    position += _sway(seconds, (0.03, 0.025, 0.03), (0.9, 1.8, 1.1))
    tremble_deg = _sway(seconds, (1.6, 1.2, 1.1), (0.53, 0.71, 0.37))
    towards = np.array([0.5 * np.sin(3.1 * angle), 0.0, 0.4 * np.cos(2.3 * angle)]) - position
    yaw_deg = np.degrees(np.arctan2(towards[0], towards[2])) + tremble_deg[0]
    pitch_deg = -LOOK_DOWN_DEG + tremble_deg[1]
    rotation = _looking(yaw_deg, pitch_deg, tremble_deg[2])
    return Camera(rotation, position, FOCAL_SHARE * width_px, width_px, height_px)


def _sway(seconds: float, sizes: tuple[float, ...], hertz: tuple[float, ...]) -> NDArray[np.float64]:
    """Three sums of two sines each that never come back to the same place."""
    phase = 2 * np.pi * seconds * np.array(hertz)
    return np.asarray(
        np.array(sizes) * (np.sin(phase + np.arange(3)) + 0.4 * np.sin(2.37 * phase + np.array([2, 0, 1])))
    )


def _looking(yaw_deg: float, pitch_deg: float, roll_deg: float) -> NDArray[np.float64]:
    """`world_from_camera` (3, 3): yaw turns +Z towards +X, pitch is up from level, roll is about the view."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    forward = np.array([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)])
    right = np.cross(forward, [0, 1, 0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    rolled = np.cos(roll) * right + np.sin(roll) * down
    return np.stack([rolled, np.cross(forward, rolled), forward], axis=1)
