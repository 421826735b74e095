"""Asking what a tour can expect of a video."""

import pytest

from diorama.errors import NotAllowed, NotFound
from diorama.jobs.plan import PlanInput
from diorama.tours import captures
from diorama.tours.models import NewCaptureReport
from tests.studio_world import World


@pytest.fixture
def project(world: World) -> str:
    return world.project("ann").project_id


def wanted(world: World, project: str) -> NewCaptureReport:
    return NewCaptureReport(project_id=project, upload_id=world.uploaded("ann", project).upload_id)


def test_a_capture_is_judged_by_a_job_of_one_stage(world: World, project: str) -> None:
    job = captures.judge(world.platform, "ann", wanted(world, project), "c")
    assert job.product == "captures"
    assert job.stage_names == ("inspect_capture",)
    machine, data = world.workflows.data_of(f"ToursMachine:{job.job_id}-1")
    assert machine == "ToursMachine"
    assert list(data["params"]) == ["inspect_capture"]
    stage = {
        "stage": "inspect_capture",
        "inputs": {"video": data["video"]},
        "params": data["params"]["inspect_capture"],
    }
    PlanInput.model_validate({"job_id": job.job_id, "attempt": 1, "stages": [stage]})


def test_the_video_of_another_project_is_not_there(world: World, project: str) -> None:
    other = world.project("ann").project_id
    asked = wanted(world, project).model_copy(update={"project_id": other})
    with pytest.raises(NotFound):
        captures.judge(world.platform, "ann", asked, "c")


def test_who_may_not_start_a_tour_may_not_have_one_judged(world: World, project: str) -> None:
    asked = wanted(world, project)
    world.person("vic")
    world.member("vic", project, "viewer")
    with pytest.raises(NotAllowed):
        captures.judge(world.platform, "vic", asked, "c")
