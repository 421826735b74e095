"""What jobs have cost, as people see it: of a job, of a project, of everybody by month."""

from datetime import date

from pydantic import Field

from diorama.costs import prices, spent
from diorama.costs.spent import JobCost, Sum
from diorama.jobs.table import month_of
from diorama.money import Usd
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio import access
from diorama.studio.profiles import find_profile


class Priced(Contract):
    """By which prices amounts were made."""

    region: str = Field(description="Of the price table; `local`: this machine, which costs nothing")
    as_of: date = Field(description="When the prices were written down")
    source: str


class StageCostView(Contract):
    """What a stage took, all tries of it together. What was there already took nothing."""

    stage: str
    seconds: float = Field(description="Of machines, as far as they worked on this stage")
    usd: Usd
    stored_bytes: int


class CostView(Contract):
    """What a job took."""

    usd: Usd
    seconds: float = Field(description="Of machines, in all")
    stages: tuple[StageCostView, ...]
    other_usd: Usd = Field(description="Of machines while they started, fetched and ended")
    other_s: float
    is_billed: bool = Field(description="The seconds are those that SageMaker bills, not those of the clock")
    unpriced: tuple[str, ...] = Field(description="Machine types without a price in the table")
    priced: Priced


class SumView(Contract):
    """What several jobs took together."""

    jobs: int
    usd: Usd
    seconds: float = Field(description="Of machines")


class ProjectCosts(SumView):
    """What the jobs of a project took."""

    priced: Priced


class PersonsCosts(SumView):
    """What somebody's jobs of one product took."""

    user_id: str
    email: str = Field(description="Empty where the account is gone")
    product: str


class MonthCosts(SumView):
    """What everybody's jobs that were made in a month took, the dearest first."""

    month: str
    by_person: tuple[PersonsCosts, ...]
    priced: Priced


def priced(platform: Platform) -> Priced:
    """Which prices count here."""
    table = prices.price_table()
    return Priced(region=prices.region_of(platform.settings.region), as_of=table.as_of, source=table.source)


def view(platform: Platform, cost: JobCost) -> CostView:
    """A job's cost as its people see it."""
    stages = tuple(
        StageCostView(stage=one.stage, seconds=float(one.seconds), usd=one.usd, stored_bytes=one.stored_bytes)
        for one in cost.stages
    )
    told = cost.model_dump(exclude={"stages"})
    return CostView.model_validate({**told, "stages": stages, "priced": priced(platform)})


def of_project(platform: Platform, user_id: str, project_id: str) -> ProjectCosts:
    """What the jobs of a project took. Raises `NotFound`."""
    access.find_project(platform, user_id, project_id, "see", "job")
    total = spent.of_project(platform, project_id)
    return ProjectCosts.model_validate({**total.model_dump(), "priced": priced(platform)})


def of_month(platform: Platform, month: str | None) -> MonthCosts:
    """What everybody's jobs of a month took, this one where none is named."""
    wanted = month or month_of(platform.clock.now())
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
        priced=priced(platform),
    )


def _email(platform: Platform, user_id: str) -> str:
    found = find_profile(platform, user_id)
    return found.email if found else ""
