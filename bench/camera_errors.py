"""How far cameras that were found are from where they were, up to a similarity."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def rotation_of(wxyz: list[float]) -> Array:
    """The matrix (3, 3) of a unit quaternion."""
    w, x, y, z = wxyz
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


@dataclass(frozen=True)
class Comparison:
    """Errors that remain after the best similarity (Umeyama, PAMI 1991)."""

    position_share: float
    rotation_deg: float
    gravity_deg: float
    scale: float
    compared: int


def compare(cameras: Path, truth: Path) -> Comparison:
    """The cameras of a cameras.json against the truth of a generated film, frame by frame in time."""
    found = json.loads(cameras.read_text())["images"]
    known = json.loads(truth.read_text())["frames"]
    pairs = [(image, min(known, key=lambda f: abs(f["time_s"] - image["time_s"]))) for image in found]
    ours = np.array([image["world_from_camera"]["translation"] for image, _ in pairs])
    theirs = np.array([frame["translation"] for _, frame in pairs])
    scale, rotation, translation = similarity(ours, theirs)
    errors = np.linalg.norm(scale * ours @ rotation.T + translation - theirs, axis=1)
    path = np.linalg.norm(np.diff([frame["translation"] for frame in known], axis=0), axis=1).sum()
    return Comparison(
        position_share=float(errors.max() / path),
        rotation_deg=float(np.median([_angle_deg(image, frame, rotation) for image, frame in pairs])),
        gravity_deg=float(np.degrees(np.arccos(np.clip(rotation[1, 1], -1, 1)))),
        scale=scale,
        compared=len(pairs),
    )


def similarity(source: Array, target: Array) -> tuple[float, Array, Array]:
    """Scale, rotation (3, 3) and translation (3,) that take points (n, 3) to their targets."""
    source_mean, target_mean = source.mean(0), target.mean(0)
    source_0, target_0 = source - source_mean, target - target_mean
    u, singular, vt = np.linalg.svd(target_0.T @ source_0)
    mirror = np.array([1, 1, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * mirror) @ vt
    scale = float((singular * mirror).sum() / np.square(source_0).sum())
    return scale, rotation, target_mean - scale * rotation @ source_mean


def _angle_deg(image: dict[str, Any], frame: dict[str, Any], rotation: Array) -> float:
    ours = rotation @ rotation_of(image["world_from_camera"]["rotation_wxyz"])
    cosine = (np.trace(ours.T @ rotation_of(frame["rotation_wxyz"])) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
