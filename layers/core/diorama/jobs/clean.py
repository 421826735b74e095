"""After an attempt has ended, however: nothing of it may go on running, waiting or holding."""

from diorama.jobs import leases, rules, table
from diorama.jobs.models import Problem, StageRun, StageState
from diorama.platform import Platform


def clean_up(
    platform: Platform, job_id: str, attempt: int, state: StageState, problem: Problem | None = None
) -> None:
    """Stops the attempt's work, closes its stages as `state`, frees its leases. Any number of times."""
    for work in table.open_work(platform.jobs):
        if (work.job_id, work.attempt) == (job_id, attempt):
            platform.compute.stop(work.name)
            table.put_work(platform.jobs, work.model_copy(update={"ended": True}))
    close_stages(platform, job_id, attempt, state, problem)
    leases.release(platform.jobs, job_id, attempt)


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
