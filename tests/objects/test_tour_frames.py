"""Objects lifted out of a tour's frame."""

import pytest

from diorama.errors import NotFound
from diorama.objects import actions, building
from diorama.objects.cutouts import Cutouts
from diorama.objects.models import NewBuild, NewSession, SessionDetails
from tests.objects.sessions import cut_out, read
from tests.studio_world import World
from tests.tours.bundles import a_tour
from tests.tours.framed import BUNDLE, FRAMES, make_with_frames


@pytest.fixture
def tour_id(world: World) -> str:
    made = a_tour(world)
    make_with_frames(world, made)
    return made


def begun(world: World, tour_id: str, frame: str = "00001.jpg", **changes: str) -> SessionDetails:
    row = world.platform.records.get(f"TOUR#{tour_id}", "TOUR")
    assert row is not None
    asked = {"project_id": row["value"]["project_id"], "tour_frame": {"tour_id": tour_id, "frame": frame}}
    return actions.start(world.platform, "ann", NewSession.model_validate({**asked, **changes}), "c")


def test_a_session_of_a_tours_frame_reads_its_own_copy_of_it(world: World, tour_id: str) -> None:
    session = begun(world, tour_id)
    assert (session.name, session.upload_id) == ("walk, 00001.jpg", None)
    assert session.tour_frame is not None
    assert session.encode_job is not None
    _, data = world.workflows.data_of(f"ObjectsMachine:{session.encode_job.job_id}-1")
    world.store.delete(f"{FRAMES}/")  # after a month
    assert world.store.get(data["photo"]["uri"]) == b"\xff\xd8\xff 00001.jpg"


def test_the_same_frame_again_is_the_same_photo(world: World, tour_id: str) -> None:
    keys = set()
    for frame in ("00001.jpg", "00001.jpg", "00002.jpg"):
        job = begun(world, tour_id, frame).encode_job
        assert job is not None
        keys.add(world.workflows.data_of(f"ObjectsMachine:{job.job_id}-1")[1]["photo"]["key"])
    assert len(keys) == 2


def test_what_is_built_of_it_knows_its_camera_and_the_tours_place(world: World, tour_id: str) -> None:
    session = begun(world, tour_id)
    read(world, session)
    cut_out(world, session)
    job = building.start(world.platform, "ann", session.session_id, NewBuild(), "c")
    _, data = world.workflows.data_of(f"ObjectsMachine:{job.job_id}-1")
    assert data["tour"]["uri"] == BUNDLE
    document = Cutouts.model_validate_json(world.store.get(f"{data['cutouts']['uri']}/cutouts.json"))
    assert document.view is not None
    assert document.view.focal_px == (70, 71)
    assert document.view.radial == (-0.05, 0)
    assert document.view.scale_source == "assumed_eye_height_1.6m"


def test_frames_that_are_not_there_and_tours_of_others_make_no_session(world: World, tour_id: str) -> None:
    with pytest.raises(NotFound, match=r"no frame 7\.jpg"):
        begun(world, tour_id, "7.jpg")
    with pytest.raises(NotFound):
        begun(world, tour_id, project_id=world.project("ann").project_id)
    world.store.delete(f"{FRAMES}/")
    with pytest.raises(NotFound, match="no longer"):
        begun(world, tour_id)


def test_a_video_of_the_library_is_no_tour(world: World) -> None:
    project = world.project("ann").project_id
    world.uploaded("ann", project)
    (row,) = world.platform.records.query(f"PROJECT#{project}", "ASSET#").rows
    wanted = NewSession.model_validate(
        {"project_id": project, "tour_frame": {"tour_id": row["value"]["asset_id"], "frame": "a.jpg"}}
    )
    with pytest.raises(NotFound, match="no such tour"):
        actions.start(world.platform, "ann", wanted, "c")
