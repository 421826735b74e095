"""What a job is going to take, as a range, before it starts; kept with the job, to be compared with what it took.

pk            sk      holds
JOB#<job>     QUOTE   the job's quote, in the jobs table
QUOTE#<id>    QUOTE   one that was asked for, for a month; its project's partition has QUOTE#<id>
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby

from pydantic import Field

from diorama.costs import expected, prices
from diorama.costs.expected import Catalog, ExpectedStage
from diorama.jobs import table
from diorama.money import Usd, rounded
from diorama.platform import Platform
from diorama.ports import JsonObject, Put, Write
from diorama.stage import Contract

KEPT_S = 30 * 24 * 3600
START_S, BILLED_START_S = 240.0, 120.0
"""Until a SageMaker machine works: to find it and to fetch the image, the latter billed. Not measured."""
START_HERE_S = 0.5
START_SPREAD = 0.5


class StageQuote(Contract):
    """What a stage is expected to take. `measured`: how many runs on such machines that is learnt from."""

    stage: str
    seconds: float
    low_s: float
    high_s: float
    usd: Usd
    measured: int


class Quote(Contract):
    """What a job is expected to take, if nothing of it was done before. Waiting for a free machine not counted."""

    seconds: float
    low_s: float
    high_s: float
    usd: Usd = Field(description="Of machines; what is stored adds little")
    low_usd: Usd
    high_usd: Usd
    stages: tuple[StageQuote, ...]
    measured: int = Field(
        description="Runs on such machines that the least known stage is learnt from; 0: guessed"
    )
    found: JsonObject = Field(description="What was found in the input")
    made_at: float


def make(platform: Platform, catalog: Catalog, names: Iterable[str], data: JsonObject) -> Quote | None:
    """A quote of some stages; None where their product can't tell. `data` as a job has it."""
    stages = expected.of_stages(platform, catalog, names, data, {})
    if not stages:
        return None
    quoted = tuple(_stage(platform, catalog, one) for one in stages.values())
    start_s, start_usd = _starts(platform, catalog, stages)
    usd = sum((one.usd for one in quoted), start_usd)
    return Quote(
        seconds=round(start_s + sum(one.seconds for one in quoted), 1),
        low_s=round(start_s * (1 - START_SPREAD) + sum(one.low_s for one in quoted), 1),
        high_s=round(start_s * (1 + START_SPREAD) + sum(one.high_s for one in quoted), 1),
        usd=usd,
        low_usd=rounded(usd * _share(quoted, [one.low_s for one in quoted])),
        high_usd=rounded(usd * _share(quoted, [one.high_s for one in quoted])),
        stages=quoted,
        measured=min(one.measured for one in quoted),
        found=data.get("found") or {},
        made_at=platform.clock.now(),
    )


def _stage(platform: Platform, catalog: Catalog, coming: ExpectedStage) -> StageQuote:
    usd = expected.machine_usd(platform.settings, catalog[coming.stage], coming.seconds)
    return StageQuote(
        stage=coming.stage,
        seconds=round(coming.seconds, 1),
        low_s=round(coming.seconds / (1 + coming.spread), 1),
        high_s=round(coming.seconds * (1 + coming.spread), 1),
        usd=rounded(usd),
        measured=coming.measured,
    )


def _starts(
    platform: Platform, catalog: Catalog, stages: Mapping[str, ExpectedStage]
) -> tuple[float, Decimal]:
    """What starting machines takes: one for each row of stages on the same hardware."""
    seconds, usd = 0.0, Decimal(0)
    for _, group in groupby(stages, key=lambda name: catalog[name].hardware):
        stage = catalog[next(group)]
        if platform.settings.instance_of(stage) == prices.THIS_MACHINE:
            seconds += START_HERE_S
        else:
            seconds += START_S
            usd += expected.machine_usd(platform.settings, stage, BILLED_START_S)
    return seconds, rounded(usd)


def _share(quoted: Iterable[StageQuote], seconds: Iterable[float]) -> Decimal:
    expected_s = sum(one.seconds for one in quoted)
    return Decimal(f"{sum(seconds) / expected_s if expected_s else 1:.6f}")


def keep(platform: Platform, job_id: str, quote: Quote) -> None:
    """Keeps a job's quote with it."""
    row = {"pk": f"JOB#{job_id}", "sk": "QUOTE", "value": quote.model_dump(mode="json")}
    platform.jobs.put(row, expected_rev=None)


def of_job(platform: Platform, job_id: str) -> Quote | None:
    """What a job was expected to take when it was made."""
    return table.read(platform.jobs.get(f"JOB#{job_id}", "QUOTE"), Quote)


def store(platform: Platform, quote_id: str, project_id: str | None, quote: Quote) -> None:
    """Keeps a quote that was asked for."""
    ttl = int(quote.made_at + KEPT_S)
    value = quote.model_dump(mode="json")
    writes: list[Write] = [Put({"pk": f"QUOTE#{quote_id}", "sk": "QUOTE", "value": value, "ttl": ttl}, 0)]
    if project_id is not None:
        writes.append(Put({"pk": f"PROJECT#{project_id}", "sk": f"QUOTE#{quote_id}", "ttl": ttl}, 0))
    platform.records.transact(writes)
