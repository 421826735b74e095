"""What a stage prints can be read along, piece by piece."""

import pytest

from diorama.errors import NotFound
from diorama.jobs import actions, table
from diorama.jobs.models import StageRun
from diorama.library.keys import request_uri
from diorama.request import StageRequest, WorkRequest
from diorama.studio import logs
from tests.studio_jobs import a_job
from tests.studio_world import World

OUTPUT = "s3://media/frames/p/key/job1-1"


@pytest.fixture
def job_id(world: World) -> str:
    """A job whose first stage is at work."""
    project = world.project("ann").project_id
    job = actions.start(world.platform, a_job(project_id=project))
    stage = StageRequest(stage="sample_frames", key="k", inputs={}, params={}, output=OUTPUT, checkpoint="c")
    request = WorkRequest(
        job_id=job.job_id,
        project_id=project,
        attempt=1,
        work="w1",
        launch=0,
        stages=(stage,),
        correlation_id="c",
    )
    uri = request_uri("media", project, job.job_id, "w1")
    world.store.put(uri, request.model_dump_json().encode())
    change(world, state="running", work="w1", started_at=1.0)
    return job.job_id


def change(world: World, **changes: object) -> None:
    def changed(run: StageRun) -> StageRun:
        return run.model_copy(update=changes)

    table.change_stage(world.platform.jobs, "job1", 1, "sample_frames", changed)


def printed(world: World, text: str) -> None:
    world.store.put(f"{OUTPUT}/log.txt", text.encode())


def read(world: World, after: int = 0) -> logs.LogText:
    return logs.read(world.platform, "ann", "job1", "sample_frames", after)


def test_a_log_grows_while_the_stage_runs_and_ends_with_it(world: World, job_id: str) -> None:
    assert (read(world).text, read(world).is_whole) == ("", False)
    printed(world, "begins\n")
    first = read(world)
    assert (first.text, first.next, first.is_whole) == ("begins\n", 7, False)
    assert read(world, first.next).text == ""
    printed(world, "begins\nends: größer\n")
    change(world, state="succeeded", output=OUTPUT, ended_at=2.0)
    last = read(world, first.next)
    assert (last.text, last.is_whole) == ("ends: größer\n", True)


def test_a_log_that_was_begun_anew_is_read_from_its_beginning(world: World, job_id: str) -> None:
    printed(world, "again\n")
    assert read(world, after=1000).text == "again\n"


def test_a_long_log_comes_in_pieces_of_whole_lines(
    world: World, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 20)
    whole = "".join(f"Zeile {number}: größer\n" for number in range(9))
    printed(world, whole)
    found, after = "", 0
    while piece := read(world, after).text:
        found, after = found + piece, read(world, after).next
        assert piece.endswith("\n")
    assert found == whole


def test_a_stage_that_ended_without_a_word_has_a_whole_empty_log(world: World, job_id: str) -> None:
    change(world, state="cancelled", ended_at=2.0)
    assert (read(world).text, read(world).is_whole) == ("", True)


def test_a_log_is_for_the_projects_people_and_of_a_stage_that_the_job_has(world: World, job_id: str) -> None:
    with pytest.raises(NotFound):
        logs.read(world.platform, "eve", job_id, "sample_frames", 0)
    with pytest.raises(NotFound, match="no stage"):
        logs.read(world.platform, "ann", job_id, "train_splats", 0)
    assert logs.read(world.platform, "ann", job_id, "solve_poses", 0).text == ""


def test_where_no_stage_is_named_it_is_the_newest_that_has_begun(world: World, job_id: str) -> None:
    printed(world, "begins\n")
    assert logs.read(world.platform, "ann", job_id, None, 0).text == "begins\n"
