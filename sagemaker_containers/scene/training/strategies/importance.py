"""Splats that no photo shows: behind walls, beside the pictures, too small to matter. They make room for others."""

from collections.abc import Sequence

import torch
from torch import Tensor

from optimizing.levels import evenly
from optimizing.visibility import blending_weights
from splats.cameras import View
from splats.scene import SplatScene
from training.model import Model

JUDGED_AT = (0.35, 0.55, 0.75)
"""Shares of the budget at which all splats are looked at."""
JUDGING_VIEWS, JUDGING_SIDE_PX = 64, 320
UNSEEN_PX = 1.0
"""Shown on less than this of all judging views together, a splat is not seen."""
FADED = -7.0
"""Logit of an opacity that every strategy takes for dead: 0.0009."""


def is_due(share: float, judged: int) -> bool:
    """Whether it is time, when this was done so many times before."""
    return judged < len(JUDGED_AT) and share >= JUDGED_AT[judged]


def shown_px(scene: SplatScene, views: Sequence[View]) -> Tensor:
    """On how many pixels (n,) of the views each splat shows, all together, as far as it is not covered."""
    summed = torch.zeros_like(scene.opacity_logits)
    for view in evenly(views, JUDGING_VIEWS):
        summed += blending_weights(scene, _smaller(view))
    return summed


def _smaller(view: View) -> View:
    pinhole = view.pinhole
    scale = min(1.0, JUDGING_SIDE_PX / max(pinhole.width_px, pinhole.height_px))
    width_px, height_px = max(1, round(scale * pinhole.width_px)), max(1, round(scale * pinhole.height_px))
    return View(view.name, pinhole.resized(width_px, height_px), view.world_from_camera)


@torch.no_grad()
def fade_unseen(model: Model, shown: Tensor) -> int:
    """Makes those transparent that show on too few pixels (n,), for a strategy to move or leave out; how many."""
    unseen = shown < UNSEEN_PX
    model.splats["opacities"][unseen] = FADED
    return int(unseen.sum())
