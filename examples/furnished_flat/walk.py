"""The walk: once round both rooms, through the near door and back through the wide one, to where it began.

Everything has the walk's length as its period, so that the end meets the beginning.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DURATION_S = 32.0
EYE_HEIGHT_M = 1.6
FOCAL_SHARE = 0.72
"""Focal length over the width: a phone's main camera."""
SAMPLES = 4096
ROUND_CORNERS_M = 0.3
TURN_SLOWLY_S = 0.75

# Where (x, z in metres), looking which way (yaw in degrees: 0 is +Z, 90 is +X; pitch up).
WAY = (
    ((4.75, 3.72), 268, -7),
    ((3.7, 3.12), 252, -10),
    ((2.5, 3.08), 218, -13),
    ((1.45, 3.0), 195, -11),
    ((0.98, 2.45), 158, -8),
    ((1.1, 1.7), 122, -10),
    ((1.9, 1.38), 84, -15),
    ((2.9, 1.4), 55, -13),
    ((3.9, 1.58), 66, -9),
    ((4.7, 1.78), 98, -8),
    ((5.5, 1.8), 108, -8),
    ((6.2, 1.5), 100, -12),
    ((7.1, 1.13), 72, -14),
    ((8.2, 1.08), 40, -13),
    ((9.1, 1.2), 5, -9),
    ((9.68, 1.75), -35, -8),
    ((9.72, 2.7), -72, -11),
    ((9.45, 3.5), -112, -14),
    ((8.7, 3.86), -142, -14),
    ((7.6, 3.84), -152, -10),
    ((6.7, 3.8), -130, -7),
    ((5.9, 3.72), -102, -7),
)


@dataclass(frozen=True)
class Camera:
    """A pinhole: `world_from_camera` rotation (3, 3), OpenCV axes; position (3,) in metres; focal length / width."""

    rotation: Array
    position: Array
    focal_share: float = FOCAL_SHARE


@dataclass(frozen=True)
class Walk:
    """The way by time: position (samples, 3), yaw and pitch in degrees (samples,)."""

    position: Array
    yaw_deg: Array
    pitch_deg: Array

    def at(self, time_s: float) -> Camera:
        """The camera at a time, hand-held."""
        share = (time_s / DURATION_S) % 1.0
        position = np.array([_read(part, share) for part in self.position.T])
        yaw, pitch = _read(self.yaw_deg, share), _read(self.pitch_deg, share)
        shift, turn = _step(share), _tremble(share)
        heading = np.radians(yaw)
        position += shift[0] * np.array([np.cos(heading), 0, -np.sin(heading)]) + [0, shift[1], 0]
        return Camera(_looking(yaw + turn[0], pitch + turn[1], turn[2]), position)


def the_walk() -> Walk:
    """Evenly paced, with round corners, turning no faster than a person would."""
    corners = np.array([place for place, _, _ in WAY])
    closed = np.vstack([corners, corners[:1]])
    lengths = np.linalg.norm(np.diff(closed, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(lengths)])
    at = np.linspace(0, along[-1], SAMPLES, endpoint=False)
    path = np.stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)], axis=1)
    path = _rounded(path, ROUND_CORNERS_M / along[-1])
    yaw = np.unwrap([yaw for _, yaw, _ in WAY] + [WAY[0][1]], period=360)
    whole_turns = yaw[-1] - yaw[0]
    drift = np.linspace(0, whole_turns, SAMPLES, endpoint=False)
    yaw_deg = _rounded((np.interp(at, along, yaw) - drift)[:, None], TURN_SLOWLY_S / DURATION_S)[:, 0] + drift
    pitch = [pitch for _, _, pitch in WAY] + [WAY[0][2]]
    pitch_deg = _rounded(np.interp(at, along, pitch)[:, None], TURN_SLOWLY_S / DURATION_S)[:, 0]
    position = np.stack([path[:, 0], np.full(SAMPLES, EYE_HEIGHT_M), path[:, 1]], axis=1)
    return Walk(position, yaw_deg, pitch_deg)


def _rounded(values: Array, sigma: float) -> Array:
    """Smoothed round the loop by a Gaussian of that share of it, (samples, n)."""
    frequency = np.fft.rfftfreq(SAMPLES, 1 / SAMPLES)[:, None]
    return np.asarray(
        np.fft.irfft(
            np.fft.rfft(values, axis=0) * np.exp(-2 * (np.pi * sigma * frequency) ** 2), SAMPLES, axis=0
        )
    )


def _read(values: Array, share: float) -> float:
    """Between samples; yaw's whole turns are not undone, so that the last sample leads on by its slope."""
    place = share * SAMPLES
    before = int(place) % SAMPLES
    if before == SAMPLES - 1:
        return float(values[-1] + (place - int(place)) * (values[-1] - values[-2]))
    return float(values[before] + (place - int(place)) * (values[before + 1] - values[before]))


def _step(share: float) -> Array:
    """Sideways and up, in metres: a bob at each step, a sway at every second one, and slow drift."""
    steps = round(1.7 * DURATION_S / 2) * 2
    beat = 2 * np.pi * steps * share
    bob = np.array([0.012 * np.sin(beat / 2), 0.011 * np.sin(beat)])
    return bob + _waves(share, (0.15, 0.9), np.array([0.014, 0.012]), seed=3)


def _tremble(share: float) -> Array:
    """Yaw, pitch and roll, in degrees: slow wandering, and what a hand cannot help."""
    slow = _waves(share, (0.1, 0.7), np.array([1.3, 0.9, 0.8]), seed=1)
    return slow + _waves(share, (1.0, 4.0), np.array([0.16, 0.18, 0.12]), seed=2)


def _waves(share: float, hertz: tuple[float, float], size: Array, seed: int) -> Array:
    """Band-limited noise whose standard deviation is `size`, and whose period is the walk."""
    random = np.random.default_rng(seed)
    low, high = (max(1, round(limit * DURATION_S)) for limit in hertz)
    turns = random.integers(low, high + 1, (8, len(size)))
    phase = random.uniform(0, 2 * np.pi, turns.shape)
    return np.asarray(size * np.sin(2 * np.pi * turns * share + phase).sum(0) / 2)


def _looking(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Array:
    """`world_from_camera` (3, 3)."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    forward = np.array([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)])
    right = np.cross(forward, [0, 1, 0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    rolled = np.cos(roll) * right + np.sin(roll) * down
    return np.stack([rolled, np.cross(forward, rolled), forward], axis=1)
