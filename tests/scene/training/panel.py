"""A blue panel before a red wall, filmed from the front: no photo shows what is behind the panel."""

import numpy as np
import torch

from splats.cameras import Pinhole, View, look_at
from splats.scene import SH_C0, SplatScene
from training.backdrop import behind
from views.draw import draw
from views.view import Photo, PhotoView

PINHOLE = Pinhole(96, 72, (80.0, 80.0), (48.0, 36.0))
PANEL_HALF, PANEL_Z, WALL_HALF, WALL_Z = 0.5, 2.0, 3.0, 4.0
BLUE, RED = (0.1, 0.2, 0.9), (0.9, 0.1, 0.1)
GRAIN = 0.03
EYES = [(-1.0, 0.0, 0.0), (-0.4, 0.1, 0.0), (0.4, -0.1, 0.0), (1.0, 0.0, 0.0)]


def panel_and_wall() -> SplatScene:
    """Both upright, facing -z."""
    return behind(_square(PANEL_HALF, PANEL_Z, 24, BLUE), _square(WALL_HALF, WALL_Z, 48, RED))


def photos(scene: SplatScene) -> list[PhotoView]:
    """From the front, as grainy as photos are."""
    random = np.random.default_rng(0)
    clean = [photo(scene, eye, (eye[0], eye[1], 1.0)) for eye in EYES]
    return [PhotoView(each.view, _grainy(each.photo, random)) for each in clean]


def photo(scene: SplatScene, eye: tuple[float, ...], target: tuple[float, ...]) -> PhotoView:
    view = View(f"{eye}.jpg", PINHOLE, look_at(eye, target))
    return PhotoView(view, np.rint(draw(scene, view) * 255).astype(np.uint8))


def _grainy(picture: Photo, random: np.random.Generator) -> Photo:
    noisy = picture + 255 * GRAIN * random.standard_normal(picture.shape)
    return np.rint(noisy.clip(0, 255)).astype(np.uint8)


def _square(half: float, z: float, across: int, colour: tuple[float, ...]) -> SplatScene:
    places = (torch.arange(across) + 0.5) / across * 2 * half - half
    x, y = torch.meshgrid(places, places, indexing="ij")
    count, size = across**2, 0.7 * 2 * half / across
    return SplatScene(
        means=torch.stack([x.reshape(-1), y.reshape(-1), torch.full((count,), z)], 1),
        quats=torch.tensor([[1.0, 0.0, 0.0, 0.0]]).repeat(count, 1),
        log_scales=torch.tensor([size, size, 0.01]).log().repeat(count, 1),
        opacity_logits=torch.full((count,), 5.0),
        sh=((torch.tensor(colour) - 0.5) / SH_C0).repeat(count, 1, 1),
    )
