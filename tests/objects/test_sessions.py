"""Sessions: begun, found, renamed, deleted."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from diorama.errors import Conflict, NotAllowed, NotFound, Refused
from diorama.jobs import table
from diorama.jobs.plan import PlanInput
from diorama.library import actions as library
from diorama.library import assets
from diorama.objects import actions, building, sessions
from diorama.objects.models import NewBuild, NewSession, SessionChange
from diorama.objects.stages import STAGES, EmbedPhotoParams
from diorama.studio import projects, purge
from tests.objects.sessions import JPEG, READ, begun, cut_out, make, read, ready
from tests.studio_world import MP4, World


@pytest.fixture
def project(world: World) -> str:
    return world.project("ann").project_id


def test_a_session_starts_the_job_that_reads_its_photo(world: World, project: str) -> None:
    session = begun(world, project)
    assert (session.name, session.step, session.photo) == ("chair", "encoding", None)
    assert session.encode_job is not None
    assert session.encode_job.product == "photos"
    machine, data = world.workflows.data_of(f"ObjectsMachine:{session.encode_job.job_id}-1")
    assert machine == "ObjectsMachine"
    assert data["subject_id"] == session.session_id
    assert data["photo"]["uri"] == f"s3://media/raw/{project}/{session.upload_id}/1/chair.jpg"
    assert data["params"] == {"embed_photo": EmbedPhotoParams().model_dump()}
    stage = {
        "stage": "embed_photo",
        "inputs": {"photo": data["photo"]},
        "params": data["params"]["embed_photo"],
    }
    PlanInput.model_validate({"job_id": data["job_id"], "attempt": 1, "stages": [stage]})
    assert session.encode_job.quote is not None
    assert session.encode_job.ready_at == world.clock.now() + session.encode_job.quote.seconds


def test_once_the_photo_is_read_objects_can_be_cut_out(world: World, project: str) -> None:
    session = begun(world, project)
    read(world, session)
    found = actions.look(world.platform, "ann", session.session_id)
    assert (found.step, found.photo) == ("cutting", READ)


def test_what_was_read_is_kept_once_however_often_the_machine_says_so(world: World, project: str) -> None:
    session = begun(world, project)
    assert read(world, session) == read(world, session)
    assert building.keep_photo(world.platform, "gone", read(world, session)) is None


def test_a_photo_that_is_refused_is_told_with_the_session(world: World, project: str) -> None:
    session = begun(world, project)
    assert session.encode_job is not None
    table.end_job(world.platform.jobs, session.encode_job.job_id, 1, "refused", 5.0)
    assert actions.look(world.platform, "ann", session.session_id).step == "failed"


def test_a_video_is_no_photo(world: World, project: str) -> None:
    upload = world.uploaded("ann", project, MP4)
    wanted = NewSession(project_id=project, upload_id=upload.upload_id)
    with pytest.raises(Refused) as refusal:
        actions.start(world.platform, "ann", wanted, "c")
    assert refusal.value.stable_code == "wrong_type"


def test_a_photo_that_is_too_large_is_refused_before_a_job_is_started(world: World, project: str) -> None:
    small = {"embed_photo": {"max_bytes": 100}}
    settings = world.platform.settings.model_copy(update={"stage_defaults": small})
    upload = world.uploaded("ann", project, JPEG, name="chair.jpg", type="image/jpeg")
    wanted = NewSession(project_id=project, upload_id=upload.upload_id)
    with pytest.raises(Refused) as refusal:
        actions.start(replace(world.platform, settings=settings), "ann", wanted, "c")
    assert refusal.value.stable_code == "too_large"


def test_a_session_names_an_upload_or_a_tours_frame() -> None:
    with pytest.raises(ValidationError, match="not both"):
        NewSession(project_id="p")
    with pytest.raises(ValidationError, match="not both"):
        NewSession.model_validate(
            {"project_id": "p", "upload_id": "u", "tour_frame": {"tour_id": "t", "frame": "00001.jpg"}}
        )


def test_an_upload_of_another_project_is_not_there(world: World, project: str) -> None:
    upload = world.uploaded("ann", world.project("ann").project_id, JPEG, name="a.jpg", type="image/jpeg")
    with pytest.raises(NotFound):
        actions.start(world.platform, "ann", NewSession(project_id=project, upload_id=upload.upload_id), "c")


def test_sessions_are_listed_by_project_and_by_person(world: World, project: str) -> None:
    first = begun(world, project)
    world.clock.time += 1
    second = begun(world, project)
    read(world, second)
    make(world, second)
    world.member("bob", project, "viewer")
    of_project = actions.listed(world.platform, "bob", project, 10, None).sessions
    assert [one.session_id for one in of_project] == [second.session_id, first.session_id]
    assert [(one.step, one.objects) for one in of_project] == [("done", 1), ("encoding", 0)]
    assert of_project[0].picture_url is not None
    assert of_project[1].picture_url is None
    assert len(actions.listed(world.platform, "ann", None, 10, None).sessions) == 2
    assert actions.listed(world.platform, "bob", None, 10, None).sessions == ()
    assert actions.listed(world.platform, "eve", project, 10, None).sessions == ()


def test_a_session_of_somebody_else_is_not_there_and_a_viewer_only_looks(world: World, project: str) -> None:
    session = begun(world, project)
    world.member("vic", project, "viewer")
    assert actions.look(world.platform, "vic", session.session_id).name == "chair"
    with pytest.raises(NotAllowed):
        actions.rename(world.platform, "vic", session.session_id, SessionChange(name="mine"))
    with pytest.raises(NotFound):
        actions.look(world.platform, "eve", session.session_id)


def test_another_name_is_also_the_assets(world: World) -> None:
    session = ready(world)
    make(world, session)
    renamed = actions.rename(world.platform, "ann", session.session_id, SessionChange(name="Armchair"))
    assert renamed.name == "Armchair"
    assert assets.look(world.platform, "ann", session.session_id).name == "Armchair"


def test_of_a_deleted_session_only_the_photo_is_left(world: World) -> None:
    session = ready(world)
    folder = make(world, session)
    job = building.start(world.platform, "ann", session.session_id, NewBuild(), "c")
    actions.delete(world.platform, "ann", session.session_id)
    assert table.get_job(world.platform.jobs, job.job_id).state == "cancelled"
    assert not [uri for uri in world.stored_files() if "/cutouts/" in uri or uri.startswith(folder)]
    assert list(world.platform.records.query(f"OBJECT#{session.session_id}").rows) == []
    assert list(sessions.of_project(world.platform.records, session.project_id, 10, None).rows) == []
    with pytest.raises(NotFound):
        assets.look(world.platform, "ann", session.session_id)
    with pytest.raises(NotFound):
        actions.delete(world.platform, "ann", session.session_id)


def test_the_photo_of_a_session_is_kept_until_that_is_deleted(world: World) -> None:
    session = begun(world)
    assert session.upload_id is not None
    with pytest.raises(Conflict):
        library.delete(world.platform, "ann", session.upload_id)
    actions.delete(world.platform, "ann", session.session_id)
    library.delete(world.platform, "ann", session.upload_id)


def test_what_a_machine_keeps_of_a_deleted_session_is_nothing(world: World) -> None:
    session = ready(world)
    actions.delete(world.platform, "ann", session.session_id)
    make(world, session)
    with pytest.raises(NotFound):
        assets.look(world.platform, "ann", session.session_id)


def test_of_a_deleted_project_no_session_is_left(world: World) -> None:
    session = ready(world)
    make(world, session)
    cut_out(world, session, "second")
    assert session.encode_job is not None
    table.end_job(world.platform.jobs, session.encode_job.job_id, 1, "succeeded", 5.0)
    projects.delete(world.platform, "ann", session.project_id)
    world.clock.time += purge.GRACE_S
    assert purge.purge_due(world.platform, [stage.output_kind for stage in STAGES]) == 1
    rows = world.database.connection().execute("SELECT pk, sk, body FROM rows").fetchall()
    left = [*(" ".join(map(str, row)) for row in rows), *world.stored_files()]
    assert not [one for one in left if session.session_id in one]
