"""The loop: steps until the budget is spent, with progress every second, checkpoints and a curve."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TypeVar

from diorama.errors import StageError
from diorama.stage import Progress
from training import checkpoint, memory
from training.course import PLATEAU_UNTIL
from training.export import scene_of
from training.gauge import Gauge
from training.run import Run
from training.step import step
from training.strategies import importance
from views.draw import draw
from views.evaluate import evaluate
from views.view import PhotoView

Thing = TypeVar("Thing")

PROGRESS_EVERY_S = 1.0
CURVE_POINTS = 10
"""How often on its way a run is compared with the held-out photos. Nothing is decided by it."""
MOST_ROLLBACKS, CAUTION = 3, 0.5
"""How often a broken run goes back, and what its learning rates are multiplied by each time."""


def train(run: Run, held_out: Sequence[PhotoView], progress: Progress) -> None:
    """Spends what is left of the run's budget. Raises `StageError` where nothing good can come of it."""
    gauge, checkpoints = Gauge(run), Checkpoints(run)
    while run.share < 1:
        error = timed(run, lambda: step_within_memory(run))
        run.course.add(error, run.share, len(run.targets.views))
        if run.course.is_broken(run.model, error):
            go_back(run)
            continue
        steer(run)
        gauge.add(error)
        if monotonic() - gauge.told_s >= PROGRESS_EVERY_S:
            tell(run, gauge, progress)
        if run.share * CURVE_POINTS >= len(run.course.curve) + 1:
            look(run, held_out)
        checkpoints.save_if_due()


class Checkpoints:
    """When a run was saved last. It is when it begins, so that there is something to go back to."""

    def __init__(self, run: Run) -> None:
        self._run = run
        if run.model.step == 0:
            run.save()
        self._step, self._saved_s = run.model.step, monotonic()

    def save_if_due(self) -> None:
        """Only between rounds, when all splats have just been looked at: a checkpoint is always good."""
        run = self._run
        if run.course.is_between_rounds and checkpoint.is_due(
            run.model, self._step, self._saved_s, monotonic()
        ):
            run.save()
            self._step, self._saved_s = run.model.step, monotonic()


def timed(run: Run, work: Callable[[], Thing]) -> Thing:
    """Does something that counts as training."""
    begin = monotonic()
    done = work()
    run.model.training_s += monotonic() - begin
    return done


def steer(run: Run) -> None:
    """Lets splats go that no photo shows, and begins the end where there is nothing more to learn."""
    if importance.is_due(run.share, run.course.judged):
        timed(run, lambda: judge_splats(run))
        run.course.judged += 1
    if run.course.is_plateau(run.share):
        run.course.skipped = PLATEAU_UNTIL - run.share


def judge_splats(run: Run) -> None:
    """Makes those transparent that no photo shows."""
    views = [view.view for view in run.targets.views]
    importance.fade_unseen(run.model, importance.shown_px(scene_of(run.model), views))


def step_within_memory(run: Run) -> float:
    """One step; with fewer splats from then on where memory does not suffice."""
    while True:
        try:
            return step(run.model, run.targets, run.rules, run.share)
        except (MemoryError, RuntimeError) as error:
            if not memory.is_exhaustion(error):
                raise
        # Outside the handler, whose traceback would keep the step's tensors alive.
        run.course.max_splats = memory.shrunk(run.model, run.course.max_splats)
        run.course.start_splats = min(run.course.start_splats, run.course.max_splats)
        run.course.reduced = True
        run.follow_course()


def go_back(run: Run) -> None:
    """To the newest checkpoint, which was good, from where it goes on more slowly and in another order."""
    rollbacks, training_s = run.course.rollbacks + 1, run.model.training_s
    found = checkpoint.load(run.checkpoints, run.model.generator, run.origin)
    if found is None or rollbacks > MOST_ROLLBACKS:
        raise StageError(
            "diverged",
            f"Training came to nothing {rollbacks} times.",
            "Try again with another seed, or film the place again with steadier light and sharper pictures.",
        )
    run.model, run.course = found.model, found.course
    run.course.rollbacks = rollbacks
    run.model.training_s = training_s
    run.model.caution *= CAUTION
    run.follow_course()
    run.model.generator.manual_seed(run.model.generator.initial_seed() + rollbacks)
    run.save()


def look(run: Run, held_out: Sequence[PhotoView]) -> None:
    """Adds a point to the curve."""
    scene = scene_of(run.model)
    evaluation = evaluate(held_out, lambda view: draw(scene, view))
    run.course.curve.append([run.model.step, round(run.model.training_s, 2), round(evaluation.psnr, 3)])


def tell(run: Run, gauge: Gauge, progress: Progress) -> None:
    """One line of progress."""
    gauge.told_s = monotonic()
    left_s = gauge.seconds_left(run)
    progress(
        100 * run.share,
        f"Step {run.model.step}: {run.model.count} splats, {gauge.psnr:.1f} dB, {left_s:.0f} s left",
        step=run.model.step,
        splats=run.model.count,
        psnr=round(gauge.psnr, 2),
        seconds_left=round(left_s, 1),
    )
