"""No needles: what a splat is to other eyes than those it was fitted to, they never see.

Few photos let splats grow along directions in which no photo sees them from the side. PhysGaussian (Xie et al. 2024,
section 3.5) keeps the longest axis within a multiple of the others for the same reason.
"""

import torch

from training.model import Model

LIMIT_EVERY = 10
MAX_ELONGATION = 5.0
"""The longest axis, in middle ones: discs stay, needles don't."""


@torch.no_grad()
def shorten_needles(model: Model) -> None:
    """Cuts the longest axis of each splat to what is allowed."""
    scales = model.splats["scales"]
    middle = scales.sum(1) - scales.amax(1) - scales.amin(1)
    limit = middle + torch.tensor(MAX_ELONGATION).log().to(scales)
    scales.clamp_(max=limit[:, None])
