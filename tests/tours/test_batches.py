"""Several tours at once: all started or none, watched and cancelled together, within one budget."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from diorama.costs import machines
from diorama.errors import Conflict, NotAllowed, NotFound, Refused, TooMuch
from diorama.events import StageStarted
from diorama.jobs import actions as job_actions
from diorama.jobs import table
from diorama.jobs.models import Budget, JobState, Work
from diorama.library import actions as library
from diorama.library import assets
from diorama.library.assets import AssetFilter
from diorama.studio import batches, jobs, quotas
from diorama.studio.batches import BatchRetry, BatchView
from diorama.tours import batches as tour_batches
from diorama.tours.batches import NewTourBatch
from tests.studio_world import MP4, World
from tests.tours.bundles import a_tour, make


@pytest.fixture
def project(world: World) -> str:
    return world.project("ann").project_id


@pytest.fixture
def videos(world: World, project: str) -> tuple[str, ...]:
    for number in range(3):
        world.uploaded("ann", project, MP4 + bytes([number]), name=f"room{number}.mp4")
    found = assets.listed(world.platform, "ann", AssetFilter(project_id=project), 10, None).assets
    return tuple(sorted((asset.asset_id for asset in found), key=lambda one: one))


def start(world: World, project: str, videos: tuple[str, ...], user: str = "ann", **more: Any) -> BatchView:
    wanted = {"project_id": project, "asset_ids": videos, "name": "All rooms", **more}
    return tour_batches.start(world.platform, user, NewTourBatch.model_validate(wanted), "c1")


def jobs_of(world: World, batch: BatchView) -> list[str]:
    which = jobs.JobFilter(project_id=batch.project_id, batch_id=batch.batch_id)
    return [job.job_id for job in jobs.listed(world.platform, "ann", which, 100, None).jobs]


def end(world: World, job_id: str, state: JobState) -> None:
    table.end_job(world.platform.jobs, job_id, 1, state, world.clock.now())


def test_a_batch_starts_a_job_for_each_video(world: World, project: str, videos: tuple[str, ...]) -> None:
    world.uploaded("ann", project, MP4 + b"alone", name="alone.mp4")
    batch = start(world, project, videos)
    assert (batch.status, batch.count, batch.jobs, batch.percent) == ("running", 3, {"queued": 3}, 0)
    ids = jobs_of(world, batch)
    assert len(ids) == len(world.workflows.started) == 3
    names = {table.get_job(world.platform.jobs, job_id).name for job_id in ids}
    assert names == {"room0", "room1", "room2"}
    assert batches.listed(world.platform, "ann", project, 10, None).batches == (batch,)


def test_where_one_source_is_no_video_nothing_is_started(
    world: World, project: str, videos: tuple[str, ...]
) -> None:
    world.uploaded("ann", project, b"\xff\xd8\xff" + bytes(100), name="photo.jpg", type="image/jpeg")
    everything = assets.listed(world.platform, "ann", AssetFilter(project_id=project), 10, None).assets
    photo = next(asset.asset_id for asset in everything if asset.kind == "jpeg")
    other = world.project("ann").project_id
    made = a_tour(world)
    make(world, made)
    for bad, where in ((photo, project), (videos[0], other), (made, project)):
        before = len(world.workflows.started)
        with pytest.raises((Refused, NotFound)):
            start(world, where, (*videos[1:], bad))
        assert len(world.workflows.started) == before
    with pytest.raises(NotFound):
        start(world, project, (*videos, "none"))
    with pytest.raises(ValueError, match="twice"):
        start(world, project, (videos[0], videos[0]))


def test_what_a_request_could_not_start_in_time_is_started_later_and_once(
    world: World, project: str, videos: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_machine = job_actions.run_machine

    def slowly(*arguments: Any) -> Any:
        world.clock.time += tour_batches.STARTING_S + 1
        return run_machine(*arguments)

    monkeypatch.setattr(job_actions, "run_machine", slowly)
    batch = start(world, project, videos)
    assert (len(world.workflows.started), batch.status, batch.jobs) == (1, "running", {"queued": 3})
    for _ in range(4):
        tour_batches.go_on_all(world.platform)
    assert len(world.workflows.started) == 3
    assert batches.unstarted(world.platform) == []


def test_a_start_that_was_cut_off_goes_on(
    world: World, project: str, videos: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_job, dead = table.add_job, [True]

    def dies(*arguments: Any) -> None:
        if dead.pop() if dead else False:
            raise ConnectionError("the process died here")
        add_job(*arguments)

    monkeypatch.setattr(table, "add_job", dies)
    with pytest.raises(ConnectionError):
        start(world, project, videos)
    tour_batches.go_on_all(world.platform)
    (batch,) = batches.listed(world.platform, "ann", project, 10, None).batches
    assert len(jobs_of(world, batch)) == 3
    assert len({name for _, name, _ in world.workflows.started}) == 3


def test_a_batch_is_done_when_its_jobs_are(world: World, project: str, videos: tuple[str, ...]) -> None:
    batch = start(world, project, videos)
    states: list[JobState] = ["succeeded", "failed", "refused"]
    for job_id, state in zip(jobs_of(world, batch), states, strict=True):
        end(world, job_id, state)
    seen = batches.look(world.platform, "ann", batch.batch_id)
    assert (seen.status, seen.percent) == ("done", 100)
    assert seen.jobs == {"succeeded": 1, "failed": 1, "refused": 1}


def test_only_what_did_not_succeed_is_tried_again(
    world: World, project: str, videos: tuple[str, ...]
) -> None:
    batch = start(world, project, videos)
    first, second, third = jobs_of(world, batch)
    end(world, first, "succeeded")
    end(world, second, "failed")
    again = batches.retry(world.platform, "ann", batch.batch_id, BatchRetry())
    assert (again.status, again.jobs) == ("running", {"succeeded": 1, "queued": 2})
    attempts = [table.get_job(world.platform.jobs, job_id).attempt for job_id in (first, second, third)]
    assert attempts == [1, 2, 1]


def test_a_cancelled_batch_stops_all_that_runs_and_may_go_on_later(
    world: World, project: str, videos: tuple[str, ...]
) -> None:
    batch = start(world, project, videos)
    first, *others = jobs_of(world, batch)
    end(world, first, "succeeded")
    for _ in range(2):
        seen = batches.cancel(world.platform, "ann", batch.batch_id)
        assert (seen.status, seen.jobs) == ("cancelled", {"succeeded": 1, "cancelled": 2})
    problem = table.get_job(world.platform.jobs, others[0]).problem
    assert problem is not None
    assert problem.code == "batch_cancelled"
    assert len(world.workflows.stopped) == 2
    assert batches.retry(world.platform, "ann", batch.batch_id, BatchRetry()).status == "running"


def at_work(world: World, job_id: str, seconds: float) -> None:
    """A machine that has been at a job for so long."""
    now, name = world.clock.now(), f"w-{job_id}"
    work = Work(
        name=name,
        job_id=job_id,
        attempt=1,
        operation="create_training_job",
        task_token="token",
        outputs=(),
        launched_at=now,
        deadline=now + 3600,
    )
    table.put_work(world.platform.jobs, work)
    told = {"job_id": job_id, "attempt": 1, "work": name, "launch": 0, "sequence": 1, "time": now}
    machines.hear(world.platform, StageStarted.model_validate({**told, "stage": "sample_frames"}))
    world.clock.time += seconds


def test_a_batch_that_has_used_up_its_budget_is_stopped_with_a_word_and_goes_on_with_a_larger_one(
    world: World, project: str, videos: tuple[str, ...]
) -> None:
    batch = start(world, project, videos, budget={"minutes": 2})
    first, second, third = jobs_of(world, batch)
    at_work(world, first, 90)
    batches.watch(world.platform, first)
    assert batches.look(world.platform, "ann", batch.batch_id).status == "running"
    at_work(world, second, 90)
    end(world, second, "succeeded")
    batches.watch(world.platform, second)
    seen = batches.look(world.platform, "ann", batch.batch_id)
    assert (seen.status, seen.jobs) == ("budget_reached", {"cancelled": 2, "succeeded": 1})
    problem = table.get_job(world.platform.jobs, third).problem
    assert problem is not None
    assert "2 min of machine time" in problem.message
    with pytest.raises(Conflict, match="used up its budget"):
        batches.retry(world.platform, "ann", batch.batch_id, BatchRetry())
    larger = Budget(usd=None, minutes=60)
    again = batches.retry(world.platform, "ann", batch.batch_id, BatchRetry(budget=larger))
    assert (again.status, again.budget) == ("running", larger)


def test_a_source_that_went_before_its_job_was_started_holds_up_no_other(
    world: World, project: str, videos: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tour_batches, "STARTING_S", -1)
    batch = start(world, project, videos)
    assert len(world.workflows.started) == 0
    monkeypatch.undo()
    library.delete_asset(world.platform, "ann", videos[0])
    tour_batches.go_on_all(world.platform)
    seen = batches.look(world.platform, "ann", batch.batch_id)
    assert seen.jobs == {"queued": 2, "refused": 1}


@pytest.mark.parametrize(
    "act",
    [
        lambda world, user, batch: batches.look(world.platform, user, batch),
        lambda world, user, batch: batches.cancel(world.platform, user, batch),
        lambda world, user, batch: batches.retry(world.platform, user, batch, BatchRetry()),
    ],
)
def test_a_batch_is_its_projects_and_viewers_only_look(
    world: World, project: str, videos: tuple[str, ...], act: Callable[[World, str, str], object]
) -> None:
    batch = start(world, project, videos).batch_id
    with pytest.raises(NotFound):
        act(world, "eve", batch)
    world.member("vic", project, "viewer")
    assert batches.look(world.platform, "vic", batch)
    with pytest.raises(NotAllowed):
        batches.cancel(world.platform, "vic", batch)
    with pytest.raises(NotAllowed):
        start(world, project, videos, user="vic")


def test_a_plan_has_so_many_jobs_at_once(
    world: World, project: str, videos: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "OPEN_JOBS", {"free": 4})
    batch = start(world, project, videos)
    assert quotas.usage(world.platform, "ann").open_jobs == 3
    with pytest.raises(TooMuch) as refused:
        start(world, project, videos)
    assert refused.value.stable_code == "too_many_open_jobs"
    end(world, jobs_of(world, batch)[0], "succeeded")
    start(world, project, videos[:2])


@pytest.mark.parametrize(("wanted", "given"), [(2, 2), (9, quotas.HIGHEST_PRIORITY["free"]), (None, 5)])
def test_all_jobs_of_a_batch_stand_in_line_as_was_asked_and_the_plan_allows(
    world: World, project: str, videos: tuple[str, ...], wanted: int | None, given: int
) -> None:
    batch = start(world, project, videos, priority=wanted)
    for job_id in jobs_of(world, batch):
        job = table.get_job(world.platform.jobs, job_id)
        assert (job.priority, job.batch_id, job.correlation_id) == (given, batch.batch_id, "c1")


def test_a_budget_in_money_counts_what_all_jobs_cost(
    world: World, project: str, videos: tuple[str, ...]
) -> None:
    batch = start(world, project, videos, budget={"usd": "1"})
    assert batch.budget == Budget(usd=Decimal(1))
    assert (batch.cost.jobs, batch.cost.usd) == (3, 0)
