"""What jobs have cost, as people see it: of a job and of a project. By month: `admin.py`."""

from datetime import date

from pydantic import Field

from diorama.costs import prices, quote, spent
from diorama.costs.quote import Quote
from diorama.costs.spent import JobCost
from diorama.money import Usd
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio import access
from diorama.studio.ids import new_id


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


class StageQuoteView(Contract):
    """What a stage is expected to take."""

    stage: str
    seconds: float
    low_s: float
    high_s: float
    usd: Usd
    measured: int = Field(
        description="Runs on such machines that this is learnt from. "
        "0: from runs on two processor cores, or, for a GPU, guessed from what others published"
    )


class QuoteView(Contract):
    """What a job is expected to take, if nothing of it was done before, without waiting for a free machine."""

    seconds: float
    low_s: float
    high_s: float
    usd: Usd
    low_usd: Usd
    high_usd: Usd
    stages: tuple[StageQuoteView, ...]
    measured: int = Field(description="Runs that the least known stage is learnt from; 0: guessed")
    made_at: float
    priced: Priced


class KeptQuote(QuoteView):
    """A quote, and under which id it is kept for a month."""

    quote_id: str


class SumView(Contract):
    """What several jobs took together."""

    jobs: int
    usd: Usd
    seconds: float = Field(description="Of machines")


class ProjectCosts(SumView):
    """What the jobs of a project took."""

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


def quote_view(platform: Platform, made: Quote) -> QuoteView:
    """A quote as people see it."""
    told = made.model_dump(exclude={"found"})
    return QuoteView.model_validate({**told, "priced": priced(platform)})


def kept_quote(platform: Platform, project_id: str | None, made: Quote) -> KeptQuote:
    """Keeps a quote that somebody asked for, and tells it."""
    quote_id = new_id(platform.clock.now())
    quote.store(platform, quote_id, project_id, made)
    return KeptQuote(**quote_view(platform, made).model_dump(), quote_id=quote_id)


def quote_of_job(platform: Platform, job_id: str) -> QuoteView | None:
    """What a job was expected to take when it was made; None where nobody could tell."""
    made = quote.of_job(platform, job_id)
    return None if made is None else quote_view(platform, made)


def of_project(platform: Platform, user_id: str, project_id: str) -> ProjectCosts:
    """What the jobs of a project took. Raises `NotFound`."""
    access.find_project(platform, user_id, project_id, "see", "job")
    total = spent.of_project(platform, project_id)
    return ProjectCosts.model_validate({**total.model_dump(), "priced": priced(platform)})
