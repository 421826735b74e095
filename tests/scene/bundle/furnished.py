"""A furnished room that is known exactly: flat splats on the faces of boxes, and a walk around the table."""

import json
import math
from pathlib import Path

import numpy as np
import torch

from optimizing.bounds import Box
from optimizing.level_file import LevelFile, MadeLevel, Trained, write_levels
from splats.cameras import Pinhole, View, look_at
from splats.scene import SplatScene
from splats.sog import write_sog
from tests.scene.room import _cameras

WIDTH_M, DEPTH_M, HEIGHT_M = 5.0, 4.0, 2.4
Span = tuple[float, float, float, float]
FURNITURE: dict[str, tuple[Span, float]] = {
    "table": ((2.0, 3.0, 1.6, 2.4), 0.75),
    "sofa": ((0.0, 0.8, 1.0, 3.0), 0.6),
    "shelf": ((3.6, 4.8, 0.0, 0.4), 1.6),
}
"""(x from, x to, z from, z to), and height; metres."""
EVERY_M = 0.09


def furnished() -> SplatScene:
    """Floor, four walls and the furniture's sides and tops."""
    faces = [_face((0, 0, 0), (WIDTH_M, 0, 0), (0, 0, DEPTH_M))]
    faces += _sides((0.0, WIDTH_M, 0.0, DEPTH_M), HEIGHT_M)
    for (x0, x1, z0, z1), height in FURNITURE.values():
        faces += _sides((x0, x1, z0, z1), height)
        faces.append(_face((x0, height, z0), (x1 - x0, 0, 0), (0, 0, z1 - z0)))
    means = torch.tensor(np.concatenate([face for face, _ in faces]), dtype=torch.float32)
    thin = torch.cat([torch.full((len(face),), axis) for face, axis in faces])
    log_scales = torch.full((len(means), 3), math.log(0.6 * EVERY_M))
    log_scales[torch.arange(len(means)), thin] = math.log(0.004)
    return SplatScene(
        means=means,
        quats=torch.tensor([1.0, 0, 0, 0]).repeat(len(means), 1),
        log_scales=log_scales,
        opacity_logits=torch.full((len(means),), 5.0),
        sh=(torch.sin(3 * means) * 0.8)[:, None, :],
    )


def _sides(span: Span, height: float) -> list[tuple[np.ndarray, int]]:
    x0, x1, z0, z1 = span
    across, along, up = (x1 - x0, 0, 0), (0, 0, z1 - z0), (0, height, 0)
    return [
        _face((x0, 0, z0), across, up),
        _face((x0, 0, z1), across, up),
        _face((x0, 0, z0), along, up),
        _face((x1, 0, z0), along, up),
    ]


def _face(
    corner: tuple[float, ...], one: tuple[float, ...], other: tuple[float, ...]
) -> tuple[np.ndarray, int]:
    """Middles of splats on a rectangle, and the axis that it is thin along."""
    steps = [(np.arange(n := math.ceil(max(side) / EVERY_M)) + 0.5) / n * 1.0 for side in (one, other)]
    u, v = (grid.reshape(-1, 1) for grid in np.meshgrid(*steps))
    axis = next(axis for axis in range(3) if one[axis] == 0 and other[axis] == 0)
    return np.asarray(corner) + u * np.asarray(one) + v * np.asarray(other), axis


def walk(count: int = 28) -> list[View]:
    """Round the table at eye height, looking ahead and down, and once back over the shoulder."""
    lens = Pinhole(320, 240, (230.0, 230.0), (160.0, 120.0))
    views = []
    for number in range(count):
        angle = 2 * math.pi * number / count
        eye = (2.5 + 1.3 * math.cos(angle), 1.6, 2.0 + 1.1 * math.sin(angle))
        ahead = angle + (math.pi / 2 if number % 2 else -2.2)
        views.append(
            View(
                f"{number:05}.png",
                lens,
                look_at(eye, (eye[0] + 2 * math.cos(ahead), 0.5, eye[2] + 2 * math.sin(ahead))),
            )
        )
    return views


def save_poses(folder: Path, scale_source: str = "reference") -> Path:
    """The walk's cameras as solve_poses would have left them."""
    folder.mkdir(parents=True, exist_ok=True)
    document = _cameras(walk()) | {"scale_source": scale_source}
    (folder / "cameras.json").write_text(json.dumps(document))
    return folder


def save_package_inputs(folder: Path) -> Path:
    """What `package_tour` reads: one level of the room, as if photos had judged it, and the walk's cameras."""
    scene, levels = furnished(), folder / "scene" / "levels"
    levels.mkdir(parents=True)
    write_sog(levels / "full.sog", scene)
    box = Box((0.0, 0.0, 0.0), (WIDTH_M, HEIGHT_M, DEPTH_M))
    size = (levels / "full.sog").stat().st_size
    level = MadeLevel("full", "levels/full.sog", len(scene), 0, size, 30.0, 0.9, 0.1)
    trained = Trained(len(scene), 30.1, 0.9)
    write_levels(folder / "scene", LevelFile(box, box, 320, ("00003.png",), trained, {}, (level,)))
    save_poses(folder / "poses")
    return folder
