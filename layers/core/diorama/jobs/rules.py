"""The rules that jobs live by, without a table or a clock."""

import hashlib
import json
from collections.abc import Mapping

from diorama.jobs.models import Job, JobState, Problem, StageRun, StageState
from diorama.ports import JsonObject
from diorama.stage import Stage

INTERRUPTED = "Interrupted"
WORK_FAILED = "WorkFailed"
OUT_OF_MEMORY = "OutOfMemory"
"""What ended work, as the state machines' Retry and Catch name it."""

ENDED: frozenset[JobState] = frozenset({"succeeded", "refused", "failed", "cancelled"})
RETRYABLE: frozenset[JobState] = frozenset({"refused", "failed", "cancelled"})
STAGE_ENDED: frozenset[StageState] = frozenset({"succeeded", "reduced", "refused", "failed", "cancelled"})


def may_move(now: JobState, then: JobState) -> bool:
    """Within an attempt a job only moves forward; running and waiting may alternate."""
    if now in ENDED:
        return False
    return then != "queued" or now == "queued"


def as_the_job_ended(job: Job, attempt: int, failure: Problem) -> tuple[StageState, Problem | None]:
    """How stages are closed whose work failed: as the job, if it ended before, or was tried again."""
    if job.attempt != attempt or job.state == "cancelled":
        return "cancelled", CANCELLED
    return "failed", failure


def cache_key(
    project_id: str, stage: Stage, params: JsonObject, input_keys: Mapping[str, str], weights: str = ""
) -> str:
    """The name of a stage's result: 32 hex digits that differ whenever the result could differ.

    `input_keys` are the cache keys or content ids of the inputs, `weights` what tells the model
    weights apart that the stage would use.
    """
    what = {
        "project": project_id,
        "stage": stage.name,
        "revision": stage.revision,
        "params": params,
        "inputs": dict(input_keys),
        "weights": weights,
    }
    canonical = json.dumps(what, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def overall_percent(job: Job, stages: Mapping[str, StageRun]) -> float:
    """How far a job is, each stage counting alike."""
    done = sum(_stage_percent(stages.get(name)) for name in job.stages)
    return round(done / max(1, len(job.stages)), 1)


def _stage_percent(run: StageRun | None) -> float:
    if run is None:
        return 0
    return 100 if run.state in ("succeeded", "reduced") else run.percent


def is_newer(run: StageRun, order: tuple[int, int]) -> bool:
    """Whether a message about a stage tells something new: messages come late, twice and out of order."""
    return run.state not in STAGE_ENDED and order > run.order


def execution_name(job: Job) -> str:
    """The name of an attempt's execution: starting it twice starts it once."""
    return f"{job.job_id}-{job.attempt}"


def attempt_of_execution(name: str) -> tuple[str, int] | None:
    """The job and attempt that an execution belongs to, or None where the name is not one of ours."""
    job_id, _, attempt = name.rpartition("-")
    return (job_id, int(attempt)) if job_id and attempt.isdecimal() else None


OUR_FAULT = Problem(
    code="internal",
    message="Something broke on our side, not in your material.",
    advice="It has been reported with all details. Retry the job; what had finished is kept.",
)
NOT_THROUGH = Problem(
    code="not_through",
    message="Nothing is wrong with your material: the machines that this needs were not to be had, several times.",
    advice="Retry the job in a while; what had finished is kept.",
)
TOO_LARGE = Problem(
    code="out_of_memory",
    message="This needs more memory than the machines here have, even with everything made smaller.",
    advice="Choose a lower quality, or use a shorter video or smaller photos.",
)
CANCELLED = Problem(
    code="cancelled",
    message="The job was cancelled.",
    advice="Retry it to go on from its last finished stage.",
)
