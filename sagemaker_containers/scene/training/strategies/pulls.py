"""How strongly photos pull at each splat's place in the picture: where splats are missing, they pull hardest."""

import torch
from torch import Tensor

from training.model import Model


@torch.no_grad()
def notice(model: Model, by_means2d: Tensor, radii: Tensor, long_side_px: int) -> None:
    """Takes in one picture's gradients (n, 2) by the splats' places, in pixels, and which were seen: radii (n, 2)."""
    # Times the size: then pictures of all sizes count alike.
    model.pulls += by_means2d.norm(dim=1) * long_side_px
    model.sightings += (radii > 0).all(1)


def mean_pulls(model: Model) -> Tensor:
    """Of each splat (n,), over the pictures that saw it since splats were last rearranged."""
    return model.pulls / model.sightings.clamp(min=1)
