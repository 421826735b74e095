"""Jobs as their owner sees them."""

import pytest

from diorama.catalog import STAGES
from diorama.errors import Conflict, NotFound, Refused
from diorama.jobs import actions, table
from diorama.jobs.models import Problem
from diorama.studio import jobs
from diorama.studio.jobs import JobFilter, Retry
from tests.studio_jobs import a_job
from tests.studio_world import World

EVERYTHING = JobFilter()


@pytest.fixture
def project(world: World) -> str:
    return world.project("ann").project_id


def test_a_job_shows_its_stages_in_order(world: World, project: str) -> None:
    job = actions.start(world.platform, a_job(project_id=project))
    for name, state in (("solve_poses", "running"), ("sample_frames", "succeeded")):
        table.change_stage(
            world.platform.jobs,
            job.job_id,
            1,
            name,
            lambda run, state=state: run.model_copy(
                update={"state": state, "started_at": 10.0, "ended_at": 12.5}
            ),
        )
    shown = jobs.look(world.platform, "ann", job.job_id)
    assert [(stage.stage, stage.status, stage.seconds) for stage in shown.stages] == [
        ("sample_frames", "succeeded", 2.5),
        ("solve_poses", "running", 2.5),
    ]
    assert shown.status == "queued"


def test_jobs_are_listed_newest_first_by_status_product_and_project(world: World) -> None:
    own = [world.project("ann").project_id for _ in range(2)]
    for n in range(7):
        job = a_job(job_id=f"job{n}", project_id=own[n % 2], created_at=1_800_000_000.0 + n)
        table.add_job(world.platform.jobs, job)
    table.end_job(world.platform.jobs, "job4", 1, "failed", 5.0)
    first = JobFilter(project_id=own[0])
    found = jobs.listed(world.platform, "ann", first, 2, None)
    assert [job.job_id for job in found.jobs] == ["job6", "job4"]
    more = jobs.listed(world.platform, "ann", first, 2, found.cursor)
    assert [job.job_id for job in more.jobs] == ["job2", "job0"]
    failed = jobs.listed(world.platform, "ann", JobFilter(status="failed"), 10, None)
    assert [job.job_id for job in failed.jobs] == ["job4"]
    assert jobs.listed(world.platform, "ann", JobFilter(product="film"), 10, None).jobs == ()
    assert jobs.listed(world.platform, "bob", EVERYTHING, 10, None).jobs == ()
    assert jobs.listed(world.platform, "bob", first, 10, None).jobs == ()


def test_a_page_reads_a_bounded_number_of_times_and_says_where_to_go_on(world: World) -> None:
    for n in range(60):
        table.add_job(world.platform.jobs, a_job(job_id=f"job{n:02}", created_at=1_800_000_000.0 + n))
    table.end_job(world.platform.jobs, "job00", 1, "failed", 5.0)
    page = jobs.listed(world.platform, "ann", JobFilter(status="failed"), 1, None)
    assert page.jobs == ()
    assert page.cursor is not None
    seen = []
    while page.cursor is not None:
        page = jobs.listed(world.platform, "ann", JobFilter(status="failed"), 1, page.cursor)
        seen += [job.job_id for job in page.jobs]
    assert seen == ["job00"]


def test_a_cancelled_job_is_cancelled_at_once_and_its_machine_stopped(world: World, project: str) -> None:
    actions.start(world.platform, a_job(project_id=project))
    cancelled = jobs.cancel(world.platform, "ann", "job1")
    assert cancelled.status == "cancelled"
    assert cancelled.problem is not None
    assert world.workflows.stopped == ["ToursMachine:job1-1"]
    assert jobs.cancel(world.platform, "ann", "job1").status == "cancelled"


def test_a_job_that_has_succeeded_can_be_neither_cancelled_nor_retried(world: World, project: str) -> None:
    actions.start(world.platform, a_job(project_id=project))
    table.end_job(world.platform.jobs, "job1", 1, "succeeded", 5.0)
    with pytest.raises(Conflict):
        jobs.cancel(world.platform, "ann", "job1")
    with pytest.raises(Conflict):
        jobs.retry(world.platform, "ann", "job1")


