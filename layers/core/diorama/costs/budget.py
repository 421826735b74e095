"""What a job may cost: it is stopped before a stage that would pass it, and in one whose cost passes it.

What is finished is kept. The job ends refused, so that its owner is told why, and goes on with a higher budget.
"""

from decimal import Decimal

from diorama.costs import expected, spent
from diorama.costs.expected import Catalog
from diorama.costs.spent import JobCost
from diorama.errors import Conflict
from diorama.jobs import actions, rules, table
from diorama.jobs.clean import clean_up
from diorama.jobs.models import Budget, Job, Problem
from diorama.money import exact, rounded
from diorama.platform import Platform

CODE = "budget_reached"
MINUTE_S = 60
NOTHING = JobCost()


def set_budget(platform: Platform, job_id: str, budget: Budget | None) -> Job:
    """Gives a job another budget, or none, also once it has ended: it counts from now on. Raises `NotFound`."""
    for _ in range(table.TRIES):
        job = table.get_job(platform.jobs, job_id)
        if job.state == "succeeded":
            raise Conflict("The job is done.", "There is nothing left to spend.", "already_ended")
        changed = table.replace_job(platform.jobs, job.model_copy(update={"budget": budget}), job)
        if changed is not None:
            return changed
    raise Conflict("The job keeps changing.", "Try again.")


def allows_launch(platform: Platform, catalog: Catalog, job_id: str, attempt: int, stage: str) -> bool:
    """Whether the work that begins with this stage may be launched; where not, that attempt has ended."""
    job = table.get_job(platform.jobs, job_id)
    if job.attempt != attempt or job.state in rules.ENDED:
        return False
    problem = _before(platform, catalog, job, stage)
    if problem is None:
        return True
    # Its machine ends by itself at the next step, having been told to stop.
    table.end_job(platform.jobs, job_id, attempt, "refused", platform.clock.now(), problem=problem)
    clean_up(platform, job, attempt, "cancelled", problem)
    return False


def watch(platform: Platform, catalog: Catalog, job_id: str, beginning: str | None) -> None:
    """While a job runs: ends it where it has passed its budget, or where the stage that is beginning would."""
    job = table.find_job(platform.jobs, job_id)
    if job is None or job.budget is None or job.state in rules.ENDED:
        return
    problem = _passed(job, spent.so_far(platform, job))
    if problem is None and beginning is not None:
        problem = _before(platform, catalog, job, beginning)
    if problem is not None:
        actions.end_early(platform, job, "refused", problem)


def _before(platform: Platform, catalog: Catalog, job: Job, stage: str) -> Problem | None:
    """Why a stage may not begin: with what it is expected to take the job would pass its budget."""
    if job.budget is None:
        return None
    so_far = spent.so_far(platform, job)
    coming = _expected(platform, catalog, job, stage)
    if not passes(job.budget, _sum(so_far, coming)):
        return None
    return Problem(
        code=CODE,
        message=f"The next stage would take the job past its budget: {in_words(job.budget, so_far)} so far, "
        f"about {in_words(job.budget, coming)} to come, of {in_words(job.budget)}.",
        advice="Raise the budget and retry: what is finished is kept.",
    )


def _passed(job: Job, so_far: JobCost) -> Problem | None:
    if job.budget is None or not passes(job.budget, so_far):
        return None
    return Problem(
        code=CODE,
        message=f"The job has reached its budget of {in_words(job.budget)}.",
        advice="Raise the budget and retry: what is finished is kept.",
    )


def passes(budget: Budget, cost: JobCost) -> bool:
    """Whether a cost is more than the budget, in money or in time."""
    too_dear = budget.usd is not None and cost.usd > budget.usd
    too_long = budget.minutes is not None and cost.seconds > exact(budget.minutes * MINUTE_S)
    return too_dear or too_long


def _expected(platform: Platform, catalog: Catalog, job: Job, stage: str) -> JobCost:
    """What a stage is expected to take; nothing where its product can't tell: then it is stopped on its way."""
    coming = expected.of_job(platform, catalog, job).get(stage)
    if coming is None:
        return NOTHING
    usd = expected.machine_usd(platform.settings, catalog[stage], coming.seconds)
    return JobCost(seconds=exact(coming.seconds), usd=rounded(usd))


def _sum(so_far: JobCost, coming: JobCost) -> JobCost:
    return JobCost(seconds=so_far.seconds + coming.seconds, usd=so_far.usd + coming.usd)


def in_words(budget: Budget, cost: JobCost | None = None) -> str:
    """A cost in what the budget is given in; the budget itself where none is named."""
    parts = []
    if budget.usd is not None:
        parts.append(f"${_cents(budget.usd if cost is None else cost.usd)}")
    if budget.minutes is not None:
        minutes = Decimal(str(budget.minutes)) if cost is None else cost.seconds / MINUTE_S
        parts.append(f"{minutes.quantize(Decimal('0.1')).normalize():f} min of machine time")
    return " and ".join(parts)


def _cents(amount: Decimal) -> Decimal:
    """To the cent; less than one to the millionth."""
    return amount.quantize(Decimal("0.01")) if amount >= Decimal("0.01") or not amount else amount
