"""Which of the capture's cameras are good places to look from.

A picture is worth showing where it shows what the photos know, where it takes in much of the place and looks towards
its middle, about level, with some room before the nearest thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from splats.cameras import View, look_at
from splats.scene import SplatScene
from views.draw import see

UP = np.array([0.0, 1.0, 0.0])
SKETCH_PX = 120
"""Long side of the sketches that places are judged by."""
STEEPEST = 0.9
"""Sine of the steepest look up or down that can be levelled without turning on the spot."""
CROWDED_SHARE = 0.25
"""Nearer than this share of the usual distance, something stands in the way."""
ENOUGH_PHOTOS = 3
"""So many must have looked at a thing for its splats to be trusted."""
KNOWN_MATTERS = 6
"""Power of the known share of a picture: one with a tenth unknown counts half."""
COUNTED_SPLATS = 5000
EVERY = (slice(1, None, 3), slice(1, None, 3))
"""The pixels of a sketch that are looked for in the photos' frames."""
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


def vantages(
    scene: SplatScene, frames: Sequence[View], photos: Sequence[View], middle: NDArray[np.float64]
) -> list[Vantage]:
    """Every frame, levelled and judged. `photos` are where the capture looked; `middle` (3,) is the place's."""
    level = [View(frame.name, frame.pinhole, levelled(frame.world_from_camera)) for frame in frames]
    looks = [_look(scene, _sketch(view), photos) for view in level]
    usual = float(np.median([look.distance for look in looks]))
    return [
        Vantage(
            view,
            view.world_from_camera[:3, 3] + look.distance * view.world_from_camera[:3, 2],
            look.known**KNOWN_MATTERS
            * look.overview
            * look.detail
            * _towards(view, middle)
            * _roomy(look.near / usual)
            * _uprightness(frame)
            * _horizontal(view),
        )
        for frame, view, look in zip(frames, level, looks, strict=True)
    ]


@dataclass(frozen=True)
class _Look:
    """What a sketch says of a frame.

    known: how much of it shows what enough photos looked at; overview: how much of the place it takes in; detail:
    how much there is to see; all from 0 to 1. Distance of what lies straight ahead, and of the nearest things, in
    world units.
    """

    known: float
    overview: float
    detail: float
    distance: float
    near: float


def _sketch(view: View) -> View:
    lens = view.pinhole
    scale = SKETCH_PX / max(lens.width_px, lens.height_px)
    small = lens.resized(max(1, round(lens.width_px * scale)), max(1, round(lens.height_px * scale)))
    return View(view.name, small, view.world_from_camera)


@torch.no_grad()
def _look(scene: SplatScene, view: View, photos: Sequence[View]) -> _Look:
    seen, alpha = see(scene, view, "RGB+ED")
    picture, depth = seen[..., :3].cpu().numpy(), seen[..., 3].cpu().numpy()
    rows, columns = (slice(length // 3, length - length // 3) for length in depth.shape)
    every = max(1, len(scene) // COUNTED_SPLATS)
    counted = scene.means[::every].cpu().numpy().astype(np.float64)
    return _Look(
        overview=float(_in_frame(view, counted).mean()),
        known=float((alpha[..., 0].cpu().numpy()[EVERY] * _known(view, depth, photos)).mean()),
        detail=float(min(1.0, picture.mean(axis=2).std() / LIVELY)),
        distance=max(float(np.median(depth[rows, columns])), MIN_DISTANCE),
        near=float(np.quantile(depth, 0.1)),
    )


def _towards(view: View, middle: NDArray[np.float64]) -> float:
    """From 0.2 with the middle behind to 1 with the middle straight ahead."""
    away = middle - view.world_from_camera[:3, 3]
    cosine = float(view.world_from_camera[:3, 2] @ away) / max(float(np.linalg.norm(away)), 1e-9)
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


def _known(view: View, depth: NDArray[np.float32], photos: Sequence[View]) -> NDArray[np.bool_]:
    """Which of every few pixels show something that enough photos had in their frame."""
    rows, columns = np.indices(depth.shape)[:, EVERY[0], EVERY[1]] + 0.5
    depth = depth[EVERY]
    (focal_x, focal_y), (middle_x, middle_y) = view.pinhole.focal_px, view.pinhole.principal_point_px
    rays = np.stack([(columns - middle_x) / focal_x, (rows - middle_y) / focal_y, np.ones_like(rows)], -1)
    pose = view.world_from_camera
    points = (rays * depth[..., None]).reshape(-1, 3) @ pose[:3, :3].T + pose[:3, 3]
    count = sum(
        (_in_frame(photo, points).astype(np.int64) for photo in photos), np.zeros(len(points), np.int64)
    )
    return (count >= min(ENOUGH_PHOTOS, len(photos))).reshape(depth.shape)


def _in_frame(photo: View, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points (n, 3) of the world lie before the camera and inside its picture."""
    pose, lens = photo.world_from_camera, photo.pinhole
    x, y, z = ((points - pose[:3, 3]) @ pose[:3, :3]).T
    ahead = z > MIN_DISTANCE
    depth = np.where(ahead, z, 1)
    column = x / depth * lens.focal_px[0] + lens.principal_point_px[0]
    row = y / depth * lens.focal_px[1] + lens.principal_point_px[1]
    inside = (column >= 0) & (column <= lens.width_px) & (row >= 0) & (row <= lens.height_px)
    return np.asarray(ahead & inside, np.bool_)


def distances_apart(views: Sequence[View]) -> NDArray[np.float64]:
    """How different two views are (n, n): 1 for as far apart as half of all are, or for looks 60 degrees
    apart.
    """
    positions = np.stack([view.world_from_camera[:3, 3] for view in views])
    looks = np.stack([view.world_from_camera[:3, 2] for view in views])
    gaps = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    angles = np.arccos((looks @ looks.T).clip(-1, 1))
    return np.asarray(gaps / max(float(np.median(gaps)), 1e-9) + angles / np.radians(60))


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
