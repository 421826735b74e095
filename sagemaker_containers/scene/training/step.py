"""One training step: draw a view, compare it with its photo, move every splat a little."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from splats.cameras import intrinsics, viewmats
from splats.rasterize import rasterize
from training import schedule
from training.densify import NOISE_EVERY, REFINE_EVERY, notice, refine, shiver
from training.losses import photo_loss
from training.model import LEARNING_RATES, Model
from views.reading import smaller
from views.view import PhotoView

OPACITY_WEIGHT = 0.01
SCALE_WEIGHT = 0.01
"""Kheradmand et al. 2024, section 3.5 and gsplat's MCMC preset: times mean opacity and mean scale, so that
splats that nothing needs fade and shrink. Scale is measured in extents of the scene: the same in any unit."""


@dataclass(frozen=True, eq=False)
class Target:
    """A photo to match: (height, width, 3) float32 from 0 to 1 on the device; and its camera as tensors."""

    photo: Tensor
    viewmat: Tensor
    intrinsics: Tensor


@dataclass
class Targets:
    """The training photos, at the size that is asked for, kept as bytes until they are used."""

    views: Sequence[PhotoView]
    device: torch.device
    by_size: dict[int, list[PhotoView]] = field(default_factory=dict)

    def target(self, index: int, shrink: int) -> Target:
        """Photo `index`, `shrink` times smaller."""
        if shrink not in self.by_size:
            # Only one size is in use at a time, and photos are what fills the memory.
            self.by_size = {1: list(self.views)}
            self.by_size[shrink] = [
                smaller(view, math.ceil(long_side_px(view) / shrink)) for view in self.views
            ]
        view = self.by_size[shrink][index]
        return Target(
            torch.from_numpy(view.photo).to(self.device).float().div_(255),
            viewmats([view.view]).to(self.device),
            intrinsics([view.view]).to(self.device),
        )


def long_side_px(view: PhotoView) -> int:
    """Of the photo."""
    return max(view.view.pinhole.width_px, view.view.pinhole.height_px)


@dataclass(frozen=True)
class Rules:
    """What a run keeps to: its budget, its limits, and the extent of its scene in world units."""

    budget: schedule.Budget
    start_splats: int
    max_splats: int
    sh_degree: int
    extent: float


def step(model: Model, targets: Targets, rules: Rules) -> float:
    """Trains on one view; gives the mean squared error it had."""
    share = rules.budget.share(model.step, model.training_s)
    target = targets.target(model.next_view(len(targets.views)), schedule.shrink(share))
    picture, seen = drawn(model, target, schedule.sh_degree(share, rules.sh_degree))
    loss = photo_loss(picture, target.photo) + regularisation(model, rules.extent)
    loss.backward()
    notice(model, seen["means2d"].grad[0], seen["radii"][0], max(target.photo.shape[:2]))
    model.set_learning_rate("means", means_learning_rate(share, rules.extent))
    model.optimiser.step()
    model.optimiser.zero_grad()
    model.step += 1
    rearrange(model, share, rules)
    with torch.no_grad():
        return float((picture.clamp(0, 1) - target.photo).square().mean())


def drawn(model: Model, target: Target, sh_degree: int) -> tuple[Tensor, dict[str, Any]]:
    """The picture (height, width, 3) of the splats, with gradients, and what `rasterize` says of them."""
    splats = model.splats
    higher = splats["shN"][:, : (sh_degree + 1) ** 2 - 1]
    pictures, _, seen = rasterize(
        splats["means"],
        splats["quats"],
        splats["scales"].exp(),
        splats["opacities"].sigmoid(),
        torch.cat([splats["sh0"], higher], 1) if sh_degree else splats["sh0"],
        target.viewmat,
        target.intrinsics,
        target.photo.shape[1],
        target.photo.shape[0],
        sh_degree=sh_degree,
    )
    seen["means2d"].retain_grad()
    return pictures[0], seen


def regularisation(model: Model, extent: float) -> Tensor:
    """What is added to the loss for opacity and size."""
    opacity = model.splats["opacities"].sigmoid().mean()
    scale = model.splats["scales"].exp().mean() / extent
    return OPACITY_WEIGHT * opacity + SCALE_WEIGHT * scale


def means_learning_rate(share: float, extent: float) -> float:
    """In world units a step."""
    return LEARNING_RATES["means"] * extent * schedule.means_learning_rate_factor(share)


def rearrange(model: Model, share: float, rules: Rules) -> None:
    """Moves, adds and shivers splats where it is time."""
    if not schedule.refines(share):
        return
    if model.step % REFINE_EVERY == 0:
        refine(model, schedule.splat_count(share, rules.start_splats, rules.max_splats))
    if model.step % NOISE_EVERY == 0:
        shiver(model)
