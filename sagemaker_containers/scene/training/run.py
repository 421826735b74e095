"""A run: a model with all that it is trained by."""

from dataclasses import dataclass, replace
from pathlib import Path

from training import checkpoint
from training.course import Course
from training.model import Model
from training.step import Rules
from training.targets import Targets


@dataclass(eq=False)
class Run:
    """`origin`: what a checkpoint has to be of."""

    model: Model
    targets: Targets
    rules: Rules
    course: Course
    checkpoints: Path
    origin: list[str]

    @property
    def share(self) -> float:
        """How much of the budget is spent, or saved."""
        spent = self.rules.budget.share(self.model.step, self.model.training_s)
        return min(1.0, spent + self.course.skipped)

    def save(self) -> None:
        """Writes a checkpoint."""
        checkpoint.save(self.checkpoints, self.model, self.course, self.origin)

    def follow_course(self) -> None:
        """Takes over the course's limits."""
        course = self.course
        limits = replace(self.rules.limits, start_splats=course.start_splats, max_splats=course.max_splats)
        self.rules = replace(self.rules, limits=limits)
