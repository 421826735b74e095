"""Costs as people see them: of a job, of a project, of everybody by month."""

from decimal import Decimal
from typing import Any

import pytest

from callbacks import stage_events
from diorama.costs import spent
from diorama.costs.prices import prices_of
from diorama.errors import NotFound
from diorama.jobs import actions, table
from diorama.jobs.models import Job, Work
from diorama.studio import admin, costs, jobs, projects, purge
from tests.studio_jobs import a_job
from tests.studio_world import World

HOUR_USD = prices_of("us-east-1").instance_hour_usd["ml.c5.4xlarge"]


def ended_job(world: World, user: str, project_id: str, job_id: str = "job1", hours: float = 1) -> Job:
    """A job whose one machine worked for so long, as its worker tells through the door."""
    started = world.clock.now()
    job = actions.start(
        world.platform, a_job(job_id=job_id, user_id=user, project_id=project_id, created_at=started)
    )
    work = Work(
        name=f"{job_id}-w", job_id=job_id, attempt=1, operation="create_training_job", task_token="t",
        outputs=(), launched_at=started, deadline=started + 9, instance="ml.c5.4xlarge",
    )  # fmt: skip
    table.put_work(world.platform.jobs, work)
    told: dict[str, Any] = {"job_id": job_id, "attempt": 1, "work": work.name, "launch": 0}
    began = {**told, "sequence": 1, "time": started, "kind": "stage_started", "stage": "solve_poses"}
    over = {**told, "sequence": 2, "time": started + 3600 * hours, "kind": "work_ended", "ended": "failed"}
    stage_events.take(world.platform, began)
    world.clock.time += 3600 * hours
    stage_events.take(world.platform, over)
    table.end_job(world.platform.jobs, job_id, 1, "failed", world.clock.now())
    return job


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has a page open here."""
    monkeypatch.setattr(stage_events, "tell", lambda _: None)


def test_a_job_tells_what_its_stages_cost_and_by_which_prices(world: World) -> None:
    project = world.project("ann").project_id
    ended_job(world, "ann", project)
    cost = jobs.look(world.platform, "ann", "job1").cost
    assert (cost.usd, cost.seconds, [stage.stage for stage in cost.stages]) == (
        HOUR_USD,
        3600,
        ["solve_poses"],
    )
    assert (cost.priced.region, cost.priced.as_of.year >= 2024) == ("us-east-1", True)
    assert cost.model_dump(mode="json")["usd"] == "0.816"


def test_a_job_that_was_never_at_a_machine_cost_nothing(world: World) -> None:
    project = world.project("ann").project_id
    actions.start(world.platform, a_job(project_id=project))
    cost = jobs.look(world.platform, "ann", "job1").cost
    assert (cost.usd, cost.seconds, cost.stages) == (0, 0, ())


def test_a_project_sums_its_jobs_for_its_people_and_nobody_else(world: World) -> None:
    project = world.project("ann").project_id
    world.member("vic", project, "viewer")
    for n in range(2):
        ended_job(world, "ann", project, f"job{n}")
    total = costs.of_project(world.platform, "vic", project)
    assert (total.jobs, total.usd, total.seconds) == (2, 2 * HOUR_USD, 7200)
    with pytest.raises(NotFound):
        costs.of_project(world.platform, "eve", project)


def test_a_month_is_told_by_person_and_product_the_dearest_first(world: World) -> None:
    world.person("ann")
    for user, hours in [("ann", 1.0), ("bob", 2.0)]:
        ended_job(world, user, world.project(user).project_id, f"job-{user}", hours)
    month = admin.month_costs(world.platform, None)
    assert (month.jobs, month.usd) == (2, 3 * HOUR_USD)
    assert [(one.user_id, one.email, one.product) for one in month.by_person] == [
        ("bob", "", "tours"),
        ("ann", "ann@example.test", "tours"),
    ]
    assert admin.month_costs(world.platform, "1999-01").usd == 0


def test_what_was_spent_stays_in_the_months_sum_when_its_project_is_purged(world: World) -> None:
    project = world.project("ann").project_id
    ended_job(world, "ann", project)
    projects.delete(world.platform, "ann", project)
    world.clock.time += purge.GRACE_S + 1
    purge.purge_due(world.platform, ["frames"])
    assert spent.of_project(world.platform, project).usd == Decimal(0)
    rows = world.database.connection().execute("SELECT pk, sk, body FROM rows").fetchall()
    assert not any(project in " ".join(map(str, row)) for row in rows)
    assert (
        admin.month_costs(world.platform, table.month_of(world.clock.now() - purge.GRACE_S - 1)).usd
        == HOUR_USD
    )
