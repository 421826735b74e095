"""What progress tells of a run: the training photos' PSNR lately, and the seconds that are left."""

import math

from training.cost import cost_between
from training.course import PLATEAU_UNTIL, psnr
from training.run import Run

SMOOTHED_OVER_STEPS = 30


class Gauge:
    """Begins with what this process does of a run: an earlier one may have been on another machine."""

    def __init__(self, run: Run) -> None:
        self.begun_s, self.begun_share = run.model.training_s, run.share
        self.told_s = -math.inf
        self.error: float | None = None

    def add(self, error: float) -> None:
        """Takes in one step's mean squared error."""
        kept = 0.0 if self.error is None else 1 - 1 / SMOOTHED_OVER_STEPS
        self.error = kept * (self.error or 0.0) + (1 - kept) * error

    @property
    def psnr(self) -> float:
        """Of the training photos, in decibels."""
        return psnr(1.0 if self.error is None else self.error)

    def seconds_left(self, run: Run) -> float:
        """By the clock for a budget in seconds; for one in steps, by what steps cost so far and those to come will.

        Of what a plateau may still save half is counted.
        """
        in_doubt = run.course.in_doubt(run.share)
        budget = run.rules.budget.training_s
        if budget is not None:
            return budget * (1 - run.share - in_doubt / 2)
        done = _cost(run, self.begun_share, run.share)
        left = _cost(run, run.share, 1.0) - _cost(run, PLATEAU_UNTIL - in_doubt, PLATEAU_UNTIL) / 2
        return (run.model.training_s - self.begun_s) * left / done if done > 0 else 0.0


def _cost(run: Run, begin: float, end: float) -> float:
    pixels = max(view.photo.shape[0] * view.photo.shape[1] for view in run.targets.views)
    limits = run.rules.limits
    return cost_between(begin, end, pixels, limits.start_splats, limits.max_splats)
