"""How a run has gone so far, and what that means: enough learnt, or all gone wrong. Only training photos are asked."""

import math
from dataclasses import dataclass, field

from training.model import Model

PLATEAU_FROM, PLATEAU_UNTIL = 0.5, 0.65
"""Shares of the budget between which a run may be found to have learnt what it can; then its end begins. Rounds before
photos have their full size (schedule.COARSE_UNTIL) can't be compared with those after. No wider, or nobody could say a
moment before how long a run still takes."""
PLATEAU_OVER = 0.1
PLATEAU_DB = 0.02
"""Less gained than this from one tenth of the budget to the next is nothing."""
MIN_ROUNDS = 5
COLLAPSE_DB = 8.0
"""So far below the best round, something is broken. Smaller steps down are normal: larger photos are harder."""
RECOVERY_STEPS = 1_000
"""So long after opacities were reset, pictures may be bad."""


@dataclass(eq=False)
class Course:
    """What a checkpoint keeps besides the model.

    `start_splats`, `max_splats`: how many there were at the beginning and may be in the end; fewer than planned once
    memory ran out (`reduced`). `skipped`: share of the budget that a plateau saved. `rollbacks`: how often a broken
    run went back. `judged`: how often unseen splats were looked for. `curve`: [step, seconds of training, held-out
    psnr]; nothing is decided by it. `rounds`: for each time that all photos were shown, [share of the budget, psnr];
    `errors`: mean squared errors of the round that is under way.
    """

    start_splats: int
    max_splats: int
    reduced: bool = False
    skipped: float = 0.0
    rollbacks: int = 0
    judged: int = 0
    curve: list[list[float]] = field(default_factory=list)
    rounds: list[list[float]] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)

    def add(self, error: float, share: float, photos: int) -> None:
        """Takes in one step's mean squared error."""
        self.errors.append(error)
        if len(self.errors) >= photos:
            self.rounds.append([share, psnr(math.fsum(self.errors) / len(self.errors))])
            self.errors = []

    @property
    def is_between_rounds(self) -> bool:
        """Whether every photo was shown as often, and `is_broken` has just looked at all."""
        return not self.errors

    def is_plateau(self, share: float) -> bool:
        """Whether the last tenth of the budget brought nothing more than the one before it."""
        if self.skipped or not PLATEAU_FROM <= share < PLATEAU_UNTIL:
            return False
        late = self._mean(share - PLATEAU_OVER, share)
        early = self._mean(share - 2 * PLATEAU_OVER, share - PLATEAU_OVER)
        return late is not None and early is not None and late - early < PLATEAU_DB

    def in_doubt(self, share: float) -> float:
        """The share of the budget, up to `PLATEAU_UNTIL`, of which nobody knows yet whether it will be used."""
        return 0.0 if self.skipped else max(PLATEAU_UNTIL - max(share, PLATEAU_FROM), 0.0)

    def _mean(self, begin: float, end: float) -> float | None:
        """Of the rounds between two shares; None where they are too few to tell gains from chance."""
        found = [psnr for share, psnr in self.rounds if begin < share <= end]
        return math.fsum(found) / len(found) if len(found) >= MIN_ROUNDS else None

    def is_broken(self, model: Model, error: float) -> bool:
        """Whether the model can't be gone on with; all of it is looked at once a round."""
        if not math.isfinite(error):
            return True
        if self.errors or not self.rounds:
            return False
        return not model.is_finite() or self._has_collapsed(model)

    def _has_collapsed(self, model: Model) -> bool:
        reset_step, _ = model.reset_at
        if reset_step and model.step - reset_step < RECOVERY_STEPS:
            return False
        return self.rounds[-1][1] < max(psnr for _, psnr in self.rounds) - COLLAPSE_DB


def psnr(error: float) -> float:
    """Decibels of a mean squared error of values from 0 to 1."""
    return -10 * math.log10(max(error, 1e-10))
