"""What a job has cost: exact to the millionth, counted once, and never forgotten."""

import threading
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.costs import machines, spent
from diorama.costs.machines import Machine, Span
from diorama.costs.prices import prices_of
from diorama.costs.spent import Sum, cost_of
from diorama.errors import Conflict
from diorama.events import StageEnded, StageStarted, WorkEnded
from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.jobs.table import month_of
from diorama.platform import Platform
from diorama.ports import Write
from tests.costs.conftest import launched
from tests.fakes import clock_of, compute_of
from tests.studio_jobs import a_job

US = prices_of("us-east-1")
HOUR_USD = US.instance_hour_usd["ml.c5.4xlarge"]


def says(platform: Platform, what: str, work: str = "w0", attempt: int = 1, **more: object) -> None:
    """A worker's message, now."""
    told = {"job_id": "job1", "attempt": attempt, "work": work, "launch": 0, "sequence": 1}
    told |= {"time": platform.clock.now(), **more}
    kinds = {"started": StageStarted, "ended": StageEnded, "over": WorkEnded}
    machines.hear(platform, kinds[what].model_validate(told))


def works(platform: Platform, seconds: float, name: str = "w0", attempt: int = 1, **work: object) -> None:
    """A machine that works on `solve_poses` for so long and then ends, with its stage unfinished."""
    launched(platform, name, attempt, **work)
    says(platform, "started", name, attempt, stage="solve_poses")
    clock_of(platform).time += seconds
    says(platform, "over", name, attempt, ended="failed")


def test_an_hour_of_a_machine_costs_its_price(platform: Platform, job: Job) -> None:
    works(platform, 3600)
    cost = spent.write(platform, job.job_id)
    assert cost is not None
    assert (cost.usd, cost.seconds, cost.is_billed) == (HOUR_USD, 3600, False)
    [stage] = cost.stages
    assert (stage.stage, stage.machine_usd, cost.other_usd) == ("solve_poses", HOUR_USD, 0)


def test_what_sagemaker_bills_counts_at_the_list_price_spot_or_not(platform: Platform, job: Job) -> None:
    works(platform, 3600, instance="ml.g5.2xlarge", spot=True)
    by_the_clock = spent.so_far(platform, job).usd
    assert by_the_clock == US.instance_hour_usd["ml.g5.2xlarge"] * US.spot_share
    compute_of(platform).billed["w0"] = 900
    machines.hear_end(platform, "w0")
    told = spent.so_far(platform, job)
    assert (told.usd, told.seconds, told.is_billed) == (US.instance_hour_usd["ml.g5.2xlarge"] / 4, 900, True)
    assert told.stages[0].seconds == 900


def test_failed_and_stopped_tries_and_attempts_add_up(platform: Platform, job: Job) -> None:
    works(platform, 1800, "w0")
    works(platform, 1800, "w1")
    works(platform, 3600, "w2", attempt=2)
    cost = spent.so_far(platform, job)
    assert (cost.usd, [stage.seconds for stage in cost.stages]) == (2 * HOUR_USD, [7200])


def test_a_stage_that_was_there_already_costs_nothing(platform: Platform, job: Job) -> None:
    cached = {"state": "succeeded", "cached": True}
    table.change_stage(
        platform.jobs, job.job_id, 1, "sample_frames", lambda run: run.model_copy(update=cached)
    )
    cost = spent.write(platform, job.job_id)
    assert cost is not None
    assert (cost.usd, cost.stages) == (0, ())


def test_what_a_stage_stored_is_paid_for_its_first_month(platform: Platform, job: Job) -> None:
    launched(platform, instance="this machine")
    says(platform, "started", stage="solve_poses")
    platform.store.put("s3://media/out/big.bin", bytes(2_000_000))
    says(platform, "ended", stage="solve_poses", seconds=0, key="k", output="s3://media/out", report={})
    [stage] = spent.so_far(platform, job).stages
    assert stage.storage_usd == Decimal("0.000051")  # 2 MB at 0.023 a GB, one file at 0.005 a thousand


def test_a_machine_without_a_price_is_named(platform: Platform, job: Job) -> None:
    works(platform, 3600, instance="ml.z9.large")
    assert spent.so_far(platform, job).unpriced == ("ml.z9.large",)


def test_the_same_news_again_counts_once_in_every_sum(platform: Platform, job: Job) -> None:
    works(platform, 3600)
    for _ in range(3):
        spent.write(platform, job.job_id)
    once = Sum(jobs=1, seconds=Decimal(3600), usd=HOUR_USD)
    assert spent.of_project(platform, job.project_id) == once
    assert spent.of_month(platform, month_of(job.created_at)) == {("ann", "tours"): once}


