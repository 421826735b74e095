"""The end of work: told once to the machine that waits for it, whoever brought the news."""

from collections.abc import Callable
from typing import NamedTuple

from diorama.errors import NotFound
from diorama.jobs import leases, rules, table
from diorama.jobs.models import StageRun, Work
from diorama.jobs.outcome import read_report
from diorama.jobs.rules import OUT_OF_MEMORY
from diorama.platform import Platform


class End(NamedTuple):
    """How work ended: `error` empty where it completed, else the name that the machine's Retry matches."""

    error: str = ""
    reason: str = ""


def end_work(platform: Platform, name: str, end: End) -> None:
    """Answers the task token of a work that has ended; a second time changes nothing.

    The token is answered before the row is closed: a crash in between only answers it twice. Where a new
    launch waits with a token of its own by now, that one is answered too.
    """
    work = table.get_work(platform.jobs, name)
    while work is not None and not work.ended:
        if end.error == OUT_OF_MEMORY:
            _note_exhaustion(platform, work)
        _answer(platform, work, end)
        if table.change_work(platform.jobs, name, _ending(work, end)) is not None:
            _free_if_over(platform, work)
            return
        work = table.get_work(platform.jobs, name)


def _free_if_over(platform: Platform, work: Work) -> None:
    """Of a job that ended while its work still ran, the leases were held until now."""
    job = table.find_job(platform.jobs, work.job_id)
    if job is None or job.attempt != work.attempt or job.state in rules.ENDED:
        free_if_still(platform, work.job_id, work.attempt)


def _answer(platform: Platform, work: Work, end: End) -> None:
    try:
        if end.error:
            platform.workflows.fail(work.task_token, end.error, end.reason)
        else:
            platform.workflows.answer(work.task_token, {"work": work.name})
    except NotFound:
        return  # nobody waits any more: the job has ended, or the token has been answered


def _ending(answered: Work, end: End) -> Callable[[Work], Work | None]:
    def change(now: Work) -> Work | None:
        if now.ended or now.task_token != answered.task_token:
            return None
        return now.model_copy(update={"ended": True, "error": end.error})

    return change


def _note_exhaustion(platform: Platform, work: Work) -> None:
    """Remembers that the stage which ran did not fit into memory: Plan has it run with less."""
    whole = [read_report(platform, output) is not None for output in work.outputs]
    stage = next((name for name, done in zip(work.stages, whole, strict=False) if not done), None)
    if stage is None:
        return

    def note(run: StageRun) -> StageRun | None:
        if work.name in run.exhausted or run.state in rules.STAGE_ENDED:
            return None
        return run.model_copy(update={"exhausted": (*run.exhausted, work.name)})

    table.change_stage(platform.jobs, work.job_id, work.attempt, stage, note)


def free_if_still(platform: Platform, job_id: str, attempt: int) -> None:
    """Frees the leases of an attempt none of whose work runs any more."""
    if not table.work_of(platform.jobs, job_id, attempt):
        leases.release(platform.jobs, job_id, attempt)


def is_finished(platform: Platform, work: Work) -> bool:
    """Whether every output that the work was to write is whole, or one of them refused."""
    for output in work.outputs:
        report = read_report(platform, output)
        if report is None:
            return False
        if report.get("outcome") == "refused":
            return True
    return True
