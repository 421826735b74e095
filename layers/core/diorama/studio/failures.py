"""What broke on our side: kept for the admin, with the trace and a way to try it again.

FAILURE#<job> / ATTEMPT#<n>, index FAILURES#<month> by time. Traces are cut to fit a row; the whole log is in the store.
"""

from diorama.errors import NotFound
from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.jobs.table import month_of
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio.job_files import attempted_output

KEPT_S = 400 * 24 * 3600
TRACE_CHARS = 12_000
LOG = "log.txt"


class Failure(Contract):
    """One attempt of a job that broke. Times are Unix seconds."""

    job_id: str
    attempt: int
    product: str
    name: str
    user_id: str
    project_id: str
    stage: str
    error: str
    trace: str
    correlation_id: str
    failed_at: float


class FailurePage(Contract):
    """Some failures, newest first. The list goes on until the cursor is null."""

    failures: tuple[Failure, ...]
    cursor: str | None = None


def note(platform: Platform, job: Job) -> Failure:
    """Keeps why an attempt broke. May run any number of times."""
    error, cause = _of_execution(platform, job)
    stage, log = _of_stage(platform, job)
    failure = Failure(
        job_id=job.job_id,
        attempt=job.attempt,
        product=job.product,
        name=job.name,
        user_id=job.user_id,
        project_id=job.project_id,
        stage=stage,
        error=error,
        trace="\n\n".join(part for part in (cause[-TRACE_CHARS // 2 :], log[-TRACE_CHARS // 2 :]) if part),
        correlation_id=job.correlation_id,
        failed_at=job.ended_at or platform.clock.now(),
    )
    row = {
        "pk": f"FAILURE#{job.job_id}",
        "sk": f"ATTEMPT#{job.attempt:04d}",
        "value": failure.model_dump(mode="json"),
        "gsi_pk": f"FAILURES#{month_of(failure.failed_at)}",
        "gsi_sk": f"{failure.failed_at:017.6f}#{job.job_id}",
        "ttl": int(failure.failed_at + KEPT_S),
    }
    platform.records.put(row, expected_rev=None)
    return failure


def listed(platform: Platform, month: str | None, limit: int, cursor: str | None) -> FailurePage:
    """What broke in a month, this one where none is named. Raises `BadRequest` (cursor)."""
    page = platform.records.query(
        f"FAILURES#{month or month_of(platform.clock.now())}",
        index=True,
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )
    failures = tuple(Failure.model_validate(row["value"]) for row in page.rows)
    return FailurePage(failures=failures, cursor=page.cursor)


def _of_execution(platform: Platform, job: Job) -> tuple[str, str]:
    try:
        execution = platform.workflows.status(job.execution)
    except NotFound:
        return "", ""
    return execution.error or execution.state, execution.cause


def _of_stage(platform: Platform, job: Job) -> tuple[str, str]:
    """The stage that broke, and the end of its log."""
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
    broken = next((runs[name] for name in job.stages if name in runs and runs[name].state == "failed"), None)
    if broken is None:
        return "", ""
    output = attempted_output(platform, job, broken)
    try:
        return broken.stage, platform.store.get(f"{output}/{LOG}").decode(errors="replace") if output else ""
    except NotFound:
        return broken.stage, ""
