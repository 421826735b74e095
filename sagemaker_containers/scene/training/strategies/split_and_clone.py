"""Strategy "default": splats that photos pull at are cloned or split, faint and huge ones go, all fade now and then.

3DGS (Kerbl et al. 2023, section 5 and algorithm 2) with the constants of gsplat 1.5.3 (gsplat/strategy/default.py);
those in steps of 30,000 are shares of the budget here. Beyond the paper: there is a limit to the number of splats,
and when it would be passed, those that photos pull at most go first.
"""

import torch
from torch import Tensor

from training.model import Model, forgotten
from training.strategies.pulls import mean_pulls
from training.strategies.shapes import within
from training.strategies.strategy import Limits

REFINE_EVERY = 100
REFINE_FROM, REFINE_UNTIL = 500 / 30_000, 15_000 / 30_000
RESET_EVERY_SHARE = 3_000 / 30_000
RESET_EVERY_STEPS = 500
"""Not more often, however short the training: opacities need hundreds of steps to come back."""
RESET_OPACITY = 2 * 0.005
MIN_OPACITY = 0.005
MIN_PULL = 2 * 0.0002
"""gsplat counts in halves of the picture, we in whole ones."""
SPLIT_ABOVE = 0.01
HUGE_ABOVE = 0.1
"""Sizes in extents of the scene: larger splats are split instead of cloned, and go."""
SPLIT_SHRINK = 1.6


class SplitAndClone:
    """Grows as photos ask for it, as long as the limit allows."""

    def rearrange(self, model: Model, share: float, limits: Limits) -> None:
        """Grows, prunes and resets where it is time."""
        if not REFINE_FROM <= share < REFINE_UNTIL:
            return
        if model.step % REFINE_EVERY == 0:
            grow(model, limits)
            prune(model, limits.extent, huge=share > RESET_EVERY_SHARE)
        if self._is_reset_due(model, share):
            reset(model)
            model.reset_at = (model.step, share)

    @staticmethod
    def _is_reset_due(model: Model, share: float) -> bool:
        step, before = model.reset_at
        return share - before >= RESET_EVERY_SHARE and model.step - step >= RESET_EVERY_STEPS


@torch.no_grad()
def grow(model: Model, limits: Limits) -> None:
    """Clones small splats that photos pull at, and splits large ones, up to the limit."""
    pulls = mean_pulls(model)
    room = max(0, limits.max_splats - model.count)
    wanted = pulls.topk(min(room, model.count)).indices
    wanted = wanted[pulls[wanted] > MIN_PULL].sort().values
    if len(wanted) == 0:
        return
    sizes = model.splats["scales"].detach().exp().amax(1)
    large = sizes[wanted] > SPLIT_ABOVE * limits.extent
    tensors = {name: splats.detach().clone() for name, splats in model.splats.items()}
    twins = {name: tensor[wanted].clone() for name, tensor in tensors.items()}
    halves = wanted[large]
    tensors["means"][halves] += within(_rows(tensors, halves), _sample(model, len(halves)))
    twins["means"][large] += within(_rows(twins, large), _sample(model, len(halves)))
    smaller = torch.tensor(SPLIT_SHRINK).log().to(sizes)
    tensors["scales"][halves] -= smaller
    twins["scales"][large] -= smaller
    model.replace(
        {name: torch.cat([tensor, twins[name]]) for name, tensor in tensors.items()},
        forgotten(model, halves, len(wanted)),
    )


def _rows(tensors: dict[str, Tensor], rows: Tensor) -> dict[str, Tensor]:
    return {name: tensor[rows] for name, tensor in tensors.items()}


def _sample(model: Model, count: int) -> Tensor:
    return torch.randn(count, 3, generator=model.generator, device=model.device)


@torch.no_grad()
def prune(model: Model, extent: float, *, huge: bool) -> None:
    """Leaves out faint splats and, once opacities have been reset, huge ones; but never all of them."""
    kept = model.splats["opacities"].sigmoid() >= MIN_OPACITY
    if huge:
        kept &= model.splats["scales"].exp().amax(1) <= HUGE_ABOVE * extent
    if kept.any() and not kept.all():
        model.keep(kept.nonzero()[:, 0])


@torch.no_grad()
def reset(model: Model) -> None:
    """Makes all nearly transparent: what photos need comes back, floaters before cameras don't."""
    opacities = model.splats["opacities"]
    opacities.clamp_(max=torch.tensor(RESET_OPACITY).logit().item())
    for moment in ("exp_avg", "exp_avg_sq"):
        state = model.optimiser.state.get(opacities, {})
        if moment in state:
            state[moment].zero_()
