from collections.abc import Callable
from dataclasses import replace

import pytest

from diorama.catalog import STAGES
from diorama.errors import NotFound
from diorama.jobs import leases, table
from diorama.jobs.models import Job
from diorama.jobs.plan import Done, Launch, PlanInput, StagePlan, Stop, Wait, plan
from diorama.platform import Platform
from diorama.request import WorkRequest
from tests.jobs.reports import finish

AddJob = Callable[..., Job]
VIDEO = {"uri": "s3://media/raw/p/u/1/clip.mp4", "key": "content-of-the-clip"}


def asked(job: Job, *, video_key: str = VIDEO["key"], features: int = 4096) -> PlanInput:
    return PlanInput.model_validate(
        {
            "job_id": job.job_id,
            "attempt": job.attempt,
            "stages": [
                {"stage": "sample_frames", "inputs": {"video": {**VIDEO, "key": video_key}}},
                {
                    "stage": "solve_poses",
                    "inputs": {"frames": "sample_frames"},
                    "params": {"max_features": features},
                },
            ],
        }
    )


def launched(platform: Platform, job: Job, **changes: object) -> WorkRequest:
    decision = plan(platform, STAGES, asked(job, **changes))  # type: ignore[arg-type]
    assert isinstance(decision, Launch)
    return decision.request


def test_the_first_time_everything_is_launched(platform: Platform, add_job: AddJob) -> None:
    request = launched(platform, add_job())
    assert [item.stage for item in request.stages] == ["sample_frames", "solve_poses"]
    frames, poses = request.stages
    assert frames.inputs == {"video": VIDEO["uri"]}
    assert poses.inputs == {"frames": "stage:sample_frames"}
    assert frames.output == f"s3://media/frames/project1/{frames.key}/job1-1"
    assert frames.params["max_frames"] == 2000


def test_asking_again_decides_the_same(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    assert launched(platform, job) == launched(platform, job)


def test_only_stages_that_use_weights_are_computed_again_for_other_weights(
    platform: Platform, add_job: AddJob
) -> None:
    weighing = {**STAGES, "solve_poses": replace(STAGES["solve_poses"], uses_weights=True)}
    heavier = replace(platform, settings=platform.settings.model_copy(update={"weights": "weights/sam2/"}))
    job = add_job()
    plans = [plan(wired, weighing, asked(job)) for wired in (platform, heavier)]
    without, given = (one.request.stages for one in plans if isinstance(one, Launch))
    assert without[0].key == given[0].key
    assert without[1].key != given[1].key


def test_finished_keys_are_not_launched_again(platform: Platform, add_job: AddJob) -> None:
    one = add_job("one")
    for item in launched(platform, one).stages:
        finish(platform, item)
    decision = plan(platform, STAGES, asked(one))
    assert isinstance(decision, Done)
    assert set(decision.results) == {"sample_frames", "solve_poses"}
    again = plan(platform, STAGES, asked(add_job("two")))
    assert again == decision
    runs = table.stage_runs(platform.jobs, "two", 1)
    assert all(run.cached and run.state == "succeeded" for run in runs.values())
    assert leases.held(platform.jobs) == []


def test_another_pose_setting_redoes_poses_only(platform: Platform, add_job: AddJob) -> None:
    one = add_job("one")
    for item in launched(platform, one).stages:
        finish(platform, item)
    plan(platform, STAGES, asked(one))
    request = launched(platform, add_job("two"), features=2048)
    assert [item.stage for item in request.stages] == ["solve_poses"]
    assert request.stages[0].inputs["frames"].startswith("s3://media/frames/project1/")


def test_a_stage_that_is_to_be_run_anew_is_once_an_attempt_and_earlier_ones_stand(
    platform: Platform, add_job: AddJob
) -> None:
    one = add_job("one")
    for item in launched(platform, one).stages:
        finish(platform, item)
    plan(platform, STAGES, asked(one))
    table.end_job(platform.jobs, "one", 1, "succeeded", 1.0)
    again = table.begin_attempt(platform.jobs, "one", redone=("solve_poses",))
    request = launched(platform, again)
    assert [item.stage for item in request.stages] == ["solve_poses"]
    finish(platform, request.stages[0])
    assert isinstance(plan(platform, STAGES, asked(again)), Done)


def test_another_video_redoes_all(platform: Platform, add_job: AddJob) -> None:
    one = add_job("one")
    for item in launched(platform, one).stages:
        finish(platform, item)
    plan(platform, STAGES, asked(one))
    assert len(launched(platform, add_job("two"), video_key="other").stages) == 2


def test_what_is_finished_but_no_longer_there_is_computed_again(platform: Platform, add_job: AddJob) -> None:
    one = add_job("one")
    for item in launched(platform, one).stages:
        finish(platform, item)
    plan(platform, STAGES, asked(one))
    platform.store.delete("s3://media/frames/")
    assert [item.stage for item in launched(platform, add_job("two")).stages] == ["sample_frames"]


def test_a_reduced_result_serves_its_own_attempt_and_no_other(platform: Platform, add_job: AddJob) -> None:
    one = add_job("one")
    for item in launched(platform, one).stages:
        finish(platform, item, outcome="reduced")
    assert isinstance(plan(platform, STAGES, asked(one)), Done)
    assert len(launched(platform, add_job("two")).stages) == 2


def test_equal_work_under_way_is_waited_for(platform: Platform, add_job: AddJob) -> None:
    launched(platform, add_job("one"))
    assert isinstance(plan(platform, STAGES, asked(add_job("two"))), Wait)
    job = table.get_job(platform.jobs, "two")
    assert job.state == "waiting"
    assert "same work" in job.message


def test_a_job_that_has_ended_or_moved_on_is_left_alone(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    assert isinstance(plan(platform, STAGES, asked(job.model_copy(update={"attempt": 2}))), Stop)
    table.end_job(platform.jobs, job.job_id, 1, "cancelled", 1.0)
    assert isinstance(plan(platform, STAGES, asked(job)), Stop)
    assert leases.held(platform.jobs) == []


def test_a_stage_that_the_catalogue_lacks_is_named(platform: Platform, add_job: AddJob) -> None:
    wrong = PlanInput(job_id=add_job().job_id, attempt=1, stages=(StagePlan(stage="bake", inputs={}),))
    with pytest.raises(NotFound, match="bake"):
        plan(platform, STAGES, wrong)
