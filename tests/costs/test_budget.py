"""What a job may cost, and what happens where it would cost more."""

import importlib
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from diorama.catalog import STAGES
from diorama.costs import budget, expected, machines
from diorama.errors import Conflict
from diorama.events import StageStarted
from diorama.jobs import actions, leases, table
from diorama.jobs.models import Budget, Job
from diorama.platform import Platform
from diorama.tours.stages import STAGES as TOURS
from tests.costs.conftest import launched
from tests.fakes import clock_of, compute_of, workflows_of
from tests.studio_jobs import a_job

DATA = {"found": {"duration_s": 60.0, "frames": 1800, "width_px": 1920, "height_px": 1080}}


def started(platform: Platform, **allowed: Any) -> Job:
    """A tour job with a budget, as its machine would run it."""
    wanted = Budget.model_validate(allowed) if allowed else None
    names = tuple(stage.name for stage in TOURS)
    job = a_job(stages=names, data=DATA, budget=wanted, created_at=platform.clock.now())
    return actions.start(platform, job)


def at_work(platform: Platform, stage: str, seconds: float) -> None:
    """A machine that has been at a stage for so long."""
    work = launched(platform, f"w-{stage}")
    now = platform.clock.now()
    told = {"job_id": "job1", "attempt": 1, "work": work.name, "launch": 0, "sequence": 1, "time": now}
    machines.hear(platform, StageStarted.model_validate({**told, "stage": stage}))
    clock_of(platform).time += seconds


def state(platform: Platform) -> tuple[str, str | None]:
    job = table.get_job(platform.jobs, "job1")
    return job.state, job.problem.code if job.problem else None


def test_a_budget_names_dollars_minutes_or_both() -> None:
    assert Budget(usd=Decimal("2.50")).model_dump(mode="json") == {"usd": "2.5", "minutes": None}
    with pytest.raises(ValidationError, match="dollars, minutes or both"):
        Budget()
    with pytest.raises(ValidationError):
        Budget(usd=Decimal(-1))


def test_a_stage_that_would_pass_the_budget_is_not_launched(platform: Platform) -> None:
    started(platform, minutes=0.1)
    assert not budget.allows_launch(platform, STAGES, "job1", 1, "solve_poses")
    assert state(platform) == ("refused", "budget_reached")
    problem = table.get_job(platform.jobs, "job1").problem
    assert problem is not None
    assert "0.1 min of machine time" in problem.message
    assert "what is finished is kept" in problem.advice
    assert leases.held(platform.jobs) == []


def test_a_stage_within_the_budget_is_launched_and_so_is_any_without_one(platform: Platform) -> None:
    started(platform, minutes=60, usd="5")
    assert budget.allows_launch(platform, STAGES, "job1", 1, "solve_poses")
    budget.set_budget(platform, "job1", None)
    assert budget.allows_launch(platform, STAGES, "job1", 1, "solve_poses")
    assert state(platform) == ("queued", None)


def test_money_counts_as_time_does(platform: Platform) -> None:
    started(platform, usd="0.000001")
    assert not budget.allows_launch(platform, STAGES, "job1", 1, "solve_poses")
    assert state(platform)[1] == "budget_reached"


def test_a_stage_on_its_way_past_the_budget_is_stopped(platform: Platform) -> None:
    job = started(platform, minutes=10)
    at_work(platform, "solve_poses", 9.9 * 60)
    budget.watch(platform, STAGES, "job1", None)
    assert state(platform) == ("queued", None)
    clock_of(platform).time += 12
    budget.watch(platform, STAGES, "job1", None)
    assert state(platform) == ("refused", "budget_reached")
    assert compute_of(platform).stopped == ["w-solve_poses"]
    assert workflows_of(platform).status(job.execution or "ToursMachine:job1-1").state == "aborted"


def test_the_next_stage_of_a_machine_is_looked_at_before_it_has_cost_anything(platform: Platform) -> None:
    started(platform)
    coming = expected.of_job(platform, STAGES, table.get_job(platform.jobs, "job1"))["train_splats"].seconds
    at_work(platform, "solve_poses", 60)
    for seconds, ended in [(60 + coming + 1, False), (60 + coming - 1, True)]:
        budget.set_budget(platform, "job1", Budget(minutes=seconds / 60))
        budget.watch(platform, STAGES, "job1", "train_splats")
        assert (state(platform)[1] == "budget_reached") == ended


def test_with_a_higher_budget_the_job_goes_on(platform: Platform) -> None:
    started(platform, minutes=0)
    budget.allows_launch(platform, STAGES, "job1", 1, "solve_poses")
    budget.set_budget(platform, "job1", Budget(minutes=60))
    assert actions.retry(platform, "job1").attempt == 2
    assert budget.allows_launch(platform, STAGES, "job1", 2, "solve_poses")


def test_an_attempt_that_is_over_launches_nothing_and_ends_no_other(platform: Platform) -> None:
    started(platform)
    actions.cancel(platform, "job1")
    actions.retry(platform, "job1")
    budget.set_budget(platform, "job1", Budget(minutes=0))
    assert not budget.allows_launch(platform, STAGES, "job1", 1, "solve_poses")
    assert state(platform) == ("queued", None)


def test_a_job_that_is_done_takes_no_budget(platform: Platform) -> None:
    started(platform)
    table.end_job(platform.jobs, "job1", 1, "succeeded", platform.clock.now())
    with pytest.raises(Conflict):
        budget.set_budget(platform, "job1", Budget(minutes=1))


def test_a_job_that_has_ended_is_not_ended_again(platform: Platform) -> None:
    started(platform, minutes=0)
    actions.cancel(platform, "job1")
    at_work(platform, "solve_poses", 60)
    budget.watch(platform, STAGES, "job1", "train_splats")
    assert state(platform) == ("cancelled", "cancelled")


def test_the_door_of_plan_stops_what_may_not_be_launched(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = importlib.import_module("stages.plan")
    monkeypatch.setattr(door, "connect", lambda: platform)
    monkeypatch.setattr(door, "tell", lambda _: None)
    started(platform, minutes=0.05)
    video = {"uri": "s3://media/raw/p1/u1/1/walk.mp4", "key": "c-1"}
    stages = [{"stage": "sample_frames", "inputs": {"video": video}}]
    assert door.handler({"job_id": "job1", "attempt": 1, "stages": stages}, None) == {"decision": "stop"}
    assert state(platform)[1] == "budget_reached"
    budget.set_budget(platform, "job1", Budget(minutes=60))
    actions.retry(platform, "job1")
    again = door.handler({"job_id": "job1", "attempt": 2, "stages": stages}, None)
    assert again["decision"] == "launch"
