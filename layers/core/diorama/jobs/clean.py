"""After an attempt has ended, however: nothing of it may go on running, waiting or holding."""

from diorama.jobs import leases, rules, table
from diorama.jobs.endings import End, end_work, free_if_still
from diorama.jobs.models import Job, Problem, StageRun, StageState, Work
from diorama.platform import Platform

LAUNCHING_TAKES_S = 60.0
"""Above the time between a work's row and its machine: Launch may be in between."""
OVER_WITHOUT_WORD = ("succeeded", "failed", "stopped")


def clean_up(
    platform: Platform, job: Job, attempt: int, state: StageState, problem: Problem | None = None
) -> None:
    """Stops the attempt's work, closes its stages as `state`, frees its leases. Any number of times.

    Where a machine takes its time to stop, the leases are held until that is heard of: nobody else may begin
    with what it is still writing.
    """
    for work in table.work_of(platform.jobs, job.job_id, attempt):
        stop(platform, work)
    close_stages(platform, job.job_id, attempt, state, problem)
    leases.leave_lines(platform.jobs, job, attempt, platform.settings.pools)
    free_if_still(platform, job.job_id, attempt)


def stop(platform: Platform, work: Work) -> None:
    """Asks work to stop, and writes its end down if that came at once."""
    now = platform.clock.now()
    table.change_work(
        platform.jobs,
        work.name,
        lambda one: None if one.ended else one.model_copy(update={"stop_asked_at": now}),
    )
    platform.compute.stop(work.name)
    if is_still(platform, work):
        end_work(platform, work.name, End(rules.INTERRUPTED, "it was stopped"))


def is_still(platform: Platform, work: Work) -> bool:
    """Whether work that was told to stop runs no more, as far as its machine tells."""
    state = platform.compute.state(work.name)
    if state != "unknown":
        return state in OVER_WITHOUT_WORD
    being_launched = platform.clock.now() - work.launched_at < LAUNCHING_TAKES_S
    return work.operation == "create_training_job" and not being_launched


def close_stages(
    platform: Platform, job_id: str, attempt: int, state: StageState, problem: Problem | None
) -> None:
    """Ends every stage of an attempt that has not ended."""
    now = platform.clock.now()

    def close(run: StageRun) -> StageRun | None:
        if run.state in rules.STAGE_ENDED:
            return None
        return run.model_copy(update={"state": state, "ended_at": now, "problem": problem})

    for name in table.stage_runs(platform.jobs, job_id, attempt):
        table.change_stage(platform.jobs, job_id, attempt, name, close)
