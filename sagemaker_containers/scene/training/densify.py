"""Where splats are: the dead move to where others are busy, new ones join them, and all shiver a little.

"3D Gaussian Splatting as Markov Chain Monte Carlo" (Kheradmand et al. 2024, arXiv 2404.09591), with the constants of
gsplat 1.5.3 (gsplat/strategy/mcmc.py), which are the paper's.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import normalize

from training.model import Model

REFINE_EVERY = 100
MIN_OPACITY = 0.005
NOISE_RATE = 5e5
NOISE_STEEPNESS, NOISE_EVERY = 100.0, 5
"""Noise fades as opacity passes 0.005, over about 0.01. Added every fifth step with five times the variance: the
same random walk for a fifth of the work."""
NOISY_BELOW = 0.2
"""More opaque splats get less than e^-19 of the noise: none."""
MAX_COPIES = 51


@torch.no_grad()
def refine(model: Model, target: int) -> None:
    """Moves dead splats onto living ones, chosen by opacity, and adds more up to `target` in all.

    A splat that is chosen k - 1 times becomes k equal ones whose sum looks as it did (`shared`).
    """
    opacities = model.splats["opacities"].sigmoid()
    dead = (opacities <= MIN_OPACITY).nonzero()[:, 0]
    added = max(0, target - model.count)
    if len(dead) + added == 0 or len(dead) == model.count:
        return
    chances = torch.where(opacities > MIN_OPACITY, opacities, 0)
    chosen = torch.multinomial(chances, len(dead) + added, replacement=True, generator=model.generator)
    copies = torch.bincount(chosen, minlength=model.count).add_(1).clamp_(max=MAX_COPIES)
    sources = chosen.unique()
    tensors = {name: splats.detach().clone() for name, splats in model.splats.items()}
    opacity, scale = shared(opacities[sources], tensors["scales"][sources].exp(), copies[sources])
    tensors["opacities"][sources] = opacity.clamp(MIN_OPACITY, 1 - torch.finfo(torch.float32).eps).logit()
    tensors["scales"][sources] = scale.log()
    moments = {name: _moments(model, name) for name in tensors}
    for values in moments.values():
        for moment in values.values():
            moment[sources] = 0
    onto_dead, onto_new = chosen[: len(dead)], chosen[len(dead) :]
    for tensor in tensors.values():
        tensor[dead] = tensor[onto_dead]
    model.replace(
        {name: torch.cat([tensor, tensor[onto_new]]) for name, tensor in tensors.items()},
        {name: {key: _longer(moment, added) for key, moment in values.items()} for name, values in moments.items()},
    )


def _moments(model: Model, name: str) -> dict[str, Tensor]:
    state = model.optimiser.state.get(model.splats[name], {})
    return {key: value.clone() for key, value in state.items() if key != "step"}


def _longer(moment: Tensor, by: int) -> Tensor:
    return torch.cat([moment, moment.new_zeros(by, *moment.shape[1:])])


def shared(opacities: Tensor, scales: Tensor, copies: Tensor) -> tuple[Tensor, Tensor]:
    """Opacities (n,) and scales (n, 3) of each of `copies` (n,) equal splats that together look like one.

    Equation 9 of the paper: 1 - (1 - o')^k = o, and the scale by which the integral over a ray stays the same.
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


def rotations(quats: Tensor) -> Tensor:
    """Rotation matrices (n, 3, 3) of quaternions (n, 4) wxyz of any length."""
    w, x, y, z = normalize(quats, dim=1).unbind(1)
    rows = [
        torch.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], -1),
        torch.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], -1),
        torch.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], -1),
    ]
    return torch.stack(rows, 1)
