"""What a job has cost: by stage and in all, written whenever a stage, a machine or the job has ended.

pk               sk                  holds, in the records table
COST#<job>       COST                what the job cost (its project's partition has COST#<job>, for the purge)
SPENT#<project>  SPENT               the project's sum (likewise)
COSTS#<month>    <user>#<product>    the sum of a person's jobs of a product that were made in the month

A job's row and both sums change in one transaction, by the difference: a message that comes twice counts once, and a
sum is exactly its jobs' costs. The months' sums stay when a project is purged: what was spent is spent.
"""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import Field

from diorama.costs import machines, prices
from diorama.costs.machines import Machine, Span
from diorama.costs.prices import RegionPrices
from diorama.errors import Conflict
from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.money import Usd, exact, rounded, rounded_down
from diorama.platform import Platform
from diorama.ports import Put, Row, Write
from diorama.stage import Contract

NOTHING = Decimal(0)


class StageCost(Contract):
    """What one stage took of machines and of the store, all tries of it together."""

    stage: str
    seconds: Decimal = NOTHING
    machine_usd: Usd = NOTHING
    stored_bytes: int = 0
    storage_usd: Usd = NOTHING

    @property
    def usd(self) -> Decimal:
        return self.machine_usd + self.storage_usd


class JobCost(Contract):
    """What a job took, all attempts together. What was there already costs nothing."""

    stages: tuple[StageCost, ...] = ()
    other_s: Decimal = Field(
        NOTHING, description="Machine seconds beside the stages: starting, fetching, ending"
    )
    other_usd: Usd = NOTHING
    seconds: Decimal = Field(NOTHING, description="Machine seconds in all")
    usd: Usd = NOTHING
    is_billed: bool = Field(False, description="SageMaker has told what it bills; else seconds by the clock")
    unpriced: tuple[str, ...] = Field((), description="Machine types that the price table does not know")


class Sum(Contract):
    """What several jobs took together."""

    jobs: int = 0
    seconds: Decimal = NOTHING
    usd: Usd = NOTHING

    def changed(self, before: JobCost | None, after: JobCost) -> "Sum":
        """The sum once a job's cost has changed, or come in."""
        old = before or JobCost()
        return Sum(
            jobs=self.jobs + (before is None),
            seconds=self.seconds + after.seconds - old.seconds,
            usd=self.usd + after.usd - old.usd,
        )


def cost_of(found: Iterable[Machine], told: RegionPrices, now: float) -> JobCost:
    """What some machines cost by now."""
    all_of_them = list(found)
    stages: dict[str, StageCost] = {}
    other_s = other_usd = NOTHING
    for machine in all_of_them:
        seconds, usd = _of_machine(machine, told, now)
        for name, span in machine.stages.items():
            share = _at_most(_of_span(machine, span, told, now), seconds, usd)
            stages[name] = _added(stages.get(name, StageCost(stage=name)), share)
            seconds, usd = seconds - share.seconds, usd - share.machine_usd
        other_s, other_usd = other_s + seconds, other_usd + usd
    return JobCost(
        stages=tuple(stages.values()),
        other_s=other_s,
        other_usd=other_usd,
        seconds=other_s + sum(stage.seconds for stage in stages.values()),
        usd=other_usd + sum((stage.usd for stage in stages.values()), NOTHING),
        is_billed=bool(all_of_them) and all(one.billable_s is not None for one in all_of_them),
        unpriced=tuple(
            sorted({one.instance for one in all_of_them if not prices.is_known(told, one.instance)})
        ),
    )


def _of_machine(machine: Machine, told: RegionPrices, now: float) -> tuple[Decimal, Decimal]:
    """Seconds and dollars of a machine, what is billed where that is known."""
    billed = machine.billable_s is not None
    seconds = exact(machine.billable_s if machine.billable_s is not None else machine.clock_s(now))
    return seconds, rounded(_usd(machine, seconds, told, discounted=machine.spot and not billed))


def _of_span(machine: Machine, span: Span, told: RegionPrices, now: float) -> StageCost:
    """A stage's share of its machine, as of the machine's time by the clock, rounded down."""
    clock_s = machine.clock_s(now)
    ended_at = span.ended_at or machine.ended_at or machine.closed_at or now
    by_clock_s = min(clock_s, max(0.0, ended_at - span.started_at))
    share = Decimal(repr(by_clock_s)) / Decimal(repr(clock_s)) if clock_s > 0 else NOTHING
    seconds, usd = _of_machine(machine, told, now)
    return StageCost(
        stage="",
        seconds=(seconds * share).quantize(Decimal("0.001"), "ROUND_DOWN"),
        machine_usd=rounded_down(usd * share),
        stored_bytes=span.stored_bytes,
        storage_usd=prices.storage_usd(told, span.stored_bytes, span.stored_files),
    )