@pytest.mark.parametrize("state", ["failed", "refused", "cancelled"])
def test_a_job_that_ended_badly_is_retried_as_a_new_attempt(world: World, project: str, state: str) -> None:
    actions.start(world.platform, a_job(project_id=project))
    problem = Problem(code="x", message="Bad.")
    table.end_job(world.platform.jobs, "job1", 1, state, 5.0, problem=problem)  # type: ignore[arg-type]
    again = jobs.retry(world.platform, "ann", "job1")
    assert (again.attempt, again.status, again.problem) == (2, "queued", None)
    assert world.workflows.data_of("ToursMachine:job1-2")


PARAMS = {
    "sample_frames": {"max_frames": 100},
    "solve_poses": {"max_features": 512},
}


def ended_job(world: World, project: str, state: str = "failed") -> None:
    job = a_job(project_id=project)
    actions.start(world.platform, job.model_copy(update={"data": {**job.data, "params": PARAMS}}))
    table.end_job(world.platform.jobs, "job1", 1, state, 5.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["failed", "succeeded"])
def test_a_retry_with_other_parameters_changes_those_and_no_others(
    world: World, project: str, state: str
) -> None:
    ended_job(world, project, state)
    wanted = Retry(params={"solve_poses": {"max_features": 1024, "mapper": "global"}})
    again = jobs.retry(world.platform, "ann", "job1", wanted, STAGES)
    assert (again.attempt, again.status) == (2, "queued")
    assert again.params["sample_frames"] == PARAMS["sample_frames"]
    assert again.params["solve_poses"]["max_features"] == 1024
    assert again.params["solve_poses"]["mapper"] == "global"
    _, data = world.workflows.data_of("ToursMachine:job1-2")
    assert data["params"] == again.params
    assert data["video"] == a_job().data["video"]
    assert table.get_job(world.platform.jobs, "job1").redone == ()


def test_a_retry_from_a_stage_runs_it_and_those_after_it_anew_once(world: World, project: str) -> None:
    ended_job(world, project, "succeeded")
    jobs.retry(world.platform, "ann", "job1", Retry(from_stage="solve_poses"), STAGES)
    assert table.get_job(world.platform.jobs, "job1").redone == ("solve_poses",)
    table.end_job(world.platform.jobs, "job1", 2, "failed", 6.0)
    jobs.retry(world.platform, "ann", "job1", Retry(), STAGES)
    assert table.get_job(world.platform.jobs, "job1").redone == ()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Retry(from_stage="bake"), "no_such_stage"),
        (Retry(params={"bake": {}}), "no_such_stage"),
        (Retry(params={"solve_poses": {"max_features": 1}}), "bad_params"),
        (Retry(params={"solve_poses": {"speed": "high"}}), "bad_params"),
    ],
)
def test_a_retry_that_makes_no_sense_is_refused_and_changes_nothing(
    world: World, project: str, wanted: Retry, code: str
) -> None:
    ended_job(world, project)
    with pytest.raises(Refused) as refused:
        jobs.retry(world.platform, "ann", "job1", wanted, STAGES)
    assert refused.value.stable_code == code
    assert table.get_job(world.platform.jobs, "job1").attempt == 1


def test_a_running_job_is_not_retried(world: World, project: str) -> None:
    actions.start(world.platform, a_job(project_id=project))
    with pytest.raises(Conflict, match="not ended"):
        jobs.retry(world.platform, "ann", "job1")


def test_a_job_of_somebody_else_is_not_there(world: World, project: str) -> None:
    actions.start(world.platform, a_job(project_id=project))
    for act in (jobs.look, jobs.retry, jobs.cancel):
        with pytest.raises(NotFound, match="no such job"):
            act(world.platform, "bob", "job1")
        with pytest.raises(NotFound, match="no such job"):
            act(world.platform, "bob", "no-such-job")
