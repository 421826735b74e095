"""Which of the capture's cameras are good places to look from.

A picture is worth showing where the place fills it, where it looks towards the middle of the place, level,
with some room before the nearest thing, and where other cameras looked too: there the splats are best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from splats.cameras import Pinhole, View, intrinsics, look_at, viewmats
from splats.rasterize import rasterize
from splats.scene import SplatScene

UP = np.array([0.0, 1.0, 0.0])
SKETCH_PX = 120
"""Long side of the sketches that places are judged by."""
STEEPEST = 0.9
"""Sine of the steepest look up or down that can be levelled without turning on the spot."""
CROWDED_SHARE = 0.25
"""Nearer than this share of the usual distance, something stands in the way."""
NEIGHBOURS = 4
GENTLE = 0.26
"""Sine of 15 degrees."""
LIVELY = 0.15
"""Standard deviation of the brightness of a picture in which there is enough to see."""
MIN_DISTANCE = 1e-3
FAR_APART = 1.5
"""Farther apart than this is no better."""


@dataclass(frozen=True, eq=False)
class Vantage:
    """A level camera and what it sees: `target` in world units straight ahead, `score` from 0 to 1."""

    view: View
    target: NDArray[np.float64]
    score: float

    @property
    def position(self) -> NDArray[np.float64]:
        """Of the camera, (3,)."""
        return self.view.world_from_camera[:3, 3]

    @property
    def forward(self) -> NDArray[np.float64]:
        """Where it looks, (3,), of length 1."""
        return self.view.world_from_camera[:3, 2]


def levelled(world_from_camera: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pose (4, 4) without roll: same place, same look, horizon level; too steep a look is made less
    steep.
    """
    position, forward = world_from_camera[:3, 3], world_from_camera[:3, 2]
    if abs(forward @ UP) > STEEPEST:
        level = forward - (forward @ UP) * UP
        if np.linalg.norm(level) < 1e-6:
            level = -np.sign(forward @ UP) * world_from_camera[:3, 1]
            level = level - (level @ UP) * UP
        level = level / np.linalg.norm(level)
        forward = np.sign(forward @ UP) * STEEPEST * UP + np.sqrt(1 - STEEPEST**2) * level
    return look_at(position, position + forward)


def vantages(scene: SplatScene, views: Sequence[View], middle: NDArray[np.float64]) -> list[Vantage]:
    """Every camera, levelled and judged; `middle` (3,) is that of the place."""
    level = [View(view.name, _sketch(view), levelled(view.world_from_camera)) for view in views]
    sketches = [_look(scene, view) for view in level]
    usual = float(np.median([sketch.distance for sketch in sketches]))
    company = _company(level)
    return [
        Vantage(
            View(view.name, views[index].pinhole, view.world_from_camera),
            view.world_from_camera[:3, 3] + sketch.distance * view.world_from_camera[:3, 2],
            sketch.filled
            * sketch.detail
            * _towards(view, middle)
            * _roomy(sketch.near / usual)
            * company[index]
            * _uprightness(views[index])
            * _horizontal(view),
        )
        for index, (view, sketch) in enumerate(zip(level, sketches, strict=True))
    ]


@dataclass(frozen=True)
class _Look:
    """Of one sketch: how much of it is filled (0 to 1), how much there is to see in it (0 to 1), the distance
    of what lies straight ahead and of the nearest things."""

    filled: float
    detail: float
    distance: float
    near: float


def _sketch(view: View) -> Pinhole:
    scale = SKETCH_PX / max(view.pinhole.width_px, view.pinhole.height_px)
    return view.pinhole.resized(
        max(1, round(view.pinhole.width_px * scale)), max(1, round(view.pinhole.height_px * scale))
    )


@torch.no_grad()
def _look(scene: SplatScene, view: View) -> _Look:
    device = scene.means.device
    pictures, alphas, _ = rasterize(
        scene.means,
        scene.quats,
        scene.scales,
        scene.opacities,
        scene.sh,
        viewmats([view]).to(device),
        intrinsics([view]).to(device),
        view.pinhole.width_px,
        view.pinhole.height_px,
        sh_degree=scene.sh_degree,
        render_mode="RGB+ED",
    )
    picture, depth = pictures[0, ..., :3].cpu().numpy(), pictures[0, ..., 3].cpu().numpy()
    rows, columns = (slice(length // 3, length - length // 3) for length in depth.shape)
    return _Look(
        filled=float(alphas.mean()),
        detail=float(min(1.0, picture.mean(axis=2).std() / LIVELY)),
        distance=max(float(np.median(depth[rows, columns])), MIN_DISTANCE),
        near=float(np.quantile(depth, 0.1)),
    )


def _towards(view: View, middle: NDArray[np.float64]) -> float:
    """From 0.2 with the middle behind to 1 with the middle straight ahead."""
    away = middle - view.world_from_camera[:3, 3]
    cosine = float(view.world_from_camera[:3, 2] @ away / max(np.linalg.norm(away), 1e-9))
    return 0.6 + 0.4 * cosine


def _roomy(near: float) -> float:
    """From 0 with things before the lens to 1; `near` is in usual distances."""
    return min(1.0, near / CROWDED_SHARE)


def _uprightness(view: View) -> float:
    """1 for a camera held level, 0.2 for one on its side or worse."""
    return float(max(0.2, -view.world_from_camera[:3, 1] @ UP))


def _horizontal(view: View) -> float:
    """1 for a look at most 15 degrees up or down, less for steeper ones."""
    steepness = abs(float(view.world_from_camera[:3, 2] @ UP))
    return 1 - 0.8 * max(0.0, steepness - GENTLE)


def _company(views: Sequence[View]) -> NDArray[np.float64]:
    """For each view, from 0 to 1, how near the next few are in place and look."""
    apart = distances_apart(views)
    nearest = np.sort(apart, axis=1)[:, 1 : 1 + NEIGHBOURS]
    if nearest.shape[1] == 0:
        return np.ones(len(views))
    mean = nearest.mean(axis=1)
    return 1 / (1 + (mean / (2 * np.median(mean) + 1e-9)) ** 2)


def distances_apart(views: Sequence[View]) -> NDArray[np.float64]:
    """How different two views are (n, n): 1 for as far apart as half of all are, or for looks 60 degrees
    apart.
    """
    positions = np.stack([view.world_from_camera[:3, 3] for view in views])
    looks = np.stack([view.world_from_camera[:3, 2] for view in views])
    gaps = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    angles = np.arccos((looks @ looks.T).clip(-1, 1))
    return gaps / max(float(np.median(gaps)), 1e-9) + angles / np.radians(60)


def apart(candidates: Sequence[Vantage], count: int) -> list[Vantage]:
    """The best of the candidates, then, one after the other, the best that is apart from those chosen before."""
    distances = distances_apart([candidate.view for candidate in candidates])
    scores = np.array([candidate.score for candidate in candidates])
    chosen = [int(scores.argmax())]
    while len(chosen) < min(count, len(candidates)):
        nearest = distances[:, chosen].min(axis=1)
        worth = scores * np.minimum(nearest, FAR_APART)
        if worth.max() <= 0:
            break
        chosen.append(int(worth.argmax()))
    return [candidates[index] for index in chosen]