def _at_most(share: StageCost, seconds: Decimal, usd: Decimal) -> StageCost:
    """What is left of a machine, where clocks disagree and stages would have taken more."""
    changes = {"seconds": min(share.seconds, seconds), "machine_usd": min(share.machine_usd, usd)}
    return share.model_copy(update=changes)


def _usd(machine: Machine, seconds: Decimal, told: RegionPrices, *, discounted: bool) -> Decimal:
    return prices.machine_usd(
        told, machine.instance, seconds, discounted=discounted, volume_gb=machine.volume_gb
    )


def _added(so_far: StageCost, more: StageCost) -> StageCost:
    return StageCost(
        stage=so_far.stage,
        seconds=so_far.seconds + more.seconds,
        machine_usd=so_far.machine_usd + more.machine_usd,
        stored_bytes=so_far.stored_bytes + more.stored_bytes,
        storage_usd=so_far.storage_usd + more.storage_usd,
    )


def so_far(platform: Platform, job: Job) -> JobCost:
    """What a job has cost by now; what it cost in all, once it has ended."""
    found = machines.of_job(platform, job.job_id)
    return cost_of(found, prices.prices_of(platform.settings.region), platform.clock.now())


def write(platform: Platform, job_id: str) -> JobCost | None:
    """Writes down what a job has cost by now; None where there is no such job. Any number of times."""
    job = table.find_job(platform.jobs, job_id)
    if job is None:
        return None
    for _ in range(table.TRIES):
        try:
            return _keep(platform, job)
        except Conflict:
            continue
    raise Conflict("The sums of costs keep changing.", "Try again.")


def settle(platform: Platform, job: Job) -> None:
    """Once a job has ended, however: what it cost is written down, and nothing of it counts on."""
    machines.close(platform, job.job_id)
    for machine in machines.of_job(platform, job.job_id):
        if machine.billable_s is None and machine.ended_at is not None:
            machines.hear_end(platform, machine.work)
    write(platform, job.job_id)


def of_project(platform: Platform, project_id: str) -> Sum:
    """What the jobs of a project have cost."""
    return table.read(platform.records.get(f"SPENT#{project_id}", "SPENT"), Sum) or Sum()


def of_month(platform: Platform, month: str) -> dict[tuple[str, str], Sum]:
    """What everybody's jobs of a month have cost, by person and product."""
    sums: dict[tuple[str, str], Sum] = {}
    cursor: str | None = None
    while True:
        page = platform.records.query(f"COSTS#{month}", limit=1000, cursor=cursor)
        for row in page.rows:
            person, _, product = row["sk"].partition("#")
            sums[person, product] = Sum.model_validate(row["value"])
        cursor = page.cursor
        if cursor is None:
            return sums


def _keep(platform: Platform, job: Job) -> JobCost:
    """One try to write a job's cost and both sums. Raises `Conflict` where somebody was faster."""
    records = platform.records
    row = records.get(f"COST#{job.job_id}", "COST")
    cost = so_far(platform, job)  # after the row was read: whoever writes in between knows more
    before = table.read(row, JobCost)
    if cost == before:
        return cost
    month, whose = table.month_of(job.created_at), f"{job.user_id}#{job.product}"
    writes: list[Write] = [
        Put(_row(f"COST#{job.job_id}", "COST", cost), row["rev"] if row else 0),
        _summed(platform, f"SPENT#{job.project_id}", "SPENT", before, cost),
        _summed(platform, f"COSTS#{month}", whose, before, cost),
    ]
    if row is None:
        pointers = (f"COST#{job.job_id}", f"SPENT#{job.project_id}")
        writes += [Put({"pk": f"PROJECT#{job.project_id}", "sk": sk}, None) for sk in pointers]
    records.transact(writes)
    return cost


def _summed(platform: Platform, pk: str, sk: str, before: JobCost | None, after: JobCost) -> Put:
    row = platform.records.get(pk, sk)
    total = (table.read(row, Sum) or Sum()).changed(before, after)
    return Put(_row(pk, sk, total), row["rev"] if row else 0)


def _row(pk: str, sk: str, value: Contract) -> Row:
    return {"pk": pk, "sk": sk, "value": value.model_dump(mode="json")}
