"""Jobs as their owner sees them. What happens to them is `diorama.jobs`' business."""

from collections.abc import Mapping

from pydantic import Field

from diorama.costs import budget, spent
from diorama.errors import NotFound, Refused
from diorama.jobs import actions, rules, table
from diorama.jobs.models import Budget, Job, JobState, Problem, StageRun, StageState
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.stage import Contract, Stage
from diorama.studio import access, costs
from diorama.studio.paging import filtered_page
from diorama.studio.stage_params import checked_params


class StageView(Contract):
    """One stage of the newest attempt. Times are Unix seconds; `seconds` is what its work took."""

    stage: str
    status: StageState
    percent: float
    message: str
    cached: bool = Field(description="Its result stood already; nothing was computed")
    metrics: dict[str, float | int | str]
    report: JsonObject | None
    problem: Problem | None
    started_at: float | None
    ended_at: float | None
    seconds: float | None


class JobView(Contract):
    """One run of a product: status, how far it is, what it is at. Times are Unix seconds."""

    job_id: str
    product: str
    project_id: str
    subject_id: str = Field(description="What the job makes: for tours, the tour's id")
    attempt: int
    status: JobState
    percent: float
    message: str
    problem: Problem | None
    correlation_id: str
    name: str = Field(description="What people call what it makes")
    batch_id: str = Field(description="The batch that it is one of; empty for most")
    priority: int
    budget: Budget | None = Field(description="What it may cost; null: whatever it takes")
    ready_at: float | None = Field(
        description="When it is going to be done, as far as one can tell; null once it has ended"
    )
    created_at: float
    started_at: float | None
    ended_at: float | None


class JobDetails(JobView):
    """A job with its stages, in order, as far as they have begun."""

    stage_names: tuple[str, ...] = Field(description="All of its stages, those to come too")
    params: dict[str, JsonObject] = Field(description="Stage -> what it was asked for")
    stages: tuple[StageView, ...]
    cost: costs.CostView = Field(description="What it has cost by now, all attempts together")
    quote: costs.QuoteView | None = Field(
        description="What it was expected to take; null where nobody could tell"
    )


class JobPage(Contract):
    """Some jobs, newest first. The list goes on until the cursor is null, even where a page is short."""

    jobs: tuple[JobView, ...]
    cursor: str | None = None


class JobFilter(Contract):
    """Which jobs are asked for; what is left out does not matter."""

    status: JobState | None = None
    product: str | None = None
    project_id: str | None = None
    batch_id: str | None = None

    def keeps(self, job: Job) -> bool:
        """Whether a job is one of those."""
        return (
            self.status in (None, job.state)
            and self.product in (None, job.product)
            and self.project_id in (None, job.project_id)
            and self.batch_id in (None, job.batch_id)
        )


def listed(platform: Platform, user_id: str, which: JobFilter, limit: int, cursor: str | None) -> JobPage:
    """The jobs of a project, whoever started them, or all that this user started.

    Raises `BadRequest` for a cursor that is not ours; a project that is not theirs has none.
    """
    try:
        if which.project_id is not None:
            access.find_project(platform, user_id, which.project_id, "see", "job")
    except NotFound:
        return JobPage(jobs=())

    def fetch(count: int, after: str | None) -> tuple[list[Job], str | None]:
        if which.project_id is not None:
            return table.list_jobs_of_project(platform.jobs, which.project_id, count, after)
        return table.list_jobs(platform.jobs, user_id, count, after)

    jobs, cursor = filtered_page(fetch, which.keeps, limit, cursor)
    return JobPage(jobs=tuple(view(job) for job in jobs), cursor=cursor)


def look(platform: Platform, user_id: str, job_id: str) -> JobDetails:
    """A job and its stages. Raises `NotFound`."""
    return details(platform, find(platform, user_id, job_id))


class Retry(Contract):
    """How a new attempt differs from the last one; by nothing where nothing is said."""

    from_stage: str | None = Field(
        None, max_length=64, description="This stage and those after it are run again, finished or not"
    )
    params: dict[str, JsonObject] = Field({}, description="Stage -> its parameters that are to be others")


