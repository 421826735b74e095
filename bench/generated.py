"""Rooms of any number of splats, for figures at sizes that no captured scene here has.

Flat splats lie on the floor, the ceiling, four walls and a few balls, in colours of several frequencies; each leans,
stretches and shines a little at random, as trained splats do. Equal input gives equal scenes.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from splats.cameras import look_at
from splats.ply import write_ply
from splats.scene import SH_C0, SplatScene

SIDES_M = (8.0, 2.8, 6.0)
BALLS = 12
BALL_SHARE = 0.4
"""Share of the splats that lie on balls."""
CAMERAS = 32
WIDTH_PX, HEIGHT_PX, FOCAL_PX = 640, 480, 460.0

Floats = NDArray[np.float64]


def write_room(folder: Path, splats: int, sh_degree: int, seed: int = 0) -> None:
    """Writes `scene.ply` and `cameras.json` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_ply(folder / "scene.ply", room(splats, sh_degree, seed))
    (folder / "cameras.json").write_text(json.dumps(_cameras(), indent=1) + "\n", encoding="utf-8")


def room(splats: int, sh_degree: int, seed: int = 0) -> SplatScene:
    """The room as a scene; lengths in metres."""
    random = np.random.default_rng(seed)
    on_balls = round(BALL_SHARE * splats)
    walls, balls = _walls(splats - on_balls, random), _balls(on_balls, random)
    points, normals = (np.concatenate(pair) for pair in zip(walls, balls, strict=True))
    reach = math.sqrt(2 * math.prod(sorted(SIDES_M)[1:]) * 2 / splats) * 0.6
    sizes = np.log(reach) + random.normal(0, 0.35, (splats, 3)) + [0.0, 0.0, -2.0]
    return SplatScene(
        means=_tensor(points + 0.003 * random.normal(size=points.shape)),
        quats=_tensor(_leaning(normals, random)),
        log_scales=_tensor(sizes),
        opacity_logits=_tensor(random.normal(1.5, 1.5, splats)),
        sh=_tensor(_harmonics(points, normals, (sh_degree + 1) ** 2, random)),
    )


def _walls(count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Points (n, 3) on the box's sides, and normals into it."""
    side = random.integers(0, 6, count)
    axis, far, rows = side % 3, side // 3, np.arange(count)
    points = random.random((count, 3)) * SIDES_M
    points[rows, axis] = far * np.take(SIDES_M, axis)
    normals = np.zeros((count, 3))
    normals[rows, axis] = 1 - 2 * far
    return points, normals


def _balls(count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Points (n, 3) on balls that stand about on the floor, and normals out of them."""
    radii = random.uniform(0.15, 0.5, BALLS)
    middles = np.stack([random.uniform(1, 7, BALLS), radii, random.uniform(1, 5, BALLS)], 1)
    ball = random.integers(0, BALLS, count)
    normals = random.normal(size=(count, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return middles[ball] + radii[ball, None] * normals, normals


def _leaning(normals: Floats, random: np.random.Generator) -> Floats:
    """Quaternions (n, 4) wxyz whose third axis lies about along the normals, turned anyhow about it."""
    helper = random.normal(size=normals.shape)
    third = normals + 0.1 * random.normal(size=normals.shape)
    third /= np.linalg.norm(third, axis=1, keepdims=True)
    first = np.cross(helper, third)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    xyzw = Rotation.from_matrix(np.stack([first, np.cross(third, first), third], 2)).as_quat()
    return np.asarray(xyzw[:, [3, 0, 1, 2]])


def _harmonics(points: Floats, normals: Floats, count: int, random: np.random.Generator) -> Floats:
    """Coefficients (n, count, 3): patterns of the place, and a shine that follows the normal and some noise."""
    phases = np.array([0.0, 2.0, 4.0])
    waves = [
        np.sin(2**k * points.sum(1, keepdims=True) + 2**k * points[:, :1] + phases) / 2**k for k in (0, 2, 4)
    ]
    sh = np.zeros((len(points), count, 3))
    sh[:, 0] = (0.3 * np.sum(waves, axis=0) + 0.04 * random.normal(size=points.shape)) / SH_C0
    bands = np.arange(1, count)
    sh[:, 1:] = 0.05 * np.sin(bands + 3 * normals.sum(1, keepdims=True))[:, :, None]
    sh[:, 1:] += 0.03 * random.normal(size=sh[:, 1:].shape)
    return sh


def _tensor(values: Floats) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32))


def _cameras() -> dict[str, object]:
    """As `solve_poses` writes them: a walk round the room's middle, looking across it."""
    middle = np.array(SIDES_M) / 2
    images = []
    for index in range(CAMERAS):
        angle = 2 * math.pi * index / CAMERAS
        eye = middle + np.array([2.6 * math.cos(angle), 0.2, 1.8 * math.sin(angle)])
        pose = look_at(eye.tolist(), (middle - [0.0, 0.6, 0.0]).tolist())
        x, y, z, w = Rotation.from_matrix(pose[:3, :3]).as_quat().tolist()
        placed = {"rotation_wxyz": [w, x, y, z], "translation": eye.tolist()}
        name = f"{index:05}.png"
        images.append(
            {"image": name, "camera": "1", "time_s": None, "confidence": 1.0, "world_from_camera": placed}
        )
    return {
        "schema": 1,
        "scale_source": "reference",
        "cameras": {"1": _lens()},
        "images": images,
        "unplaced": [],
    }


def _lens() -> dict[str, object]:
    centre = [WIDTH_PX / 2, HEIGHT_PX / 2]
    return {
        "model": "PINHOLE",
        "params": {"fx": FOCAL_PX, "fy": FOCAL_PX, "cx": centre[0], "cy": centre[1]},
        "width_px": WIDTH_PX,
        "height_px": HEIGHT_PX,
        "focal_px": [FOCAL_PX, FOCAL_PX],
        "principal_point_px": centre,
        "distortion": {},
    }
