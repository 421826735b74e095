"""Surfaces that no photo shows but that must be there, made of soft splats in the colours round them.

A wall of which only the end was filmed has sides. Whoever steps aside would look through them, at what stands behind,
in streaks. Where hidden space borders on empty space (hidden_space.py) splats are put in the colours of what is seen
nearest: a guess, blurred, as the backdrop is one. Those are kept that would show most to somebody who stands a step
aside of where photos were taken; then they learn not to show in the photos, and go where they can't help it. The
trained splats stay as they are.
"""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from torch import Tensor

from optimizing.levels import evenly
from optimizing.visibility import blending_weights
from splats.cameras import View
from splats.scene import SH_C0, SplatScene, empty_scene
from training.backdrop import behind
from training.course import psnr
from training.hidden_space import Grid, grid_round, hidden_borders
from training.losses import photo_loss
from training.start import extent
from training.stereo import DepthMap, rays
from views.draw import see
from views.reading import smaller
from views.view import PhotoView

SPLATS, SHARE = 3_000, 0.05
"""How many, and what part of all splats they are at most."""
VIEWS = 64
DEPTHS_SIDE_PX, LOOKS_SIDE_PX, FITTED_SIDE_PX = 160, 200, 320
"""How many photos are asked, and at which size."""
OPAQUE = 0.5
"""Where alpha is less, no depth is known."""
COLOURED_EVERY = 3
NEAREST = 24
"""Colours are means of so many seen places, of every third pixel, by the inverse square of their distances."""
REACH = 0.7
"""Standard deviation of a splat, in cells."""
OPACITY, LEAST_OPACITY = 0.9, 0.05
LOOKS, ASIDE = 64, 0.2
"""How many looks decide, and how far aside they are: a standard deviation, in extents of the cameras."""
LEAST_SHOWN_PX = 1.0
"""Over all looks together."""
FIT_STEPS = 75
JUDGING_PHOTOS, JUDGED_SIDE_PX = 24, 640
MOST_LOST_DB, ROUNDS = 0.05, 4
"""What photos may lose by them on average; and how often those go that cost most, before all go."""
RATES = {"means": 0.03, "log_scales": 0.03, "opacity_logits": 0.2, "sh": 0.01}
"""A step; that of means in cells."""


def hidden_size(max_splats: int) -> int:
    """How many of the splats that are allowed may belong to hidden surfaces."""
    return min(SPLATS, round(SHARE * max_splats))


def hidden_surfaces(scene: SplatScene, photos: Sequence[PhotoView], most: int, seed: int) -> SplatScene:
    """Splats, at most so many, on hidden surfaces of a scene, with its backdrop, that was trained on these photos."""
    asked = evenly(photos, VIEWS)
    maps, colours = _seen(scene, asked)
    places = np.concatenate([_places(depth_map) for depth_map in maps])
    if len(places) == 0 or most == 0:
        return empty_scene(scene.sh_degree).to(scene.means.device)
    grid = grid_round(places, np.array([photo.position for photo in asked]))
    middles = grid.middles(hidden_borders(grid, maps))
    soft = _soft(middles, _coloured(middles, places, colours, grid), grid, scene)
    random = np.random.default_rng(seed)
    shown = _most_shown(scene, soft, asked, most, random)
    return _harmless(scene, _fitted(scene, shown, asked, grid, random), photos)


@torch.no_grad()
def _seen(scene: SplatScene, photos: Sequence[PhotoView]) -> tuple[list[DepthMap], NDArray[np.float32]]:
    """What the scene's pictures show: how far away it is, and the colours (n, 3) of all places, in `_places`' order."""
    maps, colours = [], []
    for photo in photos:
        view = smaller(photo, DEPTHS_SIDE_PX).view
        picture, alpha = (found.cpu().numpy() for found in see(scene, view, "RGB+ED"))
        depths = np.where(alpha[..., 0] >= OPAQUE, picture[..., 3], np.float32(0))
        maps.append(DepthMap(depths, view.pinhole, view.world_from_camera))
        colours.append(picture[..., :3].clip(0, 1)[depths > 0][::COLOURED_EVERY])
    return maps, np.concatenate(colours)


def _places(depth_map: DepthMap) -> NDArray[np.float32]:
    """Where in the world (n, 3) every third pixel lies whose depth is known."""
    pose = depth_map.world_from_camera
    away = (rays(depth_map.pinhole) * depth_map.depths[..., None])[depth_map.depths > 0][::COLOURED_EVERY]
    return np.asarray(away @ pose[:3, :3].T + pose[:3, 3], np.float32)


def _coloured(
    middles: NDArray[np.float32], places: NDArray[np.float32], colours: NDArray[np.float32], grid: Grid
) -> NDArray[np.float32]:
    """Colours (n, 3) of what is seen nearest to the middles."""
    apart, nearest = (np.asarray(part) for part in cKDTree(places).query(middles, min(NEAREST, len(places))))
    weights = 1 / (apart**2 + grid.size**2)
    weights /= weights.sum(1, keepdims=True)
    return np.asarray((weights[..., None] * colours[nearest]).sum(1), np.float32)


