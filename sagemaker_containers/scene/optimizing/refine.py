"""A level of detail, taught for a moment to stand for the splats that were left out."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from splats.cameras import intrinsics, viewmats
from splats.rasterize import rasterize
from splats.scene import SplatScene
from training.losses import photo_loss
from views.view import PhotoView

RATES = {"quats": 2e-3, "log_scales": 1e-2, "opacity_logits": 5e-2, "sh": 5e-3}
"""Adam's first step sizes, a few times those that a training ends with: there is little time, and much to
fill.
"""
MEANS_RATE = 2e-4
"""In shares of the distance that cameras usually see."""
LAST_RATE = 0.1
"""Share of the step size that is left at the end."""


def refine(
    scene: SplatScene, views: Sequence[PhotoView], steps: int, distance: float, seed: int = 0
) -> SplatScene:
    """The scene after so many steps against photos that it may see; `distance`, in world units, is their
    usual one.
    """
    if steps == 0:
        return scene
    parts: dict[str, Tensor] = {
        name: getattr(scene, name).detach().clone().requires_grad_() for name in ("means", *RATES)
    }
    rates = {"means": MEANS_RATE * distance, **RATES}
    groups = [{"params": [part], "lr": rates[name]} for name, part in parts.items()]
    optimizer = torch.optim.Adam(groups, eps=1e-15)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * step / steps)) / 2
    )
    for index in _shuffled(len(views), steps, seed):
        optimizer.zero_grad()
        _loss(SplatScene(**parts), views[index]).backward()
        optimizer.step()
        schedule.step()
    return SplatScene(**{name: part.detach() for name, part in parts.items()})


def _shuffled(count: int, steps: int, seed: int) -> list[int]:
    """Each view as often as every other, in an order that changes."""
    random = torch.Generator().manual_seed(seed)
    rounds = [torch.randperm(count, generator=random) for _ in range(-(-steps // count))]
    return [int(index) for index in torch.cat(rounds)[:steps]]


def _loss(scene: SplatScene, view: PhotoView) -> Tensor:
    device = scene.means.device
    pictures, _, _ = rasterize(
        scene.means,
        scene.quats,
        scene.scales,
        scene.opacities,
        scene.sh,
        viewmats([view.view]).to(device),
        intrinsics([view.view]).to(device),
        view.view.pinhole.width_px,
        view.view.pinhole.height_px,
        sh_degree=scene.sh_degree,
    )
    photo = torch.from_numpy(view.photo).to(device, torch.float32) / 255
    return photo_loss(pictures[0], photo)
