"""What changes while training goes on, each as a function of the share of the budget that is done (0 to 1).

Shares instead of steps: whether a budget is in seconds or steps, and however fast the machine is, every
schedule runs to its end.
"""

from dataclasses import dataclass

MEANS_LEARNING_RATE_END = 0.01
"""The rate of positions falls to this part of its start, exponentially (Kerbl et al. 2023, section 7.1)."""

CALM_FROM, LEARNING_RATE_END = 0.7, 0.1
"""From this share on all other rates fall as well, to this part: splats settle instead of following the last photo."""

DEPTH_WEIGHT, DEPTH_WEIGHT_END = 0.1, 0.1
"""Depths hold splats in place while they find it; in the end photos know better. Measured (bench/README.md)."""

COARSE_UNTIL: tuple[tuple[float, int], ...] = ((0.08, 4), (0.3, 2))
"""Until this share, photos are this many times smaller. Coarse to fine: Kerbl et al. 2023, section 5.1."""

DEGREE_FROM: tuple[float, ...] = (0.1, 0.3, 0.5)
"""Shares from which spherical harmonics of degree 1, 2, 3 take part. (3DGS: every 1,000 of 30,000 steps.)"""

REFINE_FROM, REFINE_UNTIL = 0.02, 0.8
"""Between these, dead splats are moved and new ones added (gsplat's MCMC: steps 500 to 25,000 of 30,000)."""
GROWN_AT = 0.5
"""From here on there are as many splats as the budget allows, so that the last ones are trained too."""


@dataclass(frozen=True)
class Budget:
    """What ends training: seconds spent in it, or steps. One of them is None."""

    training_s: float | None
    steps: int | None

    def share(self, step: int, training_s: float) -> float:
        """How much is used up after so many steps and seconds, 0 to 1."""
        if self.steps is not None:
            return min(1.0, step / self.steps)
        assert self.training_s is not None
        return min(1.0, training_s / self.training_s)


def shrink(share: float) -> int:
    """How many times smaller photos are now."""
    return next((factor for until, factor in COARSE_UNTIL if share < until), 1)


def sh_degree(share: float, most: int) -> int:
    """The degree of spherical harmonics that takes part now."""
    return min(most, sum(share >= begin for begin in DEGREE_FROM))


def means_learning_rate_factor(share: float) -> float:
    """What the positions' learning rate is multiplied by now."""
    return float(MEANS_LEARNING_RATE_END**share)


def learning_rate_factor(share: float) -> float:
    """What the learning rates of everything but positions are multiplied by now."""
    return float(LEARNING_RATE_END ** (max(0.0, share - CALM_FROM) / (1 - CALM_FROM)))


def depth_weight(share: float) -> float:
    """The weight of known depths in the loss now."""
    return float(DEPTH_WEIGHT * DEPTH_WEIGHT_END**share)


def refines(share: float) -> bool:
    """Whether splats are moved and added now."""
    return REFINE_FROM <= share < REFINE_UNTIL


def splat_count(share: float, start: int, most: int) -> int:
    """How many splats there should be now: from `start` to `most` by a constant growth rate."""
    if most <= start:
        return most
    grown = min(1.0, max(0.0, (share - REFINE_FROM) / (GROWN_AT - REFINE_FROM)))
    growth: float = (most / start) ** grown
    return round(start * growth)
