"""What stages print, for the people of their project: also while they run, from where they had read to."""

from pydantic import Field

from diorama.errors import NotFound
from diorama.jobs import table
from diorama.platform import Platform
from diorama.stage import LOG, Contract
from diorama.studio import job_files, jobs

MOST_BYTES = 100_000
"""In one answer."""


class LogText(Contract):
    """A piece of a stage's log."""

    text: str
    next: int = Field(description="Where the next piece begins, in bytes")
    is_whole: bool = Field(description="The stage has ended, and this is the end of its log")


def read(platform: Platform, user_id: str, job_id: str, stage: str | None, after: int) -> LogText:
    """What came after so many bytes; from the beginning again where the log is shorter: it was begun anew.

    Of the newest stage that has begun, where none is named. Raises `NotFound` (job, stage).
    """
    job = jobs.find(platform, user_id, job_id)
    if stage is not None and stage not in job.stages:
        raise NotFound(f"The job has no stage {stage}.", f"It has {', '.join(job.stages)}.")
    runs = table.stage_runs(platform.jobs, job_id, job.attempt)
    begun = [name for name in job.stages if name in runs and runs[name].started_at is not None]
    run = runs.get(stage or (begun[-1] if begun else ""))
    if run is None:
        return LogText(text="", next=0, is_whole=False)
    folder = run.output or job_files.attempted_output(platform, job, run)
    log = f"{folder}/{LOG}"
    sizes = [stored.size for stored in platform.store.list(log) if stored.uri == log] if folder else []
    has_ended = run.ended_at is not None
    if not sizes:
        return LogText(text="", next=0, is_whole=has_ended)
    start = after if after <= sizes[0] else 0
    content = platform.store.get(log, start, MOST_BYTES) if start < sizes[0] else b""
    if len(content) == MOST_BYTES and b"\n" in content:
        content = content[: content.rindex(b"\n") + 1]  # whole lines, and no letter cut in two
    end = start + len(content)
    return LogText(text=content.decode(errors="replace"), next=end, is_whole=has_ended and end >= sizes[0])
