"""Settle: a job ends as its execution ended, whoever noticed it."""

from diorama.jobs import rules, table
from diorama.jobs.clean import clean_up
from diorama.jobs.models import Job, JobState, Problem, StageState
from diorama.platform import Platform
from diorama.ports import Execution, JsonObject


def settle(platform: Platform, execution_name: str, execution: Execution) -> Job | None:
    """Ends the job of an execution that has ended, and cleans up after it. May run any number of times.

    Returns the job where this was its newest attempt, also if it had ended before.
    """
    ours = rules.attempt_of_execution(execution_name)
    if ours is None or execution.state == "running":
        return None
    job_id, attempt = ours
    state, problem, result = ending(execution)
    changes: dict[str, object] = {"problem": problem, "result": result, "message": ""}
    if state == "succeeded":
        changes["percent"] = 100
    if table.find_job(platform.jobs, job_id) is None:
        return None
    table.end_job(platform.jobs, job_id, attempt, state, platform.clock.now(), **changes)
    job = table.find_job(platform.jobs, job_id)
    if job is None:
        return None
    if job.attempt == attempt:
        return finish(platform, job)
    clean_up(platform, job, attempt, "cancelled", problem)
    return None


def finish(platform: Platform, job: Job) -> Job:
    """Cleans up after a job that has ended, whoever ended it."""
    clean_up(platform, job, job.attempt, STAGES_END_AS[job.state], job.problem)
    return job


STAGES_END_AS: dict[JobState, StageState] = {
    "succeeded": "cancelled",
    "refused": "refused",
    "failed": "failed",
    "cancelled": "cancelled",
}


def _may_pass(execution: Execution) -> bool:
    """Whether it failed for want of capacity, or because machines were taken away: `cause` has a child's error."""
    told = f"{execution.error} {execution.cause}"
    return any(name in told for name in ("Interrupted", "Unavailable"))


def ending(execution: Execution) -> tuple[JobState, Problem | None, JsonObject | None]:
    """What an execution's end means for its job."""
    if execution.state == "aborted":
        return "cancelled", rules.CANCELLED, None
    if execution.state != "succeeded":
        return "failed", rules.NOT_THROUGH if _may_pass(execution) else rules.OUR_FAULT, None
    output = execution.output or {}
    if output.get("outcome") == "refused":
        return "refused", Problem.model_validate(output["problem"]), None
    return "succeeded", None, output
