"""The jobs table: which rows there are, and how they are read and changed.

pk              sk                      holds
JOB#<id>        JOB                     the job;          index USER#<user> by creation
JOB#<id>        OPEN#<attempt>          until that has ended and all is done about it;  index OPEN
JOB#<id>        WORK#<attempt>#<name>   that this work was launched for it
PROJECT#<id>    JOB#<id>                that the job is in the project; index JOBS#<month> by creation
JOB#<id>        STAGE#<attempt>#<name>  how a stage stands
WORK#<name>     WORK                    launched work and its task token; index WORK while not ended
KEY#<key>       RESULT                  a finished key
KEY#<key>       LEASE                   who computes it;  index LEASE while somebody does
POOL#<pool>     SLOT#<n>, WAIT#...      room for heavy work (index LEASE while taken), and who waits for it
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

from diorama.errors import Conflict, NotFound
from diorama.jobs import rules
from diorama.jobs.models import Job, JobState, Result, StageRun, Work
from diorama.ports import Delete, Page, Put, Records, Row
from diorama.stage import Contract

KEPT_S = 400 * 24 * 3600
WORK_KEPT_S = 14 * 24 * 3600
TRIES = 20
LATE_WRITES_S = 60.0
"""Above the time that a function goes on for which began before a job's end: what it still writes is cleaned up too."""

AnyContract = TypeVar("AnyContract", bound=Contract)


def read(row: Row | None, model: type[AnyContract]) -> AnyContract | None:
    """The model in a row, or None where there is no row."""
    return None if row is None else model.model_validate(row["value"])


def _row(pk: str, sk: str, value: Contract, **columns: str | int) -> Row:
    return {"pk": pk, "sk": sk, "value": value.model_dump(mode="json"), **columns}


# --- jobs ---------------------------------------------------------------------------------------


def _job_row(job: Job) -> Row:
    return _row(
        f"JOB#{job.job_id}",
        "JOB",
        job,
        gsi_pk=f"USER#{job.user_id}",
        gsi_sk=f"{job.created_at:017.6f}#{job.job_id}",
    )


def _open_row(job: Job) -> Row:
    return {
        "pk": f"JOB#{job.job_id}",
        "sk": _open_at(job.attempt),
        "gsi_pk": "OPEN",
        "gsi_sk": f"{job.created_at:017.6f}#{job.job_id}",
        "job_id": job.job_id,
    }


def _open_at(attempt: int) -> str:
    """A row for each attempt, so that whoever closes an old one can't close the new one."""
    return f"OPEN#{attempt:04d}"


def _listed_row(job: Job) -> Row:
    return {
        "pk": f"PROJECT#{job.project_id}",
        "sk": f"JOB#{job.job_id}",
        "gsi_pk": f"JOBS#{month_of(job.created_at)}",
        "gsi_sk": f"{job.created_at:017.6f}#{job.job_id}",
        "job_id": job.job_id,
    }


def month_of(time: float) -> str:
    """The month of a moment, as in "2026-11", by which everybody's jobs are listed."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m")


def add_job(jobs: Records, job: Job) -> None:
    """Writes a new job. Raises `Conflict` where its id is taken."""
    jobs.transact([Put(_job_row(job), 0), Put(_open_row(job), 0), Put(_listed_row(job), None)])


def get_job(jobs: Records, job_id: str) -> Job:
    """Raises `NotFound`."""
    return _read_job(jobs, job_id)[0]


def find_job(jobs: Records, job_id: str) -> Job | None:
    """The job, or None."""
    return read(jobs.get(f"JOB#{job_id}", "JOB"), Job)


def _read_job(jobs: Records, job_id: str) -> tuple[Job, int]:
    row = jobs.get(f"JOB#{job_id}", "JOB")
    if row is None:
        raise NotFound("There is no such job.", "Check the id; jobs are listed at /v1/jobs.")
    return Job.model_validate(row["value"]), row["rev"]


def list_jobs(jobs: Records, user_id: str, limit: int, cursor: str | None) -> tuple[list[Job], str | None]:
    """A person's jobs, newest first, and the cursor for more."""
    page = jobs.query(f"USER#{user_id}", index=True, limit=limit, cursor=cursor, newest_first=True)
    return [Job.model_validate(row["value"]) for row in page.rows], page.cursor


