"""Starting tours, and what they are started with."""

import hashlib

import pytest

from diorama.errors import Conflict, NotFound, Refused
from diorama.jobs import table
from diorama.jobs.plan import PlanInput
from diorama.library import actions as library
from diorama.tours import actions, rules
from diorama.tours.models import NewTour, TourParams
from diorama.tours.stages import STAGES, SampleFramesParams, SolvePosesParams
from tests.studio_world import MP4, World


@pytest.fixture
def project(world: World) -> str:
    return world.project("ann").project_id


def new_tour(world: World, project: str, **changes: object) -> NewTour:
    upload = world.uploaded("ann", project)
    return NewTour.model_validate({"project_id": project, "upload_id": upload.upload_id, **changes})


def test_a_tour_starts_its_machine_with_the_video_and_all_parameters(world: World, project: str) -> None:
    wanted = new_tour(world, project, params={"solve_poses": {"seed": 7}})
    tour = actions.start(world.platform, "ann", wanted, "correlation-1")
    assert tour.name == "walk"
    assert tour.job is not None
    assert tour.job.status == "queued"
    machine, data = world.workflows.data_of(f"ToursMachine:{tour.job_id}-1")
    assert machine == "ToursMachine"
    key = f"{hashlib.sha256(hashlib.sha256(MP4).digest()).hexdigest()}-1"
    uri = f"s3://media/raw/{project}/{wanted.upload_id}/1/walk.mp4"
    assert data == {
        "job_id": tour.job_id,
        "attempt": 1,
        "project_id": project,
        "subject_id": tour.tour_id,
        "correlation_id": "correlation-1",
        "video": {"uri": uri, "key": key},
        "params": {
            **{stage.name: stage.params().model_dump(mode="json") for stage in STAGES},
            "solve_poses": SolvePosesParams(seed=7).model_dump(),
        },
        "found": {},
    }


def test_what_the_machine_starts_from_is_what_plan_understands(world: World, project: str) -> None:
    tour = actions.start(world.platform, "ann", new_tour(world, project), "c")
    _, data = world.workflows.data_of(f"ToursMachine:{tour.job_id}-1")
    stage = {
        "stage": "sample_frames",
        "inputs": {"video": data["video"]},
        "params": data["params"]["sample_frames"],
    }
    PlanInput.model_validate({"job_id": data["job_id"], "attempt": 1, "stages": [stage]})


def test_parameters_are_what_is_asked_then_what_the_studio_has_then_the_stages_own() -> None:
    wanted = TourParams.model_validate({"sample_frames": {"min_fps": 24.0}})
    studio = {"sample_frames": {"min_fps": 0.5, "min_height_px": 480}}
    params = rules.effective_params(wanted, studio)
    assert params["sample_frames"]["min_fps"] == 24.0
    assert params["sample_frames"]["min_height_px"] == 480
    assert params["sample_frames"]["max_gap_s"] == SampleFramesParams().max_gap_s
    assert params["solve_poses"] == SolvePosesParams().model_dump()


def test_a_studio_with_impossible_defaults_says_which() -> None:
    with pytest.raises(Refused, match=r"sample_frames\.min_fps"):
        rules.effective_params(TourParams(), {"sample_frames": {"min_fps": -1}})


def test_the_same_again_is_another_tour_with_another_job(world: World, project: str) -> None:
    wanted = new_tour(world, project, name="Twice")
    first, second = (actions.start(world.platform, "ann", wanted, "c") for _ in range(2))
    assert first.tour_id != second.tour_id
    assert first.job_id != second.job_id
    listed = actions.listed(world.platform, "ann", project, 10, None).tours
    assert {tour.tour_id for tour in listed} == {first.tour_id, second.tour_id}


def test_the_upload_of_a_tour_is_kept(world: World, project: str) -> None:
    wanted = new_tour(world, project)
    actions.start(world.platform, "ann", wanted, "c")
    with pytest.raises(Conflict):
        library.delete(world.platform, "ann", wanted.upload_id)


def test_an_upload_that_has_not_arrived_makes_no_tour(world: World, project: str) -> None:
    upload = world.begin("ann", project, MP4)
    wanted = NewTour(project_id=project, upload_id=upload.upload_id)
    with pytest.raises(Conflict, match="not complete"):
        actions.start(world.platform, "ann", wanted, "c")


def test_a_photo_makes_no_tour(world: World, project: str) -> None:
    photo = world.uploaded("ann", project, b"\xff\xd8\xff" + bytes(100), name="a.jpg", type="image/jpeg")
    with pytest.raises(Refused) as refusal:
        actions.start(world.platform, "ann", NewTour(project_id=project, upload_id=photo.upload_id), "c")
    assert refusal.value.stable_code == "wrong_type"


def test_an_upload_of_another_project_is_not_there(world: World, project: str) -> None:
    upload = world.uploaded("ann", world.project("ann").project_id)
    with pytest.raises(NotFound):
        actions.start(world.platform, "ann", NewTour(project_id=project, upload_id=upload.upload_id), "c")


def test_a_tour_of_somebody_else_is_not_there(world: World, project: str) -> None:
    wanted = new_tour(world, project)
    tour = actions.start(world.platform, "ann", wanted, "c")
    assert actions.look(world.platform, "ann", tour.tour_id) == tour
    assert actions.listed(world.platform, "bob", None, 10, None).tours == ()
    with pytest.raises(NotFound):
        actions.look(world.platform, "bob", tour.tour_id)
    with pytest.raises(NotFound):
        actions.start(world.platform, "bob", wanted, "c")


def test_a_tour_whose_start_was_cut_off_is_shown_without_a_job(world: World, project: str) -> None:
    tour = actions.start(world.platform, "ann", new_tour(world, project), "c")
    world.platform.jobs.delete(f"JOB#{tour.job_id}", "JOB")
    with pytest.raises(NotFound):
        table.get_job(world.platform.jobs, tour.job_id)
    assert actions.look(world.platform, "ann", tour.tour_id).job is None
