"""What a person may do to a job, whatever its product: start it, cancel it, try it again."""

from typing import Literal

from diorama.errors import ConfigurationError, Conflict, NotFound
from diorama.jobs import rules, table
from diorama.jobs.clean import clean_up
from diorama.jobs.models import Job, Problem
from diorama.platform import Platform
from diorama.ports import JsonObject


def start(platform: Platform, job: Job) -> Job:
    """Adds the job and starts its state machine. A crash in between is mended by the reconciler."""
    table.add_job(platform.jobs, job)
    return run_machine(platform, job)


def run_machine(platform: Platform, job: Job) -> Job:
    """Starts the execution of the job's attempt; starting it twice starts it once."""
    machine = platform.settings.machines.get(job.product)
    if machine is None:
        raise ConfigurationError(
            f"No state machine is set for {job.product}.", "Set DIORAMA_MACHINES in template.yaml."
        )
    execution = platform.workflows.start(machine, rules.execution_name(job), machine_input(job))
    changed = table.change_job(
        platform.jobs, job.job_id, job.attempt, lambda now: now.model_copy(update={"execution": execution})
    )
    return changed or table.get_job(platform.jobs, job.job_id)


def machine_input(job: Job) -> JsonObject:
    """What a product's state machine starts from: who asks, and the product's own data."""
    return {
        "job_id": job.job_id,
        "attempt": job.attempt,
        "project_id": job.project_id,
        "subject_id": job.subject_id,
        "correlation_id": job.correlation_id,
        **job.data,
    }


def cancel(platform: Platform, job_id: str) -> Job:
    """Cancels a job: its row at once, its execution and work right after. `Conflict` where it has ended."""
    job = table.get_job(platform.jobs, job_id)
    cancelled = end_early(platform, job, "cancelled", rules.CANCELLED)
    if cancelled is None:
        job = table.get_job(platform.jobs, job_id)
        if job.state != "cancelled":
            raise Conflict(
                f"The job has {job.state} already.", "There is nothing left to cancel.", "already_ended"
            )
        stop_work(platform, job)
        return job
    return cancelled


def end_early(
    platform: Platform, job: Job, state: Literal["cancelled", "refused"], problem: Problem
) -> Job | None:
    """Ends an attempt that is under way, its row first; None where it has ended already."""
    ended = table.end_job(
        platform.jobs, job.job_id, job.attempt, state, platform.clock.now(), problem=problem
    )
    if ended is not None:
        stop_work(platform, ended)
    return ended


def stop_work(platform: Platform, job: Job) -> None:
    """Ends the execution and the work of an attempt that has ended. Any number of times."""
    stop_execution(platform, job)
    clean_up(platform, job, job.attempt, "cancelled")


def stop_execution(platform: Platform, job: Job) -> None:
    """Aborts the attempt's execution where there is one."""
    if not job.execution:
        return
    try:
        platform.workflows.stop(job.execution, "The job was cancelled.")
    except NotFound:
        return


def retry(
    platform: Platform, job_id: str, data: JsonObject | None = None, redone: tuple[str, ...] = ()
) -> Job:
    """Starts a new attempt of a job that ended badly, with other data if given.

    What had finished is not computed again, but for the stages to be `redone`. Raises `Conflict` where the job has
    not ended, or ended well and nothing is changed.
    """
    changes: dict[str, object] = {} if data is None else {"data": data}
    if redone:
        changes["redone"] = redone
    _settle_ended(platform, job_id)
    job = table.begin_attempt(platform.jobs, job_id, **changes)
    clean_up(platform, job, job.attempt - 1, "cancelled", rules.CANCELLED)
    return run_machine(platform, job)


def _settle_ended(platform: Platform, job_id: str) -> None:
    """Whoever ended the attempt may have been cut off before this, and nobody looks at it once there is a new one."""
    job = table.get_job(platform.jobs, job_id)
    if job.state in rules.ENDED:
        clean_up(platform, job, job.attempt, "cancelled", rules.CANCELLED)
