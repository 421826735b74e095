"""Letters about jobs: that something is ready, or why it is not."""

from diorama.errors import Conflict, NotFound
from diorama.jobs.models import Job, JobState
from diorama.platform import Platform
from diorama.studio import accounts
from diorama.studio.letters import Notice, letter

KEPT_S = 30 * 24 * 3600
TOLD: frozenset[JobState] = frozenset({"succeeded", "refused", "failed"})


def job_ended(platform: Platform, job: Job) -> None:
    """Mails the owner once an attempt: a cancelled job needs no letter.

    The note that it was sent is written after the letter, so that a crash in between sends it twice
    rather than never.
    """
    row = {"pk": f"NOTICE#{job.job_id}", "sk": f"ENDED#{job.attempt:04d}"}
    if job.state not in TOLD or platform.records.get(row["pk"], row["sk"]) is not None:
        return
    try:
        address = accounts.profile(platform, job.user_id).email
    except NotFound:
        return  # the account was deleted in the meantime
    platform.outbox.mail(letter(address, notice_of(job, platform.settings.public_url)))
    try:
        platform.records.put({**row, "ttl": int(platform.clock.now() + KEPT_S)}, expected_rev=0)
    except Conflict:
        return  # somebody else was as quick


def notice_of(job: Job, public_url: str) -> Notice:
    """What is to be said of a job that has ended."""
    name = job.name or "what you started"
    link = f"{public_url}/jobs/{job.job_id}"
    if job.state == "succeeded":
        return Notice(
            subject=f"{name} is ready",
            greeting=f"{name} is ready.",
            lines=(f"It took {duration(job)}.",),
            link_text="Open it in the studio",
            link=link,
        )
    problem = job.problem
    told = (problem.message, problem.advice) if problem else ()
    return Notice(
        subject=f"{name} could not be made",
        greeting=f"{name} could not be made.",
        lines=tuple(line for line in told if line),
        link_text="See it in the studio, or try again",
        link=link,
    )


def duration(job: Job) -> str:
    """How long the attempt took, as people say it."""
    seconds = round((job.ended_at or 0) - (job.started_at or job.created_at))
    if seconds < 90:
        return f"{seconds} seconds"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"