def test_sums_are_exactly_their_jobs_by_project_month_person_and_product(platform: Platform) -> None:
    total = Decimal(0)
    for n, (user, project) in enumerate([("ann", "p1"), ("ann", "p1"), ("bob", "p2")]):
        job = a_job(job_id=f"job{n}", user_id=user, project_id=project)
        table.add_job(platform.jobs, job)
        works(platform, 100.001 * (n + 1), f"w{n}", job_id=job.job_id)
        cost = spent.write(platform, job.job_id)
        assert cost is not None
        total += cost.usd
    sums = spent.of_month(platform, month_of(a_job().created_at))
    assert [(key, one.jobs) for key, one in sums.items()] == [(("ann", "tours"), 2), (("bob", "tours"), 1)]
    assert sum(one.usd for one in sums.values()) == total
    assert spent.of_project(platform, "p1").usd == sums["ann", "tours"].usd


def test_a_job_that_ends_without_a_word_of_its_machine_counts_no_further(
    platform: Platform, job: Job
) -> None:
    launched(platform)
    says(platform, "started", stage="solve_poses")
    clock_of(platform).time += 3600
    spent.settle(platform, job)
    clock_of(platform).time += 3600
    assert spent.write(platform, job.job_id) == spent.so_far(platform, job)
    assert spent.of_project(platform, job.project_id).usd == HOUR_USD


def test_what_is_billed_is_asked_for_again_when_the_job_has_ended(platform: Platform, job: Job) -> None:
    works(platform, 3600)
    compute_of(platform).billed["w0"] = 1800
    spent.settle(platform, job)
    assert spent.of_project(platform, job.project_id).seconds == 1800


def test_a_job_that_is_gone_costs_nothing_more(platform: Platform) -> None:
    assert spent.write(platform, "gone") is None


def test_money_is_kept_as_text_and_never_as_a_float(platform: Platform, job: Job) -> None:
    works(platform, 0.1)
    spent.write(platform, job.job_id)
    row = platform.records.get("COST#job1", "COST")
    assert row is not None
    assert row["value"]["usd"] == "0.000023"
    assert not any(isinstance(value, float) for value in row["value"].values())


class Interrupting:
    """A table in which somebody else writes the same sum just before the first few transactions."""

    def __init__(self, platform: Platform) -> None:
        self.platform, self.left = platform, 5
        self.transact_for_real = platform.records.transact

    def __call__(self, writes: list[Write]) -> None:
        if self.left:
            self.left -= 1
            raise Conflict("Somebody was faster.")
        self.transact_for_real(writes)


def test_a_sum_that_somebody_else_is_changing_is_changed_again(
    platform: Platform, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    works(platform, 3600)
    monkeypatch.setattr(platform.records, "transact", Interrupting(platform))
    spent.write(platform, job.job_id)
    assert spent.of_project(platform, job.project_id).usd == HOUR_USD


@pytest.mark.parametrize("threads", [4])
def test_jobs_that_end_at_once_are_all_in_the_sum(platform: Platform, threads: int) -> None:
    for n in range(threads):
        table.add_job(platform.jobs, a_job(job_id=f"job{n}"))
        works(platform, 3600, f"w{n}", job_id=f"job{n}")
    running = [threading.Thread(target=spent.write, args=(platform, f"job{n}")) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    total = spent.of_project(platform, "p1")
    assert (total.jobs, total.usd) == (threads, threads * HOUR_USD)


TIMES = st.lists(st.floats(0, 1e5), min_size=2, max_size=8).map(sorted)


@given(TIMES, st.booleans(), st.sampled_from([*US.instance_hour_usd]), st.none() | st.floats(0, 1e5))
def test_stages_and_the_rest_add_up_to_the_machine(
    times: list[float], spot: bool, instance: str, billable_s: float | None
) -> None:
    machine = Machine(
        work="w0", job_id="job1", attempt=1, instance=instance, spot=spot, volume_gb=200,
        started_at=times[0], ended_at=times[-1], billable_s=billable_s,
        stages={f"s{n}": Span(started_at=a, ended_at=b) for n, (a, b) in enumerate(pairwise(times))},
    )  # fmt: skip
    cost = cost_of([machine], US, 1e9)
    assert cost.usd == sum(stage.usd for stage in cost.stages) + cost.other_usd
    assert cost.seconds == sum(stage.seconds for stage in cost.stages) + cost.other_s
    assert cost.other_usd >= 0
    assert all(stage.usd >= 0 for stage in cost.stages)
    alone = cost_of([machine.model_copy(update={"stages": {}})], US, 1e9)
    assert (alone.usd, alone.seconds) == (cost.usd, cost.seconds)
