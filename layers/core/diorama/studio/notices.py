"""Letters about jobs: that something is ready, or why it is not, and what to do.

Three kinds of bad ends are told apart: a *user's* (the material: what to do about it), the *system's* (ours: an
apology, and a copy with the trace to the admin) and a *transient* one (nothing is wrong, it did not get through).
"""

from typing import Literal

from diorama.costs import budget
from diorama.errors import Conflict, NotFound
from diorama.jobs import rules, table
from diorama.jobs.models import Job, JobState
from diorama.platform import Platform
from diorama.ports import StoredObject
from diorama.studio import accounts, downloads, failures
from diorama.studio.letters import Notice, letter

KEPT_S = 30 * 24 * 3600
SHOWN_AT = {"tours": "view", "objects": "objects"}
"""Product -> the page that shows what it makes, before the id of that."""
OFFERED = {"objects": "scene/mesh.glb"}
"""Product -> the file that its letter offers, below what its last stage wrote; of others, the largest one."""
UNTOLD = frozenset({"captures", "photos"})
"""Products whose jobs end while somebody looks on: of these only what broke is told, and to the admin."""
TOLD: frozenset[JobState] = frozenset({"succeeded", "refused", "failed"})

Kind = Literal["user", "system", "transient"]


def job_ended(platform: Platform, job: Job) -> None:
    """Mails the owner, and the admin where it is our fault, once an attempt: a cancelled job needs no letter.

    The note that it was sent is written after the letter, so that a crash in between sends it twice
    rather than never.
    """
    row = {"pk": f"NOTICE#{job.job_id}", "sk": f"ENDED#{job.attempt:04d}"}
    if job.state not in TOLD or platform.records.get(row["pk"], row["sk"]) is not None:
        return
    kind = kind_of(job)
    if kind == "system":
        _tell_admin(platform, failures.note(platform, job))
    if job.product in UNTOLD:
        return
    try:
        address = accounts.profile(platform, job.user_id).email
    except NotFound:
        return  # the account was deleted in the meantime
    notice = (
        _ready(platform, job) if job.state == "succeeded" else not_made(job, platform.settings.public_url)
    )
    platform.outbox.mail(letter(address, notice))
    try:
        platform.records.put({**row, "ttl": int(platform.clock.now() + KEPT_S)}, expected_rev=0)
    except Conflict:
        return  # somebody else was as quick


def kind_of(job: Job) -> Kind | None:
    """Whose a bad end is; None for a good one."""
    if job.state == "succeeded":
        return None
    if job.state == "refused":
        return "user"
    return "transient" if job.problem and job.problem.code == rules.NOT_THROUGH.code else "system"


def _ready(platform: Platform, job: Job) -> Notice:
    public_url, shown_at = platform.settings.public_url, SHOWN_AT.get(job.product)
    in_studio = _page(job, public_url)
    made = _files(platform, job)
    summary = str((job.result or {}).get("made") or "")
    facts = [("What was made", summary), ("It took", duration(job))]
    facts += [("Size", size_in_words(sum(file.size for file in made)))] if made else []
    download = ""
    if made:
        offered = _offered(job, made)
        download = downloads.offer(platform, offered.uri, _file_name(job, offered), job.project_id)
    return Notice(
        subject=f"{_name(job)} is ready",
        greeting=f"{_name(job)} is ready.",
        lines=("Have a look at it, and share it if you like it.", f"How it went: {in_studio}"),
        facts=tuple(fact for fact in facts if fact[1]),
        link_text="Look at it",
        link=f"{public_url}/{shown_at}/{job.subject_id}" if shown_at else in_studio,
        second_link_text="Download it (the link is good for 24 hours)" if download else "",
        second_link=download,
        mood="good",
    )


def not_made(job: Job, public_url: str) -> Notice:
    """What is to be said of a job that ended badly."""
    name, problem = _name(job), job.problem
    told = tuple(line for line in (problem.message, problem.advice) if line) if problem else ()
    if problem is not None and problem.code == budget.CODE:
        return Notice(
            subject=f"{name} has stopped at its budget",
            greeting=f"{name} is not done, and has stopped before it would cost more.",
            lines=told,
            link_text="See what it took, and go on",
            link=_page(job, public_url),
        )
    if kind_of(job) == "user":
        return Notice(
            subject=f"{name} could not be made",
            greeting=f"{name} could not be made of this.",
            lines=told,
            link_text="See what was found, and try again",
            link=_page(job, public_url),
            mood="bad",
        )
    if kind_of(job) == "transient":
        return Notice(
            subject=f"{name} has to wait",
            greeting=f"{name} did not get through this time.",
            lines=told,
            link_text="Try again",
            link=_page(job, public_url),
        )
    return Notice(
        subject=f"{name} could not be made",
        greeting=f"Sorry: {name} could not be made.",
        lines=told,
        facts=(("For questions", job.correlation_id),),
        link_text="See it in the studio, or try again",
        link=_page(job, public_url),
        mood="bad",
    )


def _tell_admin(platform: Platform, failure: failures.Failure) -> None:
    if not platform.settings.admin_mail:
        return
    notice = Notice(
        subject=f"Broken: {failure.product} job {failure.job_id}, {failure.error}",
        greeting=f"{failure.name or failure.product} broke in {failure.stage or 'its machine'}.",
        lines=("The person was told that it is our fault.",),
        facts=(
            ("Error", failure.error),
            ("Job", f"{failure.job_id}, attempt {failure.attempt}"),
            ("Project", failure.project_id),
            ("Person", failure.user_id),
            ("Correlation id", failure.correlation_id),
        ),
        link_text="See all failures",
        link=f"{platform.settings.public_url}/admin/failures",
        preformatted=failure.trace,
        mood="bad",
    )
    platform.outbox.mail(letter(platform.settings.admin_mail, notice))


def _files(platform: Platform, job: Job) -> list[StoredObject]:
    """What the last stage wrote, but for its own report and log."""
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
    last = runs.get(job.stages[-1]) if job.stages else None
    if last is None or not last.output:
        return []
    own = (f"{last.output}/report.json", f"{last.output}/{failures.LOG}")
    return [file for file in platform.store.list(f"{last.output}/") if file.uri not in own]


def _offered(job: Job, made: list[StoredObject]) -> StoredObject:
    wanted = OFFERED.get(job.product)
    found = next((file for file in made if wanted and file.uri.endswith(f"/{wanted}")), None)
    return found or max(made, key=lambda file: file.size)


def _file_name(job: Job, file: StoredObject) -> str:
    last = file.uri.rpartition("/")[2]
    return f"{_name(job)}.{last.rpartition('.')[2]}" if "." in last else last


def _name(job: Job) -> str:
    return job.name or "What you started"


def _page(job: Job, public_url: str) -> str:
    return f"{public_url}/jobs/{job.job_id}"


def duration(job: Job) -> str:
    """How long the attempt took, as people say it."""
    seconds = round((job.ended_at or 0) - (job.started_at or job.created_at))
    if seconds < 90:
        return f"{seconds} seconds"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def size_in_words(count: int) -> str:
    """Bytes as people say them, in powers of 1000."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
