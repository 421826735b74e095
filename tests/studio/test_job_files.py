"""What stages wrote, as links for the owner."""

import pytest

from diorama.errors import BadRequest, NotFound
from diorama.jobs import actions, table
from diorama.library.keys import request_uri
from diorama.request import StageRequest, WorkRequest
from diorama.studio import job_files
from diorama.studio.job_files import JobFilePage
from tests.studio_jobs import a_job
from tests.studio_world import World

OUTPUT = "s3://media/frames/p/key/job1-1"
PATHS = ["images/00001.jpg", "images/00002.jpg", "images/00003.jpg", "metadata.json", "report.json"]


@pytest.fixture
def finished(world: World) -> str:
    """A job whose first stage has written files, and whose second has not begun."""
    project = world.project("ann").project_id
    job = actions.start(world.platform, a_job(project_id=project))
    for path in PATHS:
        world.store.put(f"{OUTPUT}/{path}", path.encode())
    world.store.put(f"{OUTPUT}0/other.txt", b"of another job")
    changes = {"state": "succeeded", "output": OUTPUT}
    table.change_stage(
        world.platform.jobs, job.job_id, 1, "sample_frames", lambda run: run.model_copy(update=changes)
    )
    return job.job_id


def files_of(
    world: World, job_id: str, prefix: str = "", limit: int = 50, cursor: str | None = None
) -> JobFilePage:
    return job_files.listed(world.platform, "ann", job_id, "sample_frames", prefix, limit, cursor)


def test_the_owner_gets_a_link_to_every_file(world: World, finished: str) -> None:
    page = files_of(world, finished)
    assert [file.path for file in page.files] == PATHS
    assert [file.size for file in page.files] == [len(path) for path in PATHS]
    assert all("signature=" in file.url for file in page.files)
    assert page.expires_at == world.clock.now() + job_files.LINK_LASTS_S
    assert page.cursor is None


def test_a_prefix_names_a_folder_or_one_file(world: World, finished: str) -> None:
    assert [file.path for file in files_of(world, finished, "images/").files] == PATHS[:3]
    assert [file.path for file in files_of(world, finished, "metadata.json").files] == ["metadata.json"]


def test_pages_go_on_where_the_one_before_ended(world: World, finished: str) -> None:
    found: list[str] = []
    cursor = None
    for _ in range(3):
        page = files_of(world, finished, limit=2, cursor=cursor)
        found += [file.path for file in page.files]
        cursor = page.cursor
    assert (found, cursor) == (PATHS, None)


def test_a_stage_that_has_not_finished_has_no_files(world: World, finished: str) -> None:
    page = job_files.listed(world.platform, "ann", finished, "solve_poses", "", 50, None)
    assert page.files == ()


def test_of_a_stage_that_failed_there_is_its_log(world: World, finished: str) -> None:
    output = "s3://media/poses/p/key/job1-1"
    stage = StageRequest(stage="solve_poses", key="k", inputs={}, params={}, output=output, checkpoint="")
    project_id = table.get_job(world.platform.jobs, finished).project_id
    request = WorkRequest(
        job_id=finished, attempt=1, work="w1", project_id=project_id, correlation_id="c", stages=(stage,)
    )
    uri = request_uri("media", project_id, finished, "w1")
    world.store.put(uri, request.model_dump_json().encode())
    world.store.put(f"{output}/log.txt", b"Traceback")
    changes = {"state": "failed", "work": "w1"}
    table.change_stage(
        world.platform.jobs, finished, 1, "solve_poses", lambda run: run.model_copy(update=changes)
    )
    page = job_files.listed(world.platform, "ann", finished, "solve_poses", "", 50, None)
    assert [file.path for file in page.files] == ["log.txt"]


@pytest.mark.parametrize("prefix", ["../", "images/../../", "images//00001.jpg"])
def test_a_prefix_never_leaves_the_output(world: World, finished: str, prefix: str) -> None:
    with pytest.raises(BadRequest):
        files_of(world, finished, prefix)


def test_strangers_and_unknown_stages_find_nothing(world: World, finished: str) -> None:
    with pytest.raises(NotFound):
        job_files.listed(world.platform, "bob", finished, "sample_frames", "", 50, None)
    with pytest.raises(NotFound):
        job_files.listed(world.platform, "ann", finished, "no_such_stage", "", 50, None)
