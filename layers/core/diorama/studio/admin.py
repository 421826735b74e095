"""For those who run the studio: people, plans, everybody's jobs, and what can be done about them.

Nobody's media: an admin is a stranger to projects, and sees of a job what it takes to mend it.
"""

from pydantic import Field

from diorama.costs import spent
from diorama.costs.spent import Sum
from diorama.errors import NotFound
from diorama.jobs import actions, table
from diorama.jobs.models import Job
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio import accounts, costs, quotas
from diorama.studio.jobs import JobDetails, JobFilter, JobView, details, view
from diorama.studio.models import Plan, Profile
from diorama.studio.paging import filtered_page


class Person(Profile):
    """Somebody with an account."""


class People(Contract):
    """Some people, newest first. The list goes on until the cursor is null, even where a page is short."""

    people: tuple[Person, ...]
    cursor: str | None = None


class PersonDetails(Person):
    """Somebody, and how their month stands."""

    usage: quotas.Usage


class NewPlan(Contract):
    """Which plan somebody is to have."""

    plan: Plan


class EverybodysJob(JobView):
    """A job, and whose it is."""

    user_id: str


class EverybodysJobs(Contract):
    """Some jobs, newest first. The list goes on until the cursor is null, even where a page is short."""

    jobs: tuple[EverybodysJob, ...]
    cursor: str | None = None


class Overview(Contract):
    """How the studio stands."""

    open_jobs: int = Field(description="Queued, running or waiting")
    by_state: dict[str, int]
    open_work: int = Field(description="Machines at work")


class PersonsCosts(costs.SumView):
    """What somebody's jobs of one product took."""

    user_id: str
    email: str = Field(description="Empty where the account is gone")
    product: str


class MonthCosts(costs.SumView):
    """What everybody's jobs that were made in a month took, the dearest first."""

    month: str
    by_person: tuple[PersonsCosts, ...]
    priced: costs.Priced


def people(platform: Platform, words: str, limit: int, cursor: str | None) -> People:
    """Everybody whose address has these words in it. Raises `BadRequest` (cursor)."""

    def fetch(count: int, after: str | None) -> tuple[list[Person], str | None]:
        page = platform.records.query("PEOPLE", index=True, limit=count, cursor=after, newest_first=True)
        return [Person.model_validate(row["value"]) for row in page.rows], page.cursor

    def keep(person: Person) -> bool:
        return all(word in person.email for word in words.lower().split())

    found, cursor = filtered_page(fetch, keep, limit, cursor)
    return People(people=tuple(found), cursor=cursor)


def person(platform: Platform, user_id: str) -> PersonDetails:
    """Raises `NotFound`."""
    profile = accounts.profile(platform, user_id)
    return PersonDetails(**profile.model_dump(), usage=quotas.usage(platform, user_id))


def change_plan(platform: Platform, user_id: str, wanted: NewPlan) -> PersonDetails:
    """Gives somebody another plan, from now on. Raises `NotFound`."""
    profile = accounts.profile(platform, user_id)
    changed = profile.model_copy(update={"plan": wanted.plan})
    platform.records.put(accounts.profile_row(changed), expected_rev=None)
    return person(platform, user_id)


def jobs(
    platform: Platform, which: JobFilter, month: str | None, limit: int, cursor: str | None
) -> EverybodysJobs:
    """Everybody's jobs of a month, this one where none is named. Raises `BadRequest` (cursor)."""
    wanted = month or table.month_of(platform.clock.now())

    def fetch(count: int, after: str | None) -> tuple[list[Job], str | None]:
        return table.list_jobs_of_month(platform.jobs, wanted, count, after)

    found, cursor = filtered_page(fetch, which.keeps, limit, cursor)
    return EverybodysJobs(jobs=tuple(_shown(job) for job in found), cursor=cursor)


def job(platform: Platform, job_id: str) -> JobDetails:
    """Anybody's job and its stages. Raises `NotFound`."""
    return details(platform, table.get_job(platform.jobs, job_id))


def retry(platform: Platform, job_id: str) -> JobDetails:
    """A new attempt of anybody's job. Raises `NotFound`, `Conflict` (not ended, or ended well)."""
    found = table.get_job(platform.jobs, job_id)
    if platform.records.get(f"USER#{found.user_id}", f"PROJECT#{found.project_id}") is None:
        raise NotFound("Its project was deleted.", "There is nothing left to make it from.")
    return details(platform, actions.retry(platform, job_id))


def cancel(platform: Platform, job_id: str) -> JobDetails:
    """Cancels anybody's job. Raises `NotFound`, `Conflict` (ended)."""
    return details(platform, actions.cancel(platform, job_id))


def overview(platform: Platform) -> Overview:
    """What goes on now."""
    open_jobs = list(table.open_jobs(platform.jobs))
    by_state: dict[str, int] = {}
    for one in open_jobs:
        by_state[one.state] = by_state.get(one.state, 0) + 1
    work = sum(1 for _ in table.open_work(platform.jobs))
    return Overview(open_jobs=len(open_jobs), by_state=by_state, open_work=work)


def _shown(job: Job) -> EverybodysJob:
    return EverybodysJob(**view(job).model_dump(), user_id=job.user_id)


def month_costs(platform: Platform, month: str | None) -> MonthCosts:
    """What everybody's jobs of a month took, this one where none is named."""
    wanted = month or table.month_of(platform.clock.now())
    sums = spent.of_month(platform, wanted)
    lines = [
        PersonsCosts(**one.model_dump(), user_id=user_id, email=_email(platform, user_id), product=product)
        for (user_id, product), one in sums.items()
    ]
    total = sum((one.usd for one in sums.values()), start=Sum().usd)
    return MonthCosts(
        month=wanted,
        jobs=sum(one.jobs for one in sums.values()),
        usd=total,
        seconds=sum(float(one.seconds) for one in sums.values()),
        by_person=tuple(sorted(lines, key=lambda line: (line.usd, line.seconds), reverse=True)),
        priced=costs.priced(platform),
    )


def _email(platform: Platform, user_id: str) -> str:
    try:
        return accounts.profile(platform, user_id).email
    except NotFound:
        return ""
