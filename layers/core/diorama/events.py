"""What a worker tells the stage events topic."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from diorama.ports import JsonObject
from diorama.stage import Contract

WorkEnd = Literal["completed", "failed", "out_of_memory", "interrupted", "stopped"]


class WorkerEvent(Contract):
    """What every message says: whose it is, and its place among the others (launch, sequence)."""

    job_id: str
    attempt: int
    work: str
    launch: int
    sequence: int
    time: float

    @property
    def order(self) -> tuple[int, int]:
        """Messages with a larger order are newer."""
        return self.launch, self.sequence


class StageStarted(WorkerEvent):
    """A stage begins."""

    kind: Literal["stage_started"] = "stage_started"
    stage: str


class StageProgress(WorkerEvent):
    """How far a stage is."""

    kind: Literal["stage_progress"] = "stage_progress"
    stage: str
    percent: float
    message: str
    metrics: dict[str, float | int | str]


class StageEnded(WorkerEvent):
    """A stage's output is whole in the store; its report says how it went."""

    kind: Literal["stage_ended"] = "stage_ended"
    stage: str
    key: str
    output: str
    report: JsonObject
    seconds: float


class WorkEnded(WorkerEvent):
    """The worker is done: `completed` (a refusal too), `failed` (a bug), out of memory, interrupted or stopped."""

    kind: Literal["work_ended"] = "work_ended"
    ended: WorkEnd
    reason: str = ""


AnyWorkerEvent = Annotated[StageStarted | StageProgress | StageEnded | WorkEnded, Field(discriminator="kind")]
WORKER_EVENT: TypeAdapter[AnyWorkerEvent] = TypeAdapter(AnyWorkerEvent)