def list_jobs_of_project(
    jobs: Records, project_id: str, limit: int, cursor: str | None
) -> tuple[list[Job], str | None]:
    """The jobs of a project, newest first, and the cursor for more."""
    page = jobs.query(f"PROJECT#{project_id}", "JOB#", limit=limit, cursor=cursor, newest_first=True)
    return _named(jobs, page), page.cursor


def list_jobs_of_month(
    jobs: Records, month: str, limit: int, cursor: str | None
) -> tuple[list[Job], str | None]:
    """Everybody's jobs that were made in a month, newest first, and the cursor for more."""
    page = jobs.query(f"JOBS#{month}", index=True, limit=limit, cursor=cursor, newest_first=True)
    return _named(jobs, page), page.cursor


def _named(jobs: Records, page: Page) -> list[Job]:
    found = (find_job(jobs, row["job_id"]) for row in page.rows)
    return [job for job in found if job is not None]


def open_jobs(jobs: Records) -> Iterator[Job]:
    """Every job that has not ended."""
    return (job for job in unclosed_jobs(jobs) if job.state not in rules.ENDED)


def unclosed_jobs(jobs: Records) -> Iterator[Job]:
    """Every job that has not ended, or of whose end not everybody was told."""
    for row in _all_indexed(jobs, "OPEN"):
        job = find_job(jobs, row["job_id"])
        if job is not None:
            yield job


def close_job(jobs: Records, job_id: str, attempt: int, now: float) -> None:
    """Says that nothing remains to be done about a job that has ended; not where it was tried again since, nor as
    long as a function that began before its end may still write something.
    """
    row = jobs.get(f"JOB#{job_id}", _open_at(attempt))
    job = find_job(jobs, job_id)
    if row is None or job is None or job.attempt != attempt or job.state not in rules.ENDED:
        return
    if job.ended_at is None or now < job.ended_at + LATE_WRITES_S:
        return
    with suppress(Conflict):
        jobs.delete(row["pk"], row["sk"], expected_rev=row["rev"])


def _all_indexed(jobs: Records, gsi_pk: str) -> Iterator[Row]:
    page = Page((), None)
    while True:
        page = jobs.query(gsi_pk, index=True, limit=100, cursor=page.cursor)
        yield from page.rows
        if page.cursor is None:
            return


def change_job(jobs: Records, job_id: str, attempt: int, change: Callable[[Job], Job | None]) -> Job | None:
    """Applies a change to the job as it is now, if it still is at that attempt and has not ended.

    `change` gives the new job, or None for no change. Returns the job after the change, or None where
    nothing was changed: an old attempt speaks, the job has ended, the move is backwards, or nothing is new.
    """
    for _ in range(TRIES):
        job, rev = _read_job(jobs, job_id)
        if job.attempt != attempt:
            return None
        changed = change(job)
        if changed is None or changed == job or not rules.may_move(job.state, changed.state):
            return None
        try:
            jobs.put(_job_row(changed), expected_rev=rev)
        except Conflict:
            continue
        return changed
    raise Conflict("The job keeps changing.", "Try again.")


def replace_job(jobs: Records, changed: Job, seen: Job) -> Job | None:
    """Writes a job whose state stays as it is, ended or not; None where it is no longer as it was seen."""
    job, rev = _read_job(jobs, seen.job_id)
    if job != seen or changed.state != seen.state:
        return None
    try:
        jobs.put(_job_row(changed), expected_rev=rev)
    except Conflict:
        return None
    return changed


def begin_attempt(jobs: Records, job_id: str, **changes: object) -> Job:
    """The next attempt of a job that ended badly, or well if something is changed. Raises `Conflict` elsewhere."""
    job, rev = _read_job(jobs, job_id)
    if job.state not in rules.RETRYABLE and not (changes and job.state in rules.ENDED):
        raise Conflict(
            f"The job has {job.state} and can't be retried."
            if job.state in rules.ENDED
            else "The job has not ended yet.",
            "A job that failed, was refused or was cancelled can be retried; one that succeeded with other parameters.",
            "not_retryable",
        )
    fresh = {
        "attempt": job.attempt + 1,
        "redone": (),
        "state": "queued",
        "execution": "",
        "percent": 0,
        "message": "",
        "problem": None,
        "result": None,
        "ready_at": None,
        "started_at": None,
        "ended_at": None,
    }
    again = job.model_copy(update={**fresh, **changes})
    closed = Delete(f"JOB#{job_id}", _open_at(job.attempt))
    jobs.transact([Put(_job_row(again), rev), Put(_open_row(again), None), closed])
    return again


