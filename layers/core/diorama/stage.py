"""What a stage is: a program that turns input folders into one output folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field

from diorama.effort import EffortOf


class Contract(BaseModel):
    """A value that crosses a seam: frozen, and strict about what it knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Params(Contract):
    """What a stage is asked for."""

    def smaller(self) -> Self | None:
        """What to ask for after memory ran out; None where it can't be less."""
        return None

    def _scaled(self, factors: Mapping[str, float]) -> Self | None:
        """With these numbers made smaller; None where none of them can be, for their own lower bounds."""
        wanted = {
            name: value * factors[name] for name, value in self if name in factors and value is not None
        }
        changes: dict[str, int] = {}
        for name, value in wanted.items():
            least = type(self).model_fields[name].metadata
            lowest = next((int(bound.ge) for bound in least if hasattr(bound, "ge")), 1)
            if max(int(value), lowest) < getattr(self, name):
                changes[name] = max(int(value), lowest)
        return self.model_copy(update=changes) if changes else None


class Report(Contract):
    """What a stage says of its result. `reduced`: finished on a smaller budget, so never cached."""

    outcome: Literal["succeeded", "reduced"] = "succeeded"


class Refusal(Contract):
    """The report of a stage that could not use its input."""

    outcome: Literal["refused"] = "refused"
    code: str
    message: str
    advice: str
    found: dict[str, Any] | None = Field(default=None, description="What it found before it gave up")


class Progress(Protocol):
    """Called by a stage while it works; `percent` is of this stage, 0 to 100."""

    def __call__(self, percent: float, message: str, **metrics: float | int | str) -> None: ...


REPORT = "report.json"
LOG = "log.txt"
"""What a stage printed, beside its report."""
"""Written last into a stage's output: where it lies, the output is whole."""

WEIGHTS = "weights"
"""The input that the machine itself gives, where its owner has put weights there (`Settings.weights`)."""

CHECKPOINT = "checkpoint"
"""The folder of its outputs that a long stage keeps its checkpoints in; the worker mirrors it."""

Hardware = Literal["cpu", "gpu"]
Service = Literal["training_job", "endpoint"]


@dataclass(frozen=True)
class Stage:
    """A named step.

    `container` is the folder under `sagemaker_containers/` that holds `<name>.py`; `revision` is
    raised when the same input would give a different result; `output_kind` is the first part of
    every key that the output is stored under. `optional_inputs` are used where they are given. `effort` says
    how much work it is going to be, where its product can tell. `uses_weights`: its result depends on the weights that
    the owner gives (`inputs/weights/`).
    """

    name: str
    container: str
    revision: int
    inputs: tuple[str, ...]
    output_kind: str
    params: type[Params]
    report: type[Report]
    hardware: Hardware = "cpu"
    service: Service = "training_job"
    effort: EffortOf | None = None
    optional_inputs: tuple[str, ...] = ()
    uses_weights: bool = False


StageFunction = Callable[..., Report]
"""`run(inputs: Path, outputs: Path, params, progress) -> Report`, in the stage's own module."""