def retry(
    platform: Platform,
    user_id: str,
    job_id: str,
    wanted: Retry | None = None,
    catalog: Mapping[str, Stage] | None = None,
) -> JobDetails:
    """A new attempt that goes on after the last finished stage, with what is wanted otherwise.

    A stage with other parameters is run again, and so are those that use its result. Raises `NotFound`; `Refused`
    (stage, parameters); `Conflict` where the job has not ended, or has ended well and nothing is changed.
    """
    job = find(platform, user_id, job_id, "change")
    data, redone = retried(job, wanted or Retry(), catalog or {})
    return details(platform, actions.retry(platform, job_id, data, redone))


def retried(
    job: Job, wanted: Retry, catalog: Mapping[str, Stage]
) -> tuple[JsonObject | None, tuple[str, ...]]:
    """What an attempt starts from where it differs (else None), and which stages it runs anew."""
    for stage in [*wanted.params, *filter(None, [wanted.from_stage])]:
        if stage not in job.stages:
            raise Refused(
                f"The job has no stage {stage}.", f"It has {', '.join(job.stages)}.", "no_such_stage"
            )
    redone = job.stages[job.stages.index(wanted.from_stage) :] if wanted.from_stage else ()
    before = job.data.get("params", {})
    params = {
        stage: checked_params(stage, catalog[stage].params, {**before.get(stage, {}), **values})
        for stage, values in wanted.params.items()
    }
    changed = {**before, **params}
    return (None if changed == before else {**job.data, "params": changed}), redone


class BudgetChange(Contract):
    """What a job may cost from now on; null: whatever it takes."""

    budget: Budget | None


def set_budget(platform: Platform, user_id: str, job_id: str, wanted: BudgetChange) -> JobDetails:
    """Gives a job another budget, while it runs or before it is tried again.

    Raises `NotFound`, `NotAllowed`, `Conflict` (it has succeeded).
    """
    find(platform, user_id, job_id, "change")
    return details(platform, budget.set_budget(platform, job_id, wanted.budget))


def cancel(platform: Platform, user_id: str, job_id: str) -> JobDetails:
    """Cancels a job, once or twice alike. Raises `NotFound`, or `Conflict` where it has ended."""
    find(platform, user_id, job_id, "change")
    return details(platform, actions.cancel(platform, job_id))


def find(platform: Platform, user_id: str, job_id: str, action: access.Action = "see") -> Job:
    """A job in a project of this user's. Raises `NotFound`, `NotAllowed`."""
    job = table.get_job(platform.jobs, job_id)
    try:
        access.find_project(platform, user_id, job.project_id, action, "job")
    except NotFound:
        raise NotFound("There is no such job.", "Check the id; jobs are listed at /v1/jobs.") from None
    return job


def view(job: Job) -> JobView:
    """A job as it is listed."""
    shown = job.model_dump(include=set(JobView.model_fields))
    ready_at = None if job.state in rules.ENDED else job.ready_at
    return JobView.model_validate({**shown, "status": job.state, "ready_at": ready_at})


def details(platform: Platform, job: Job) -> JobDetails:
    """A job with its stages."""
    runs = table.stage_runs(platform.jobs, job.job_id, job.attempt)
    stages = tuple(_stage_view(runs[name]) for name in job.stages if name in runs)
    cost = costs.view(platform, spent.so_far(platform, job))
    quote = costs.quote_of_job(platform, job.job_id)
    told = {"stage_names": job.stages, "params": job.data.get("params", {}), "stages": stages}
    return JobDetails(**view(job).model_dump(), **told, cost=cost, quote=quote)


def _stage_view(run: StageRun) -> StageView:
    shown = run.model_dump(include=set(StageView.model_fields))
    return StageView.model_validate({**shown, "status": run.state, "seconds": _seconds(run)})


def _seconds(run: StageRun) -> float | None:
    if run.started_at is None or run.ended_at is None:
        return None
    return round(run.ended_at - run.started_at, 3)