def end_job(
    jobs: Records, job_id: str, attempt: int, state: JobState, now: float, **changes: object
) -> Job | None:
    """Ends an attempt; None where it had ended already or is an old one."""
    return change_job(
        jobs,
        job_id,
        attempt,
        lambda job: job.model_copy(update={"state": state, "ended_at": now, **changes}),
    )


# --- stages -------------------------------------------------------------------------------------


def stage_runs(jobs: Records, job_id: str, attempt: int) -> dict[str, StageRun]:
    """How the stages of an attempt stand, by name."""
    page = jobs.query(f"JOB#{job_id}", f"STAGE#{attempt:04d}#")
    runs = (StageRun.model_validate(row["value"]) for row in page.rows)
    return {run.stage: run for run in runs}


def change_stage(
    jobs: Records, job_id: str, attempt: int, stage: str, change: Callable[[StageRun], StageRun | None]
) -> StageRun | None:
    """Applies a change to a stage's row (made if needed); None where `change` gives none."""
    pk, sk = f"JOB#{job_id}", f"STAGE#{attempt:04d}#{stage}"
    for _ in range(TRIES):
        row = jobs.get(pk, sk)
        run = read(row, StageRun) or StageRun(stage=stage, attempt=attempt)
        changed = change(run)
        if changed is None or changed == run:
            return None
        try:
            jobs.put(_row(pk, sk, changed), expected_rev=row["rev"] if row else 0)
        except Conflict:
            continue
        return changed
    raise Conflict("The stage keeps changing.", "Try again.")


# --- finished keys ------------------------------------------------------------------------------


def get_result(jobs: Records, key: str) -> Result | None:
    """What a finished key holds."""
    return read(jobs.get(f"KEY#{key}", "RESULT"), Result)


def put_result(jobs: Records, result: Result) -> None:
    """Says that a key is finished: the last thing written of it."""
    jobs.put(_row(f"KEY#{result.key}", "RESULT", result), expected_rev=None)


# --- work ---------------------------------------------------------------------------------------


def put_work(jobs: Records, work: Work) -> None:
    """Remembers work before it is launched. Raises `Conflict` where that was done before."""
    listed = {
        "pk": f"JOB#{work.job_id}",
        "sk": f"WORK#{work.attempt:04d}#{work.name}",
        "work": work.name,
        "ttl": _work_kept_until(work),
    }
    jobs.transact([Put(_work_row(work), 0), Put(listed, None)])


def _work_row(work: Work) -> Row:
    columns: dict[str, str | int] = {"ttl": _work_kept_until(work)}
    if not work.ended:
        columns |= {"gsi_pk": "WORK", "gsi_sk": f"{work.launched_at:017.6f}#{work.name}"}
    return _row(f"WORK#{work.name}", "WORK", work, **columns)


def _work_kept_until(work: Work) -> int:
    return int(work.launched_at + WORK_KEPT_S)


def change_work(jobs: Records, name: str, change: Callable[[Work], Work | None]) -> Work | None:
    """Applies a change to a work as it is now; None where there is none, or `change` gives none."""
    for _ in range(TRIES):
        row = jobs.get(f"WORK#{name}", "WORK")
        work = read(row, Work)
        changed = None if work is None else change(work)
        if row is None or changed is None:
            return None
        if changed == work:
            return work
        try:
            jobs.put(_work_row(changed), expected_rev=row["rev"])
        except Conflict:
            continue
        return changed
    raise Conflict("The work keeps changing.", "Try again.")


def work_of(jobs: Records, job_id: str, attempt: int) -> list[Work]:
    """The work of an attempt whose end is not known, without asking the index, which may lag."""
    page = jobs.query(f"JOB#{job_id}", f"WORK#{attempt:04d}#")
    found = (get_work(jobs, row["work"]) for row in page.rows)
    return [work for work in found if work is not None and not work.ended]


def get_work(jobs: Records, name: str) -> Work | None:
    """The work of that name."""
    return read(jobs.get(f"WORK#{name}", "WORK"), Work)


def open_work(jobs: Records) -> Iterator[Work]:
    """Every work whose end is not known."""
    for row in _all_indexed(jobs, "WORK"):
        work = get_work(jobs, row["value"]["name"])
        if work is not None and not work.ended:
            yield work
