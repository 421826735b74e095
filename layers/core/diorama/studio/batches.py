"""Batches: several jobs of one project that are started, watched, cancelled and tried again together.

pk             sk            holds
BATCH#<id>     BATCH         the batch; index BATCHES_OPEN while not all of its jobs have been started
PROJECT#<id>   BATCH#<id>    that it is in the project

What a batch makes is its product's business, which starts a job for each item; jobs name their batch.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from diorama.costs import budget as budgets
from diorama.costs import spent
from diorama.costs.spent import JobCost
from diorama.errors import BadRequest, Conflict, NotAllowed, NotFound
from diorama.jobs import actions, rules, table
from diorama.jobs.models import Budget, Job, JobState, Problem
from diorama.platform import Platform
from diorama.ports import JsonObject, Put, Row
from diorama.stage import Contract
from diorama.studio import access
from diorama.studio.costs import SumView
from diorama.studio.ids import new_id

MOST_JOBS = 100
TRIES = 20
OPEN = "BATCHES_OPEN"
CANCELLED = Problem(code="batch_cancelled", message="Its batch was cancelled.", advice="Retry the batch.")
_WHOLE = 100.0

BatchState = Literal["running", "done", "cancelled", "budget_reached"]


def _all_different(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(ids)) != len(ids):
        raise ValueError("names something twice")
    return ids


ThingId = Annotated[str, Field(min_length=1, max_length=64)]
Things = Annotated[
    tuple[ThingId, ...], Field(min_length=1, max_length=MOST_JOBS), AfterValidator(_all_different)
]
"""What jobs are made of: an id each."""


class Item(Contract):
    """One job of a batch: of what it is made, and what it makes."""

    source_id: str
    subject_id: str
    job_id: str


class Batch(Contract):
    """Several jobs of one product. Times are Unix seconds."""

    batch_id: str
    project_id: str
    user_id: str
    product: str
    name: str
    items: tuple[Item, ...]
    data: JsonObject = Field({}, description="What its product starts each job with")
    budget: Budget | None = None
    stopped: Literal["cancelled", "budget_reached"] | None = None
    is_started: bool = Field(False, description="All of its jobs are")
    correlation_id: str = ""
    created_at: float


class BatchView(Contract):
    """A batch and how far it is. Times are Unix seconds."""

    batch_id: str
    project_id: str
    product: str
    name: str
    status: BatchState
    percent: float
    jobs: dict[JobState, int] = Field(description="How many stand how; those to be started are queued")
    count: int
    budget: Budget | None = Field(description="What all its jobs may cost together; null: whatever they take")
    cost: SumView
    created_at: float


class BatchPage(Contract):
    """Some batches, newest first."""

    batches: tuple[BatchView, ...]
    cursor: str | None = None


class BatchRetry(Contract):
    """What a batch may cost from now on; what is left out stays."""

    budget: Budget | None = None


# --- looking ------------------------------------------------------------------------------------


def look(platform: Platform, user_id: str, batch_id: str) -> BatchView:
    """How a batch stands. Raises `NotFound`."""
    return view(platform, find(platform, user_id, batch_id))


def listed(
    platform: Platform, user_id: str, project_id: str | None, limit: int, cursor: str | None
) -> BatchPage:
    """The batches of a project. Raises `NotFound`, `BadRequest` (cursor, no project)."""
    if project_id is None:
        raise BadRequest("Batches are listed by project.", "Name one: ?project=...", "project_needed")
    access.find_project(platform, user_id, project_id, "see", "job")
    page = platform.records.query(
        f"PROJECT#{project_id}", "BATCH#", limit=limit, cursor=cursor, newest_first=True
    )
    found = [_read(platform, row["sk"].partition("#")[2]) for row in page.rows]
    return BatchPage(batches=tuple(view(platform, one[0]) for one in found if one), cursor=page.cursor)


def find(platform: Platform, user_id: str, batch_id: str, action: access.Action = "see") -> Batch:
    """Raises `NotFound` for strangers, `NotAllowed` for members who may not do that."""
    found = _read(platform, batch_id)
    missing = NotFound("There is no such batch.", "A project's are listed at /v1/batches?project=...")
    if found is None:
        raise missing
    try:
        access.find_project(platform, user_id, found[0].project_id, action, "job")
    except NotFound:
        raise missing from None
    return found[0]


def view(platform: Platform, batch: Batch) -> BatchView:
    """A batch as its people see it."""
    jobs = list(jobs_of(platform, batch))
    counts: dict[JobState, int] = {}
    for job in jobs:
        counts[job.state] = counts.get(job.state, 0) + 1
    if missing := len(batch.items) - len(jobs):
        state: JobState = "refused" if batch.is_started else "queued"  # what it was to be made of is gone
        counts[state] = counts.get(state, 0) + missing
    percents = [_WHOLE if job.state in rules.ENDED else job.percent for job in jobs]
    cost = _cost(platform, jobs)
    return BatchView(
        batch_id=batch.batch_id,
        project_id=batch.project_id,
        product=batch.product,
        name=batch.name,
        status=_status(batch, jobs),
        percent=round((sum(percents) + _WHOLE * missing * batch.is_started) / len(batch.items), 1),
        jobs=counts,
        count=len(batch.items),
        budget=batch.budget,
        cost=SumView(jobs=len(jobs), usd=cost.usd, seconds=float(cost.seconds)),
        created_at=batch.created_at,
    )


def jobs_of(platform: Platform, batch: Batch) -> Iterator[Job]:
    """The jobs that have been started, in order."""
    for item in batch.items:
        job = table.find_job(platform.jobs, item.job_id)
        if job is not None:
            yield job


def _status(batch: Batch, jobs: list[Job]) -> BatchState:
    if any(job.state not in rules.ENDED for job in jobs) or (not batch.is_started and not batch.stopped):
        return "running"
    return batch.stopped or "done"


def _cost(platform: Platform, jobs: list[Job]) -> JobCost:
    costs = [spent.so_far(platform, job) for job in jobs]
    return JobCost(
        seconds=sum((cost.seconds for cost in costs), spent.NOTHING),
        usd=sum((cost.usd for cost in costs), spent.NOTHING),
    )


# --- changing -----------------------------------------------------------------------------------


def add(platform: Platform, batch: Batch) -> None:
    """Writes a new batch, none of whose jobs has been started."""
    listed_at = {"pk": f"PROJECT#{batch.project_id}", "sk": f"BATCH#{batch.batch_id}"}
    platform.records.transact([Put(_row(batch), 0), Put(listed_at, 0)])


def new_items(source_ids: tuple[str, ...], now: float) -> tuple[Item, ...]:
    """An item for each source, with ids for what is going to be made: so starting twice starts once."""
    return tuple(Item(source_id=one, subject_id=new_id(now), job_id=new_id(now)) for one in source_ids)


def started(platform: Platform, batch: Batch) -> Batch:
    """Remembers that all jobs have been started."""
    return _change(platform, batch.batch_id, lambda now: now.model_copy(update={"is_started": True}))


def unstarted(platform: Platform) -> list[Batch]:
    """Batches of which some jobs have still to be started."""
    rows = platform.records.query(OPEN, index=True).rows
    return [Batch.model_validate(row["value"]) for row in rows]


def cancel(platform: Platform, user_id: str, batch_id: str) -> BatchView:
    """Cancels every job that has not ended, and starts no more. Twice alike. Raises `NotFound`, `NotAllowed`."""
    find(platform, user_id, batch_id, "change")
    return view(platform, _stop(platform, batch_id, "cancelled", CANCELLED))


def retry(platform: Platform, user_id: str, batch_id: str, wanted: BatchRetry) -> BatchView:
    """Tries again what did not succeed, and goes on starting; what is finished is kept.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where its budget is used up and no larger one is given.
    """
    batch = find(platform, user_id, batch_id, "change")
    allowed = wanted.budget or batch.budget
    jobs = list(jobs_of(platform, batch))
    if allowed is not None and budgets.passes(allowed, _cost(platform, jobs)):
        raise Conflict(
            f"The batch has used up its budget of {budgets.in_words(allowed)}.",
            "Give it a larger one to go on.",
            "batch_budget_reached",
        )
    is_whole = len(jobs) == len(batch.items)

    def go_on(now: Batch) -> Batch:
        return now.model_copy(update={"budget": allowed, "stopped": None, "is_started": is_whole})

    changed = _change(platform, batch_id, go_on)
    for job in jobs:
        if job.state in rules.RETRYABLE:
            try:
                actions.retry(platform, job.job_id)
            except Conflict:
                continue  # somebody else has tried it again
    return view(platform, changed)


def watch(platform: Platform, job_id: str) -> None:
    """Stops a job's batch where all its jobs together have passed its budget."""
    job = table.find_job(platform.jobs, job_id)
    found = _read(platform, job.batch_id) if job and job.batch_id else None
    batch = found[0] if found else None
    if batch is None or batch.budget is None or batch.stopped is not None:
        return
    if budgets.passes(batch.budget, _cost(platform, list(jobs_of(platform, batch)))):
        problem = Problem(
            code="batch_budget_reached",
            message=f"Its batch has reached its budget of {budgets.in_words(batch.budget)}.",
            advice="Give the batch a larger one and retry it: what is finished is kept.",
        )
        _stop(platform, batch.batch_id, "budget_reached", problem)


