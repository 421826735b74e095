"""A level of detail, taught for a moment to stand for the splats that were left out."""

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from splats.scene import SplatScene
from training.backdrop import behind
from training.losses import photo_loss
from views.draw import see
from views.view import PhotoView

RATES = {"quats": 2e-3, "log_scales": 1e-2, "opacity_logits": 5e-2, "sh0": 5e-3, "higher": 2.5e-4}
"""Adam's first step sizes: a few times those that a training ends with, as there is little time and much to fill.

Higher harmonics hardly move: what they would learn in so few steps is noise, which compresses badly.
"""
MEANS_RATE = 2e-4
"""In shares of the distance that cameras usually see."""
LAST_RATE = 0.1
"""Share of the step size that is left at the end."""

Parts = Mapping[str, Tensor]


def refine(
    scene: SplatScene,
    views: Sequence[PhotoView],
    steps: int,
    distance: float,
    shell: SplatScene | None = None,
    seed: int = 0,
) -> SplatScene:
    """The scene after so many steps against photos that it may see; `distance`, in world units, is their
    usual one. The `shell` is behind it and stays as it is.
    """
    start = {"sh0": scene.sh[:, :1], "higher": scene.sh[:, 1:]}
    start |= {name: getattr(scene, name) for name in ("means", "quats", "log_scales", "opacity_logits")}
    learnt = learn(start, {"means": MEANS_RATE * distance, **RATES}, _scene, views, steps, shell, seed)
    return _scene(learnt)


def learn(
    start: Parts,
    rates: Mapping[str, float],
    scene_of: Callable[[Parts], SplatScene],
    views: Sequence[PhotoView],
    steps: int,
    shell: SplatScene | None,
    seed: int,
    steadiness: float = 0.0,
) -> Parts:
    """The parts of a scene after so many steps of Adam, each at its rate. `scene_of` puts them together.

    Adam moves what hardly shows as fast as what shows much, and mostly by chance. `steadiness`: gradients that are
    smaller than this share of the usual one at the beginning move their numbers by less.
    """
    if steps == 0:
        return start
    parts = {name: part.detach().clone().requires_grad_() for name, part in start.items()}
    groups = [{"params": [part], "lr": rates[name]} for name, part in parts.items()]
    optimizer = torch.optim.Adam(groups, eps=1e-15)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * step / steps)) / 2
    )
    for index in _shuffled(len(views), steps, seed):
        optimizer.zero_grad()
        _loss(scene_of(parts), shell, views[index]).backward()
        if steadiness and not optimizer.state:
            _steady(optimizer, steadiness)
        optimizer.step()
        schedule.step()
    return {name: part.detach() for name, part in parts.items()}


def _steady(optimizer: torch.optim.Adam, steadiness: float) -> None:
    """By the gradients of the first step."""
    for group in optimizer.param_groups:
        (part,) = group["params"]
        group["eps"] += steadiness * float(part.grad.square().mean().sqrt()) if part.numel() else 0.0


def _scene(parts: Parts) -> SplatScene:
    sh = torch.cat([parts["sh0"], parts["higher"]], 1)
    return SplatScene(parts["means"], parts["quats"], parts["log_scales"], parts["opacity_logits"], sh)


def _shuffled(count: int, steps: int, seed: int) -> list[int]:
    """Each view as often as every other, in an order that changes."""
    random = torch.Generator().manual_seed(seed)
    rounds = [torch.randperm(count, generator=random) for _ in range(-(-steps // count))]
    return [int(index) for index in torch.cat(rounds)[:steps]]


def _loss(scene: SplatScene, shell: SplatScene | None, view: PhotoView) -> Tensor:
    picture, _ = see(behind(scene, shell) if shell else scene, view.view)
    photo = torch.from_numpy(view.photo).to(picture.device, torch.float32) / 255
    return photo_loss(picture, photo)
