"""The loop: steps until the budget is spent, with progress every second, checkpoints and a curve."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from diorama.stage import Progress
from training import checkpoint
from training.export import scene_of
from training.model import Model
from training.step import Rules, Targets, step
from views.draw import draw
from views.evaluate import evaluate
from views.view import PhotoView

PROGRESS_EVERY_S = 1.0
CURVE_POINTS = 10
"""How often on its way a run is compared with the held-out photos. Nothing is decided by it."""
SMOOTHED_OVER_STEPS = 30


@dataclass(eq=False)
class Run:
    """A model with all that it is trained by.

    `curve`: [step, seconds of training, held-out psnr]. `origin`: what a checkpoint has to be of.
    """

    model: Model
    targets: Targets
    rules: Rules
    checkpoints: Path
    curve: list[list[float]]
    origin: list[str]

    @property
    def share(self) -> float:
        """How much of the budget is spent."""
        return self.rules.budget.share(self.model.step, self.model.training_s)


@dataclass
class Gauge:
    """What progress tells: the training photos' PSNR lately, and seconds left by the pace of late."""

    begun_s: float
    begun_share: float
    error: float | None = None
    told_s: float = -math.inf

    def add(self, error: float) -> None:
        """Takes in one step's mean squared error."""
        kept = 0.0 if self.error is None else 1 - 1 / SMOOTHED_OVER_STEPS
        self.error = kept * (self.error or 0.0) + (1 - kept) * error

    @property
    def psnr(self) -> float:
        return -10 * math.log10(max(self.error or 1.0, 1e-10))

    def seconds_left(self, run: Run) -> float:
        """Exact for a budget in seconds; for one in steps, if they go on taking as long as so far."""
        if run.rules.budget.training_s is not None:
            return run.rules.budget.training_s - run.model.training_s
        done = run.share - self.begun_share
        return (run.model.training_s - self.begun_s) * (1 - run.share) / done if done > 0 else 0.0


def train(run: Run, held_out: Sequence[PhotoView], progress: Progress) -> None:
    """Spends what is left of the run's budget."""
    gauge = Gauge(run.model.training_s, run.share)
    saved_step, saved_s = run.model.step, monotonic()
    while run.share < 1:
        begin = monotonic()
        gauge.add(step(run.model, run.targets, run.rules))
        now = monotonic()
        run.model.training_s += now - begin
        if now - gauge.told_s >= PROGRESS_EVERY_S:
            gauge.told_s = now
            tell(run, gauge, progress)
        if run.share * CURVE_POINTS >= len(run.curve) + 1:
            look(run, held_out)
        if checkpoint.is_due(run.model, saved_step, saved_s, now):
            checkpoint.save(run.checkpoints, run.model, run.curve, run.origin)
            saved_step, saved_s = run.model.step, monotonic()


def look(run: Run, held_out: Sequence[PhotoView]) -> None:
    """Adds a point to the curve."""
    scene = scene_of(run.model)
    evaluation = evaluate(held_out, lambda view: draw(scene, view))
    run.curve.append([run.model.step, round(run.model.training_s, 2), round(evaluation.psnr, 3)])


def tell(run: Run, gauge: Gauge, progress: Progress) -> None:
    """One line of progress."""
    left_s = gauge.seconds_left(run)
    progress(
        100 * run.share,
        f"Step {run.model.step}: {run.model.count} splats, {gauge.psnr:.1f} dB, {left_s:.0f} s left",
        step=run.model.step,
        splats=run.model.count,
        psnr=round(gauge.psnr, 2),
        seconds_left=round(left_s, 1),
    )
