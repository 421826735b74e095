"""Reconcile: what messages should have brought and did not. Alone, it brings every job home."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from diorama.errors import NotFound, Unavailable
from diorama.jobs import leases, rules, table
from diorama.jobs.actions import run_machine, stop_execution
from diorama.jobs.clean import clean_up, stop
from diorama.jobs.endings import End, end_work, is_finished
from diorama.jobs.models import Job, Work
from diorama.jobs.rules import INTERRUPTED
from diorama.jobs.settle import finish, settle
from diorama.platform import Platform
from diorama.ports import Execution

START_GRACE_S = 60.0
END_GRACE_S = 30.0
STOP_GRACE_S = 300.0
"""Above the time that a machine takes from being told to stop until it has."""


def reconcile(platform: Platform, tell: Callable[[Job], None]) -> None:
    """Looks at everything that is open, once. `tell` is called with each job that has ended.

    A job stays open until it was told of: what is cut off here is done again. One that can't be dealt with
    keeps no other waiting; what went wrong is raised in the end, as an `ExceptionGroup`.
    """
    wrong: list[Exception] = []
    for work in list(table.open_work(platform.jobs)):
        with _gathered(wrong):
            _reconcile_work(platform, work)
    for job in list(table.unclosed_jobs(platform.jobs)):
        with _gathered(wrong):
            _settle_and_tell(platform, job, tell)
    with _gathered(wrong):
        _free_dead_leases(platform)
    if wrong:
        raise ExceptionGroup("not everything could be reconciled", wrong)


@contextmanager
def _gathered(wrong: list[Exception]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        wrong.append(error)


def _settle_and_tell(platform: Platform, job: Job, tell: Callable[[Job], None]) -> None:
    settled = _reconcile_job(platform, job)
    if settled is not None:
        tell(settled)
        table.close_job(platform.jobs, settled.job_id, settled.attempt, platform.clock.now())


def _reconcile_work(platform: Platform, work: Work) -> None:
    now = platform.clock.now()
    if now - work.launched_at < END_GRACE_S:
        return
    state = platform.compute.state(work.name)
    if state == "succeeded" or (state != "running" and is_finished(platform, work)):
        end_work(platform, work.name, End())
    elif state in ("failed", "stopped"):
        end_work(platform, work.name, End(INTERRUPTED, f"found {state}; no message told why"))
    elif now > work.deadline + STOP_GRACE_S:
        end_work(platform, work.name, End(INTERRUPTED, "no word of it by its deadline"))
    elif now > work.deadline:
        platform.compute.stop(work.name)  # when it has, that is found above
    elif _wanted_no_more(platform, work):
        stop(platform, work)


def _wanted_no_more(platform: Platform, work: Work) -> bool:
    job = table.find_job(platform.jobs, work.job_id)
    return job is None or job.attempt != work.attempt or job.state in rules.ENDED


def _reconcile_job(platform: Platform, job: Job) -> Job | None:
    if job.state in rules.ENDED:
        stop_execution(platform, job)
        return finish(platform, job)
    if not job.execution:
        _start_if_forgotten(platform, job)
        return None
    try:
        execution = platform.workflows.status(job.execution)
    except NotFound:
        execution = Execution("failed", error="ExecutionLost")
    return settle(platform, rules.execution_name(job), execution)


def _start_if_forgotten(platform: Platform, job: Job) -> None:
    if platform.clock.now() - job.created_at > START_GRACE_S:
        with suppress(Unavailable):
            run_machine(platform, job)


def _free_dead_leases(platform: Platform) -> None:
    """Leases and slots of attempts that are over, once none of their work runs any more."""
    for job_id, attempt in sorted({(job_id, attempt) for job_id, attempt, _ in leases.held(platform.jobs)}):
        job = table.find_job(platform.jobs, job_id)
        if job is None:
            leases.release(platform.jobs, job_id, attempt)
        elif job.attempt != attempt:
            clean_up(platform, job, attempt, "cancelled", rules.CANCELLED)
        elif job.state in rules.ENDED:
            finish(platform, job)
