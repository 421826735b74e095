"""Reconcile: what messages should have brought and did not. Alone, it brings every job home."""

from collections.abc import Callable
from contextlib import suppress

from diorama.errors import NotFound, Unavailable
from diorama.jobs import leases, rules, table
from diorama.jobs.actions import run_machine
from diorama.jobs.models import Job, Work
from diorama.jobs.news import INTERRUPTED, End, end_work, is_finished
from diorama.jobs.settle import settle
from diorama.platform import Platform

START_GRACE_S = 60.0
END_GRACE_S = 30.0


def reconcile(platform: Platform, tell: Callable[[Job], None]) -> None:
    """Looks at everything that is open, once. `tell` is called with each job that has ended."""
    for work in list(table.open_work(platform.jobs)):
        _reconcile_work(platform, work)
    for job in list(table.open_jobs(platform.jobs)):
        settled = _reconcile_job(platform, job)
        if settled is not None:
            tell(settled)
    _free_dead_leases(platform)


def _reconcile_work(platform: Platform, work: Work) -> None:
    now = platform.clock.now()
    if now - work.launched_at < END_GRACE_S:
        return
    state = platform.compute.state(work.name)
    if state == "succeeded" or (state != "running" and is_finished(platform, work)):
        end_work(platform, work.name, End())
    elif state in ("failed", "stopped"):
        end_work(platform, work.name, End(INTERRUPTED, f"found {state}; no message told why"))
    elif now > work.deadline:
        platform.compute.stop(work.name)
        end_work(platform, work.name, End(INTERRUPTED, "no word of it by its deadline"))


def _reconcile_job(platform: Platform, job: Job) -> Job | None:
    if not job.execution:
        _start_if_forgotten(platform, job)
        return None
    try:
        execution = platform.workflows.status(job.execution)
    except NotFound:
        return None
    return settle(platform, rules.execution_name(job), execution)


def _start_if_forgotten(platform: Platform, job: Job) -> None:
    if platform.clock.now() - job.created_at > START_GRACE_S:
        with suppress(Unavailable):
            run_machine(platform, job)


def _free_dead_leases(platform: Platform) -> None:
    """Leases and slots of attempts that are over."""
    for job_id, attempt, row in leases.held(platform.jobs):
        try:
            job = table.get_job(platform.jobs, job_id)
        except NotFound:
            leases.free_rows(platform.jobs, [row])
            continue
        if job.attempt != attempt or job.state in rules.ENDED:
            leases.free_rows(platform.jobs, [row])
