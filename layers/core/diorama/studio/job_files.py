"""What the stages of a job wrote, as links that its owner's browser can follow."""

from itertools import islice

from pydantic import Field

from diorama.errors import NotFound
from diorama.jobs import table
from diorama.jobs.models import Job, StageRun
from diorama.library.keys import request_uri
from diorama.platform import Platform
from diorama.request import WorkRequest
from diorama.stage import Contract
from diorama.studio import jobs

LINK_LASTS_S = 900


class JobFile(Contract):
    """One file of a stage's output; `path` is below the output, `size` in bytes."""

    path: str
    size: int
    url: str = Field(description="A link that lets anyone GET the file (with Range) until it expires")


class JobFilePage(Contract):
    """Some files, in order of their paths. The list goes on until the cursor is null."""

    files: tuple[JobFile, ...]
    expires_at: float = Field(description="When the links stop working, Unix seconds")
    cursor: str | None = None


def listed(
    platform: Platform, user_id: str, job_id: str, stage: str, prefix: str, limit: int, cursor: str | None
) -> JobFilePage:
    """Files of a stage whose paths start with the prefix; the cursor is the last path of a page.

    Empty while the stage has not ended; of one that failed there is its log. Raises `NotFound`.
    """
    output = _output(platform, user_id, job_id, stage)
    found = platform.store.list(f"{output}/{prefix}") if output else ()
    paths = ((stored.uri.removeprefix(f"{output}/"), stored.size) for stored in found)
    page = list(islice((one for one in paths if cursor is None or one[0] > cursor), limit + 1))
    files = tuple(
        JobFile(path=path, size=size, url=platform.store.url(f"{output}/{path}", LINK_LASTS_S))
        for path, size in page[:limit]
    )
    more = files[-1].path if len(page) > limit else None
    return JobFilePage(files=files, expires_at=platform.clock.now() + LINK_LASTS_S, cursor=more)


def _output(platform: Platform, user_id: str, job_id: str, stage: str) -> str:
    job = jobs.find(platform, user_id, job_id)
    if stage not in job.stages:
        raise NotFound(f"The job has no stage {stage}.", f"It has {', '.join(job.stages)}.")
    run = table.stage_runs(platform.jobs, job_id, job.attempt).get(stage)
    if run is not None and run.state in ("failed", "cancelled"):
        return attempted_output(platform, job, run)
    return run.output if run else ""


def attempted_output(platform: Platform, job: Job, run: StageRun) -> str:
    """Where a stage that did not finish was to write: its log may lie there."""
    if not run.work:
        return ""
    uri = request_uri(platform.settings.bucket, job.project_id, job.job_id, run.work)
    try:
        request = WorkRequest.model_validate_json(platform.store.get(uri))
    except NotFound:
        return ""
    return next((item.output for item in request.stages if item.stage == run.stage), "")
