"""One training step: draw a view, compare it with its photo, move every splat a little."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from splats.rasterize import rasterize
from training import schedule
from training.corrections import POSES_FROM
from training.losses import bend_loss, depth_loss, photo_loss
from training.model import LEARNING_RATES, Model
from training.strategies.pulls import notice
from training.strategies.strategy import Limits, Strategy
from training.targets import Target, Targets

BEND_WEIGHT = 0.05
"""Of the loss for depths that are no planes, chosen by other held-out photos (bench/README.md)."""

OPACITY_WEIGHT = 0.01
SCALE_WEIGHT = 0.01
"""Kheradmand et al. 2024, section 3.5 and gsplat's MCMC preset: times mean opacity and mean scale, so that
splats that nothing needs fade and shrink. Scale is measured in extents of the scene: the same in any unit."""


@dataclass(frozen=True)
class Rules:
    """What a run keeps to. Extents and sizes are in world units."""

    budget: schedule.Budget
    limits: Limits
    strategy: Strategy
    sh_degree: int
    exposure: bool
    poses: bool


def step(model: Model, targets: Targets, rules: Rules, share: float) -> float:
    """Trains on one view, with `share` of the budget spent; gives the mean squared error it had."""
    target = targets.target(model.next_view(len(targets.views)), schedule.shrink(share))
    drawn = draw(model, target, share, rules)
    loss = photo_loss(drawn.picture, target.photo) + geometry_loss(drawn, target, share)
    loss = loss + regularisation(model, rules.limits.extent)
    loss.backward()
    notice(model, drawn.seen["means2d"].grad[0], drawn.seen["radii"][0], max(target.photo.shape[:2]))
    learn(model, share, rules)
    model.step += 1
    rules.strategy.rearrange(model, share, rules.limits)
    with torch.no_grad():
        return float((drawn.picture.clamp(0, 1) - target.photo).square().mean())


@dataclass(frozen=True, eq=False)
class Drawn:
    """Picture (height, width, 3), expected depths and alphas (height, width), with gradients, and what
    `rasterize` says of the splats.
    """

    picture: Tensor
    depths: Tensor
    alphas: Tensor
    seen: dict[str, Any]


def draw(model: Model, target: Target, share: float, rules: Rules) -> Drawn:
    """The splats as the target's photo should show them."""
    splats = model.splats
    sh_degree = schedule.sh_degree(share, rules.sh_degree)
    higher = splats["shN"][:, : (sh_degree + 1) ** 2 - 1]
    moved = rules.poses and share >= POSES_FROM
    pictures, alphas, seen = rasterize(
        splats["means"],
        splats["quats"],
        splats["scales"].exp(),
        splats["opacities"].sigmoid(),
        torch.cat([splats["sh0"], higher], 1) if sh_degree else splats["sh0"],
        model.corrections.viewmat(target.viewmat, target.index) if moved else target.viewmat,
        target.intrinsics,
        target.photo.shape[1],
        target.photo.shape[0],
        sh_degree=sh_degree,
        backgrounds=torch.rand(1, 3, generator=model.generator, device=model.device),
        render_mode="RGB+ED",
    )
    seen["means2d"].retain_grad()
    picture = pictures[0, ..., :3]
    if rules.exposure:
        picture = model.corrections.exposed(picture, target.index)
    return Drawn(picture, pictures[0, ..., -1], alphas[0, ..., 0], seen)


def geometry_loss(drawn: Drawn, target: Target, share: float) -> Tensor:
    """What is added for depths: they should be those that are known, and else those of planes."""
    bent = BEND_WEIGHT * bend_loss(drawn.depths, drawn.alphas, target.photo)
    if len(target.depths) == 0:
        return bent
    return bent + schedule.depth_weight(share) * depth_loss(drawn.depths, drawn.alphas, target)


def learn(model: Model, share: float, rules: Rules) -> None:
    """Moves splats and corrections along their gradients."""
    model.set_learning_rate("means", means_learning_rate(share, rules.limits.extent))
    for name in ("quats", "scales", "opacities", "sh0", "shN"):
        model.set_learning_rate(name, LEARNING_RATES[name] * schedule.learning_rate_factor(share))
    model.optimiser.step()
    model.optimiser.zero_grad()
    if rules.exposure or rules.poses:
        model.corrections.learn(share)


def regularisation(model: Model, extent: float) -> Tensor:
    """What is added to the loss for opacity and size, and for corrections."""
    opacity = model.splats["opacities"].sigmoid().mean()
    scale = model.splats["scales"].exp().mean() / extent
    return OPACITY_WEIGHT * opacity + SCALE_WEIGHT * scale + model.corrections.prior()


def means_learning_rate(share: float, extent: float) -> float:
    """In world units a step."""
    return LEARNING_RATES["means"] * extent * schedule.means_learning_rate_factor(share)
