"""What a job, a stage of it and a piece of work are."""

from typing import Literal

from pydantic import Field, model_validator

from diorama.money import Usd
from diorama.ports import JsonObject
from diorama.stage import Contract

JobState = Literal["queued", "running", "waiting", "succeeded", "refused", "failed", "cancelled"]
StageState = Literal["queued", "waiting", "running", "succeeded", "reduced", "refused", "failed", "cancelled"]


class Problem(Contract):
    """Why something ended badly, for the person whose job it is."""

    code: str
    message: str
    advice: str = ""


class Budget(Contract):
    """What a job may cost, all attempts together: money, machine time, or both."""

    usd: Usd | None = None
    minutes: float | None = Field(None, ge=0, le=100_000, description="Of machines")

    @model_validator(mode="after")
    def _says_something(self) -> "Budget":
        if self.usd is None and self.minutes is None:
            raise ValueError("a budget names dollars, minutes or both")
        return self


class Job(Contract):
    """One run of a product. Times are Unix seconds."""

    job_id: str
    product: str
    project_id: str
    user_id: str
    subject_id: str = Field(description="What the job makes: a tour's id")
    name: str = Field("", description="What people call that")
    stages: tuple[str, ...] = Field(description="Names of its stages, in order")
    data: JsonObject = Field({}, description="What the product's state machine starts from")
    correlation_id: str
    priority: int = Field(5, ge=0, le=9, description="9 goes first")
    at_once: int | None = Field(None, description="How many machines work for its owner at once, at most")
    budget: Budget | None = None
    batch_id: str = Field("", description="The batch that it is one of")
    attempt: int = Field(1, ge=1)
    redone: tuple[str, ...] = Field((), description="Stages that this attempt runs anew, finished or not")
    state: JobState = "queued"
    execution: str = ""
    percent: float = 0
    message: str = ""
    problem: Problem | None = None
    result: JsonObject | None = Field(None, description="What its state machine ended with")
    ready_at: float | None = Field(None, description="When it is going to be done, as far as one can tell")
    created_at: float
    started_at: float | None = None
    ended_at: float | None = None


class StageRun(Contract):
    """How one stage of one attempt stands. `order`: (launch, sequence) of the newest message seen."""

    stage: str
    attempt: int
    state: StageState = "queued"
    key: str = ""
    output: str = ""
    work: str = ""
    cached: bool = False
    order: tuple[int, int] = (0, 0)
    percent: float = 0
    message: str = ""
    metrics: dict[str, float | int | str] = Field({})
    report: JsonObject | None = None
    problem: Problem | None = None
    exhausted: tuple[str, ...] = Field((), description="Works in which it ran out of memory")
    started_at: float | None = None
    ended_at: float | None = None


class Result(Contract):
    """A finished key: what it holds and where. `reduced` ones are never used again."""

    key: str
    stage: str
    output: str
    reduced: bool
    report: JsonObject
    job_id: str
    seconds: float = 0
    finished_at: float


class Lease(Contract):
    """The right to compute a key, held by one attempt of one job."""

    key: str
    job_id: str
    attempt: int
    expires_at: float


class Work(Contract):
    """One launched worker, and the token that the state machine waits with. Never logged whole."""

    name: str
    job_id: str
    attempt: int
    operation: Literal["create_training_job", "invoke_endpoint_async"]
    task_token: str = Field(repr=False)
    stages: tuple[str, ...] = Field((), description="Their names, in order")
    outputs: tuple[str, ...] = Field(description="Where its stages report, in order")
    launched_at: float
    deadline: float
    instance: str = Field("", description="Type of the machine")
    spot: bool = Field(False, description="On capacity that may be taken away")
    volume_gb: int = Field(0, description="Size of its disk")
    stop_asked_at: float | None = None
    ended: bool = False
    error: str = Field(
        "", description="What ended it, as the machine's Retry calls that; empty: all went well"
    )
