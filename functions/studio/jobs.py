"""Jobs and batches of them: /v1/jobs, /v1/batches. Routes of `studio.api`."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from diorama.catalog import STAGES
from diorama.jobs.models import JobState
from diorama.platform import connect
from diorama.studio import batches, job_files, jobs, logs
from door import SignedIn
from idempotency import ONCE, once
from paging import Cursor, Limit
from telling import tell

router = Router()


@router.get("/v1/jobs", tags=["jobs"])
def list_jobs(
    user_id: SignedIn,
    status: JobState | None = None,
    product: str | None = None,
    project: str | None = None,
    batch: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> jobs.JobPage:
    """Your jobs, newest first. Go on until the cursor is null: a page may be short."""
    which = jobs.JobFilter(status=status, product=product, project_id=project, batch_id=batch)
    return jobs.listed(connect(), user_id, which, limit, cursor)


@router.get("/v1/jobs/<job_id>", tags=["jobs"])
def get_job(job_id: str, user_id: SignedIn) -> jobs.JobDetails:
    """A job, its stages and their reports."""
    return jobs.look(connect(), user_id, job_id)


@router.get("/v1/jobs/<job_id>/stages/<stage>/files", tags=["jobs"])
def list_job_files(
    job_id: str,
    stage: str,
    user_id: SignedIn,
    prefix: Annotated[
        str, Query(max_length=500, description="Only paths that start so, as in `images/` or `metadata.json`")
    ] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> job_files.JobFilePage:
    """What a stage of the newest attempt wrote, each file with a link that is good for 15 minutes."""
    return job_files.listed(connect(), user_id, job_id, stage, prefix, limit, cursor)


@router.post(
    "/v1/jobs/<job_id>/retry", status_code=202, middlewares=[once], openapi_extensions=ONCE, tags=["jobs"]
)
def retry_job(
    job_id: str, user_id: SignedIn, body: Annotated[jobs.Retry | None, Body()] = None
) -> jobs.JobDetails:
    """A new attempt of a job that failed, was refused or was cancelled; finished stages are not run again.

    With other parameters, or from a stage on, a job that succeeded may be run again too.
    """
    again = jobs.retry(connect(), user_id, job_id, body, STAGES)
    tell(job_id)
    return again


@router.patch("/v1/jobs/<job_id>/budget", tags=["jobs"])
def set_budget(job_id: str, body: jobs.BudgetChange, user_id: SignedIn) -> jobs.JobDetails:
    """What a job may cost from now on. One that was stopped by its budget goes on when it is retried."""
    changed = jobs.set_budget(connect(), user_id, job_id, body)
    tell(job_id)
    return changed


@router.post("/v1/jobs/<job_id>/cancel", tags=["jobs"])
def cancel_job(job_id: str, user_id: SignedIn) -> jobs.JobDetails:
    """Cancels a job at once; what runs of it is stopped within seconds."""
    cancelled = jobs.cancel(connect(), user_id, job_id)
    tell(job_id)
    return cancelled


@router.get("/v1/jobs/<job_id>/logs", tags=["jobs"])
def get_log(
    job_id: str,
    user_id: SignedIn,
    stage: Annotated[
        str | None, Query(max_length=64, description="The newest that has begun, if left out")
    ] = None,
    after: Annotated[int, Query(ge=0, description="`next` of the answer before: only what came since")] = 0,
) -> logs.LogText:
    """What a stage of the newest attempt has printed, also while it runs; ask again from `next` for more."""
    return logs.read(connect(), user_id, job_id, stage, after)


@router.get("/v1/batches", tags=["jobs"])
def list_batches(
    user_id: SignedIn, project: str | None = None, limit: Limit = 50, cursor: Cursor = None
) -> batches.BatchPage:
    """The batches of a project, which has to be named, newest first."""
    return batches.listed(connect(), user_id, project, limit, cursor)


@router.get("/v1/batches/<batch_id>", tags=["jobs"])
def get_batch(batch_id: str, user_id: SignedIn) -> batches.BatchView:
    """How far a batch is, and what it has cost; its jobs are at `/v1/jobs?project=...&batch=...`."""
    return batches.look(connect(), user_id, batch_id)


@router.post("/v1/batches/<batch_id>/cancel", tags=["jobs"])
def cancel_batch(batch_id: str, user_id: SignedIn) -> batches.BatchView:
    """Cancels all of its jobs that have not ended, and starts no more."""
    return batches.cancel(connect(), user_id, batch_id)


@router.post("/v1/batches/<batch_id>/retry", tags=["jobs"])
def retry_batch(batch_id: str, body: batches.BatchRetry, user_id: SignedIn) -> batches.BatchView:
    """Tries again what did not succeed, with another budget if one is named; what is finished is kept."""
    return batches.retry(connect(), user_id, batch_id, body)
