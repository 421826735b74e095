"""Strategy "mcmc": the dead move to where more are needed, new ones join them, and all shiver a little.

"3D Gaussian Splatting as Markov Chain Monte Carlo" (Kheradmand et al. 2024, arXiv 2404.09591), with the constants
of gsplat 1.5.3 (gsplat/strategy/mcmc.py), which are the paper's; but for two things that make splats spread in
thousands of steps where the paper takes tens of thousands. Which splats get company is chosen by how strongly photos
pull at their places, as 3DGS does (Kerbl et al. 2023, section 5.2), not by opacity. And a copy is put beside its
original, within its shape, not into the same place.
"""

import math
from typing import Any

import torch
from torch import Tensor

from training.model import Model, forgotten
from training.schedule import refines, splat_count
from training.strategies.pulls import mean_pulls
from training.strategies.shapes import rotations, within
from training.strategies.strategy import Limits

REFINE_EVERY = 100
MIN_OPACITY = 0.005
NOISE_RATE = 5e5
NOISE_STEEPNESS, NOISE_EVERY = 100.0, 5
"""Noise fades as opacity passes 0.005, over about 0.01. It is added every fifth step with five times the
variance: the same random walk for a fifth of the work."""
NOISY_BELOW = 0.2
"""More opaque splats get less than e^-19 of the noise: none."""
MAX_COPIES = 51
COPIED_WITHIN = 0.1
"""Of the extent of the scene: a standard deviation of a copy's offset, at most. What is larger stands behind the place,
and its copy somewhere in its shape may be right before a camera: a whole round of photos went from 30 to 20 dB."""
LEAST_CHANCE = 1e-12
"""So that there is one to choose where nothing was pulled at."""
EPSILON = torch.finfo(torch.float32).eps


class Mcmc:
    """Grows at a constant rate up to the limit, which is then kept."""

    def rearrange(self, model: Model, share: float, limits: Limits) -> None:
        """Moves, adds and shivers splats where it is time."""
        if not refines(share):
            return
        if model.step % REFINE_EVERY == 0:
            refine(model, splat_count(share, limits.start_splats, limits.max_splats), limits.extent)
        if model.step % NOISE_EVERY == 0:
            shiver(model)


@torch.no_grad()
def refine(model: Model, target: int, extent: float) -> None:
    """Moves dead splats to living ones that photos pull at most, and adds more up to `target` in all.

    A splat that is chosen k - 1 times becomes k equal ones that together are about as opaque as it was. `extent`: of
    the scene, in world units.
    """
    opacities = model.splats["opacities"].sigmoid()
    alive = opacities > MIN_OPACITY
    dead = (~alive).nonzero()[:, 0]
    added = max(0, target - model.count)
    if len(dead) + added == 0 or not alive.any():
        return
    chances = mean_pulls(model) + LEAST_CHANCE
    chosen = torch.multinomial(
        chances * alive, len(dead) + added, replacement=True, generator=model.generator
    )
    copies = torch.bincount(chosen, minlength=model.count).add_(1).clamp_(max=MAX_COPIES)
    originals = (copies > 1).nonzero()[:, 0]
    tensors = {name: splats.detach().clone() for name, splats in model.splats.items()}
    opacity, scale = shared(opacities[originals], tensors["scales"][originals].exp(), copies[originals])
    tensors["opacities"][originals] = opacity.clamp(MIN_OPACITY, 1 - EPSILON).logit()
    tensors["scales"][originals] = scale.log()
    copied = {name: tensor[chosen] for name, tensor in tensors.items()}
    copied["means"] += beside(copied, torch.randn(copied["means"].shape, **_random(model)), extent)
    for name, tensor in tensors.items():
        tensor[dead] = copied[name][: len(dead)]
    model.replace(
        {name: torch.cat([tensor, copied[name][len(dead) :]]) for name, tensor in tensors.items()},
        forgotten(model, torch.cat([originals, dead]), added),
    )


def beside(splats: dict[str, Tensor], sample: Tensor, extent: float) -> Tensor:
    """Standard normal samples (n, 3) as offsets within the splats' shapes, but not far for those that are large."""
    largest = splats["scales"].exp().amax(1, keepdim=True)
    return within(splats, sample) * (COPIED_WITHIN * extent / largest).clamp(max=1.0)


def _random(model: Model) -> dict[str, Any]:
    return {"generator": model.generator, "device": model.device}


def shared(opacities: Tensor, scales: Tensor, copies: Tensor) -> tuple[Tensor, Tensor]:
    """Opacities (n,) and scales (n, 3) of each of `copies` (n,) equal splats that together look like one.

    Equation 9 of the paper: 1 - (1 - o')^k = o, and the scale that keeps the integral along a ray.
    """
    apart = 1 - (1 - opacities.double()) ** (1 / copies.double())
    terms = torch.arange(MAX_COPIES, dtype=torch.float64, device=opacities.device)
    binomials = torch.tensor(
        [[math.comb(i, k) for k in range(MAX_COPIES)] for i in range(MAX_COPIES)],
        dtype=torch.float64,
        device=opacities.device,
    )
    signs = torch.where(terms % 2 == 0, 1.0, -1.0) / (terms + 1).sqrt()
    # Sum over i < copies of sum over k <= i of C(i, k) (-1)^k / sqrt(k + 1) o'^(k + 1)
    by_copies = binomials.cumsum(0)[copies.long() - 1] * signs
    denominator = (by_copies * apart[:, None] ** (terms + 1)).sum(1)
    return apart.to(opacities), (scales * (opacities.double() / denominator)[:, None]).to(scales)


@torch.no_grad()
def shiver(model: Model) -> None:
    """Moves nearly transparent splats at random, along their own shape, by as much as they still learn."""
    opacities = model.splats["opacities"].sigmoid()
    faint = (opacities < NOISY_BELOW).nonzero()[:, 0]
    amount = torch.sigmoid(NOISE_STEEPNESS * (MIN_OPACITY - opacities[faint]))
    noise = torch.randn(len(faint), 3, generator=model.generator, device=model.device)
    noise *= (amount * model.learning_rate("means") * NOISE_RATE * math.sqrt(NOISE_EVERY))[:, None]
    axes = rotations(model.splats["quats"][faint])
    variances = (2 * model.splats["scales"][faint]).exp()
    along = (axes.mT @ noise[:, :, None])[:, :, 0] * variances
    model.splats["means"].index_add_(0, faint, (axes @ along[:, :, None])[:, :, 0])
