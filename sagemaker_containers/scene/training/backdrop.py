"""What is behind everything: a ring of soft splats all round, in the colours that photos have in that direction.

Whoever looks past what was filmed would look into blackness. A shell of splats shows them the colours of what was
filmed nearest to it instead, blurred, as a guess that can't be taken for more. It lies behind the trained splats and
is no part of the training: there, backgrounds are random colours, so that nothing relies on what is behind it.
"""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from splats.ply import read_ply
from splats.scene import SH_C0, SplatScene, empty_scene
from training.stereo import rays
from views.reading import smaller
from views.view import PhotoView

NAME = "backdrop.ply"

SPLATS, SHARE = 600, 0.05
"""How many, and what part of all splats they are at most."""
REACH = 0.6
"""Standard deviation of a splat, in distances between neighbours: dense, and without visible dots."""
OPACITY = 0.98
THICKNESS = 0.05
"""Of a splat's reach."""
BEYOND = 1.2
FARTHEST_SHARE = 0.999
"""The shell is this many times as far off as this share of the splats, so that it hides hardly any."""

SAMPLED_SIDE_PX = 32
NEAREST = 48
SOFTNESS_RAD = 0.05
"""Colours are means of the nearest samples, by the inverse fourth power of the angle beyond this one."""


def backdrop_size(max_splats: int) -> int:
    """How many of the splats that are allowed belong to the backdrop."""
    return min(SPLATS, round(SHARE * max_splats))


def backdrop(scene: SplatScene, views: Sequence[PhotoView], count: int) -> SplatScene:
    """The shell round a scene that photos of these views show, with harmonics of the scene's degree, on its device."""
    middle = np.mean([view.position for view in views], 0)
    distances = (scene.means - torch.from_numpy(middle).to(scene.means)).norm(dim=1)
    radius = BEYOND * float(np.quantile(distances.cpu().numpy(), FARTHEST_SHARE))
    outwards = directions(count)
    colours = torch.from_numpy(colours_towards(outwards, views))
    reach = REACH * radius * np.sqrt(4 * np.pi / count)
    scales = torch.tensor([reach, reach, THICKNESS * reach]).log()
    sh = torch.zeros(count, scene.sh.shape[1], 3)
    sh[:, 0] = (colours - 0.5) / SH_C0
    return SplatScene(
        means=torch.from_numpy((middle + radius * outwards).astype(np.float32)),
        quats=torch.from_numpy(_facing(outwards)),
        log_scales=scales.to(torch.float32).repeat(count, 1),
        opacity_logits=torch.full((count,), OPACITY).logit(),
        sh=sh,
    ).to(scene.means.device)


def behind(scene: SplatScene, shell: SplatScene) -> SplatScene:
    """The scene with the shell; the shell's splats are the last ones."""
    parts = ((getattr(scene, field.name), getattr(shell, field.name)) for field in fields(SplatScene))
    return SplatScene(*(torch.cat(pair) for pair in parts))


def read_backdrop(model: Path, scene: SplatScene) -> SplatScene:
    """What `train_splats` put where no photo of this scene of the folder's looked, on its device; nothing, of older
    models.
    """
    path = model / NAME
    if not path.exists():
        return empty_scene(scene.sh_degree).to(scene.means.device)
    return read_ply(path).with_sh_degree(scene.sh_degree).to(scene.means.device)


def directions(count: int) -> NDArray[np.float64]:
    """Unit vectors (count, 3) that lie evenly on a sphere: a Fibonacci lattice."""
    index = np.arange(count) + 0.5
    height = 1 - 2 * index / count
    angle = np.pi * (1 + np.sqrt(5)) * index
    across = np.sqrt(1 - height**2)
    return np.stack([across * np.cos(angle), height, across * np.sin(angle)], 1)


def colours_towards(outwards: NDArray[np.float64], views: Sequence[PhotoView]) -> NDArray[np.float32]:
    """Colours (n, 3), 0 to 1, that photos have in these directions (n, 3), or nearest to them."""
    seen, colours = _samples(views)
    apart, nearest = (np.asarray(part) for part in cKDTree(seen).query(outwards, min(NEAREST, len(seen))))
    weights = 1 / (apart**2 + SOFTNESS_RAD**2) ** 2
    weights /= weights.sum(1, keepdims=True)
    return np.asarray((weights[..., None] * colours[nearest]).sum(1), np.float32)


def _samples(views: Sequence[PhotoView]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Directions in the world (n, 3), unit vectors, and colours (n, 3) of the photos' pixels, when they are tiny."""
    seen, colours = [], []
    for view in views:
        tiny = smaller(view, SAMPLED_SIDE_PX)
        away = rays(tiny.view.pinhole).reshape(-1, 3) @ tiny.view.world_from_camera[:3, :3].T
        seen.append(away / np.linalg.norm(away, axis=1, keepdims=True))
        colours.append(tiny.photo.reshape(-1, 3) / 255)
    return np.concatenate(seen), np.concatenate(colours)


def _facing(outwards: NDArray[np.float64]) -> NDArray[np.float32]:
    """Quaternions (n, 4) wxyz that turn the z axis into these directions."""
    turned = np.concatenate([1 + outwards[:, 2:], -outwards[:, 1:2], outwards[:, :1], 0 * outwards[:, :1]], 1)
    return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), np.float32)
