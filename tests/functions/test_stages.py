"""The state machine's functions and the callbacks, called as Lambda calls them."""

import json
from pathlib import Path
from typing import Any

import pytest

from callbacks import executions, reconcile, stage_events
from diorama.jobs import actions, leases, table
from diorama.jobs.models import Job
from diorama.platform import Platform
from stages import launch, plan, record
from tests.fakes import clock_of, compute_of, platform_in, workflows_of
from tests.jobs.reports import PROBLEM, finish
from tests.jobs.test_plan import asked

CONTEXT = object()


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    platform = platform_in(tmp_path)
    for module in (plan, launch, record, stage_events, executions, reconcile):
        monkeypatch.setattr(module, "connect", lambda: platform)
    return platform


@pytest.fixture
def job(platform: Platform) -> Job:
    return actions.start(
        platform,
        Job(
            job_id="job1", product="tours", project_id="project1", user_id="u", subject_id="t",
            stages=("sample_frames", "solve_poses"), correlation_id="c", created_at=platform.clock.now(),
        ),
    )  # fmt: skip


def as_lambda(handler: Any, event: dict[str, Any]) -> Any:
    """Through JSON and back, both ways, as between Step Functions and Lambda."""
    return json.loads(json.dumps(handler(json.loads(json.dumps(event)), CONTEXT)))


def plan_of(job: Job) -> Any:
    return as_lambda(plan.handler, asked(job).model_dump())


def launch_of(platform: Platform, planned: Any) -> str:
    workflows_of(platform).waiting.add("token")
    event = {"request": planned["request"], "task_token": "token"}
    return str(as_lambda(launch.handler, event)["work"])


def sns(message: object) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "m", "Message": text}}]}


def test_plan_launch_and_record_pass_one_request_along(platform: Platform, job: Job) -> None:
    planned = plan_of(job)
    assert planned["decision"] == "launch"
    assert launch_of(platform, planned) == "job1-1-sample-frames-0"
    [call] = compute_of(platform).launched
    written = json.loads(platform.store.get(call.arguments["HyperParameters"]["request"]))
    for item in diorama_requests(written):
        finish(platform, item)
    assert as_lambda(record.handler, {"request": planned["request"]})["outcome"] == "finished"
    assert plan_of(job)["decision"] == "done"


def diorama_requests(written: Any) -> Any:
    from diorama.request import WorkRequest

    return WorkRequest.model_validate(written).stages


def test_after_the_last_try_everything_of_the_work_is_ended(platform: Platform, job: Job) -> None:
    planned = plan_of(job)
    name = launch_of(platform, planned)
    event = {"request": planned["request"], "failed": {"Error": "WorkFailed", "Cause": "a bug"}}
    assert as_lambda(record.handler, event) == {"outcome": "failed"}
    assert compute_of(platform).stopped == [name]
    assert leases.held(platform.jobs) == []
    runs = table.stage_runs(platform.jobs, "job1", 1)
    assert {run.state for run in runs.values()} == {"failed"}


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (
            {
                "kind": "work_ended", "job_id": "job1", "attempt": 1, "work": "job1-1-sample-frames-0",
                "launch": 0, "sequence": 9, "time": 1.0, "ended": "completed", "reason": "",
            },
            "",
        ),
        ({"invocationStatus": "Completed", "inferenceId": "job1-1-sample-frames-0"}, ""),
        (
            {
                "source": "aws.sagemaker",
                "detail-type": "SageMaker Training Job State Change",
                "detail": {"TrainingJobName": "job1-1-sample-frames-0", "TrainingJobStatus": "Stopped"},
            },
            "Interrupted",
        ),
    ],
)  # fmt: skip
def test_each_sender_of_stage_events_is_understood(
    platform: Platform, job: Job, message: dict[str, Any], error: str
) -> None:
    launch_of(platform, plan_of(job))
    stage_events.handler(sns(message), CONTEXT)
    assert workflows_of(platform).answers == [("token", error)]


@pytest.mark.parametrize(
    "text", ["no json", "[]", "{}", '{"kind": "stage_started"}', '{"kind": "unheard_of"}', '"text"']
)
def test_a_stage_event_that_nobody_can_read_is_dropped(platform: Platform, text: str) -> None:
    stage_events.handler(sns(text), CONTEXT)
    assert workflows_of(platform).answers == []


def test_an_executions_end_ends_its_job(platform: Platform, job: Job) -> None:
    detail = {
        "name": "job1-1",
        "status": "SUCCEEDED",
        "output": json.dumps({"outcome": "refused", "problem": PROBLEM}),
        "error": None,
        "cause": None,
    }
    executions.handler({"detail": detail}, CONTEXT)
    ended = table.get_job(platform.jobs, job.job_id)
    assert ended.state == "refused"
    assert ended.problem is not None
    assert ended.problem.code == PROBLEM["code"]


def test_the_schedule_calls_the_reconciler(platform: Platform, job: Job) -> None:
    launch_of(platform, plan_of(job))
    compute_of(platform).states["job1-1-sample-frames-0"] = "stopped"
    clock_of(platform).time += 60
    reconcile.handler({}, CONTEXT)
    assert workflows_of(platform).answers == [("token", "Interrupted")]