def _soft(
    middles: NDArray[np.float32], colours: NDArray[np.float32], grid: Grid, scene: SplatScene
) -> SplatScene:
    """Round splats there, with harmonics of the scene's degree, on its device."""
    count = len(middles)
    sh = torch.zeros(count, scene.sh.shape[1], 3)
    sh[:, 0] = (torch.from_numpy(colours) - 0.5) / SH_C0
    return SplatScene(
        means=torch.from_numpy(middles),
        quats=torch.tensor([[1.0, 0.0, 0.0, 0.0]]).repeat(count, 1),
        log_scales=torch.full((count, 3), REACH * grid.size).log(),
        opacity_logits=torch.full((count,), OPACITY).logit(),
        sh=sh,
    ).to(scene.means.device)


def _most_shown(
    scene: SplatScene,
    soft: SplatScene,
    photos: Sequence[PhotoView],
    most: int,
    random: np.random.Generator,
) -> SplatScene:
    """Those that show most to who stands near where one photo was taken and looks as another does."""
    both = behind(soft, scene)
    shown = torch.zeros_like(soft.opacity_logits)
    for _ in range(LOOKS):
        stands, looks = (photos[index] for index in random.integers(len(photos), size=2))
        eye = stands.position + ASIDE * extent(photos) * random.standard_normal(3)
        shown += blending_weights(both, _look(eye, looks.view))[: len(soft)]
    chosen = shown.argsort(descending=True, stable=True)[:most].sort().values
    return soft.select(chosen[shown[chosen] > LEAST_SHOWN_PX])


def _look(eye: NDArray[np.float64], looks: View) -> View:
    pose = looks.world_from_camera.copy()
    pose[:3, 3] = eye
    scale = min(1.0, LOOKS_SIDE_PX / max(looks.pinhole.width_px, looks.pinhole.height_px))
    width_px, height_px = (
        max(1, round(scale * side)) for side in (looks.pinhole.width_px, looks.pinhole.height_px)
    )
    return View(looks.name, looks.pinhole.resized(width_px, height_px), pose)


def _fitted(
    scene: SplatScene,
    soft: SplatScene,
    photos: Sequence[PhotoView],
    grid: Grid,
    random: np.random.Generator,
) -> SplatScene:
    """The same after some steps in which photos push away what stands before what they show."""
    learnt = {name: getattr(soft, name).clone().requires_grad_() for name in RATES}
    rates = RATES | {"means": RATES["means"] * grid.size}
    optimiser = torch.optim.Adam([{"params": [learnt[name]], "lr": rates[name]} for name in RATES], eps=1e-15)
    small = [smaller(photo, FITTED_SIDE_PX) for photo in photos]
    order = np.concatenate([random.permutation(len(small)) for _ in range(-(-FIT_STEPS // len(small)))])
    for index in order[:FIT_STEPS]:
        picture, _ = see(behind(_with(soft, learnt), scene), small[index].view)
        photo = torch.from_numpy(small[index].photo).to(picture.device).float().div_(255)
        photo_loss(picture, photo).backward()
        optimiser.step()
        optimiser.zero_grad()
    fitted = _with(soft, {name: tensor.detach() for name, tensor in learnt.items()})
    return fitted.select((fitted.opacities > LEAST_OPACITY).nonzero()[:, 0])


def _harmless(scene: SplatScene, soft: SplatScene, photos: Sequence[PhotoView]) -> SplatScene:
    """What is left when, as long as photos lose by them, those go that photos would rather see fainter."""
    judging = [smaller(photo, JUDGED_SIDE_PX) for photo in evenly(photos, JUDGING_PHOTOS)]
    alone_db, _ = _judged(scene, soft.select(torch.arange(0, device=soft.means.device)), judging)
    for _ in range(ROUNDS):
        found_db, by_opacity = _judged(scene, soft, judging)
        if alone_db - found_db <= MOST_LOST_DB:
            return soft
        soft = soft.select((by_opacity <= 0).nonzero()[:, 0])
    return empty_scene(scene.sh_degree).to(scene.means.device)


def _judged(scene: SplatScene, soft: SplatScene, photos: Sequence[PhotoView]) -> tuple[float, Tensor]:
    """Mean PSNR of the photos, and the gradients (n,) of their loss by the soft splats' opacities."""
    opacity = soft.opacity_logits.clone().requires_grad_()
    decibels = 0.0
    for view in photos:
        picture, _ = see(behind(_with(soft, {"opacity_logits": opacity}), scene), view.view)
        photo = torch.from_numpy(view.photo).to(picture.device).float().div_(255)
        photo_loss(picture, photo).backward()
        decibels += psnr(float((picture.detach().clamp(0, 1) - photo).square().mean()))
    assert opacity.grad is not None
    return decibels / len(photos), opacity.grad


def _with(soft: SplatScene, learnt: dict[str, Tensor]) -> SplatScene:
    return SplatScene(
        **{field.name: learnt.get(field.name, getattr(soft, field.name)) for field in fields(SplatScene)}
    )