def _stop(
    platform: Platform, batch_id: str, why: Literal["cancelled", "budget_reached"], problem: Problem
) -> Batch:
    """First the batch, so that nothing more is started, then its jobs."""

    def stop(now: Batch) -> Batch:
        return now.model_copy(update={"stopped": now.stopped or why})

    batch = _change(platform, batch_id, stop)
    for job in jobs_of(platform, batch):
        if job.state not in rules.ENDED:
            actions.end_early(platform, job, "cancelled", problem)
    return batch


def check_may_start(platform: Platform, batch: Batch) -> bool:
    """Whether more of its jobs may be started: it is as it was, and whoever made it is still allowed to."""
    found = _read(platform, batch.batch_id)
    if found is None or found[0].stopped is not None:
        return False
    try:
        access.find_project(platform, batch.user_id, batch.project_id, "start", "job")
    except (NotFound, NotAllowed):
        return False
    return True


# --- rows ---------------------------------------------------------------------------------------


def _read(platform: Platform, batch_id: str) -> tuple[Batch, int] | None:
    row = platform.records.get(f"BATCH#{batch_id}", "BATCH")
    return (Batch.model_validate(row["value"]), row["rev"]) if row else None


def _change(platform: Platform, batch_id: str, change: Callable[[Batch], Batch]) -> Batch:
    for _ in range(TRIES):
        found = _read(platform, batch_id)
        if found is None:
            raise NotFound("There is no such batch.", "It was deleted with its project.")
        changed = change(found[0])
        if changed == found[0]:
            return changed
        try:
            platform.records.put(_row(changed), expected_rev=found[1])
        except Conflict:
            continue
        return changed
    raise Conflict("The batch keeps changing.", "Try again.")


def _row(batch: Batch) -> Row:
    row: Row = {"pk": f"BATCH#{batch.batch_id}", "sk": "BATCH", "value": batch.model_dump(mode="json")}
    if batch.is_started or batch.stopped:
        return row
    return {**row, "gsi_pk": OPEN, "gsi_sk": batch.batch_id}
