"""Launch, and all the ways in which its end is heard of."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from diorama.catalog import STAGES
from diorama.errors import JobEnded, LeaseLost
from diorama.events import StageEnded, StageProgress, WorkEnded
from diorama.jobs import actions, leases, news, table
from diorama.jobs.launch import launch, launch_call, work_name
from diorama.jobs.models import Job, StageRun, Work
from diorama.jobs.plan import Launch, Wait, plan
from diorama.jobs.reconcile import reconcile
from diorama.jobs.record import record
from diorama.jobs.settle import settle
from diorama.platform import Platform
from diorama.ports import Execution, LaunchCall
from diorama.request import WorkRequest
from tests.fakes import clock_of, compute_of, workflows_of
from tests.jobs.reports import PROBLEM, finish
from tests.jobs.test_plan import asked

AddJob = Callable[..., Job]


def plan_and_launch(platform: Platform, job: Job) -> tuple[WorkRequest, Work]:
    decision = plan(platform, STAGES, asked(job))
    assert isinstance(decision, Launch)
    workflows_of(platform).waiting.add("token")
    return decision.request, launch(platform, STAGES, decision.request, "token")


def worker_says(work: Work, **what: object) -> dict[str, object]:
    return {
        "job_id": work.job_id, "attempt": work.attempt, "work": work.name,
        "launch": 0, "sequence": 1, "time": 5.0, **what,
    }  # fmt: skip


def progress(work: Work, sequence: int, percent: float) -> StageProgress:
    return StageProgress.model_validate(
        worker_says(
            work,
            sequence=sequence,
            stage="sample_frames",
            percent=percent,
            message=f"at {percent:g}",
            metrics={},
        )
    )


def test_launch_writes_the_request_where_the_call_says(platform: Platform, add_job: AddJob) -> None:
    _, work = plan_and_launch(platform, add_job())
    [call] = compute_of(platform).launched
    assert call.name == work.name == "job1-1-sample-frames-0"
    written = platform.store.get(call.arguments["HyperParameters"]["request"])
    assert WorkRequest.model_validate_json(written).work == work.name


def test_names_of_training_jobs_fit_and_differ_from_launch_to_launch() -> None:
    names = {work_name("x" * 80, n) for n in range(5)}
    assert len(names) == 5
    assert all(len(name) <= 63 for name in names)


def launched_on_gpu(platform: Platform, request: WorkRequest, token: str) -> Work:
    gpu = {name: replace(stage, hardware="gpu") for name, stage in STAGES.items()}
    workflows_of(platform).waiting.add(token)
    return launch(platform, gpu, request, token)


def test_a_gpu_stage_runs_on_demand_after_spot_capacity_was_taken_away_twice(
    platform: Platform, add_job: AddJob
) -> None:
    decision = plan(platform, STAGES, asked(add_job()))
    assert isinstance(decision, Launch)
    spot = []
    for n in range(4):
        work = launched_on_gpu(platform, decision.request, f"token{n}")
        spot.append(work.spot)
        assert compute_of(platform).launched[-1].arguments["EnableManagedSpotTraining"] == work.spot
        news.take_training_job_change(
            platform, {"TrainingJobName": work.name, "TrainingJobStatus": "Stopped"}
        )
    assert spot == [True, True, False, False]


def test_a_launch_that_had_no_room_counts_for_no_spot_stop(platform: Platform, add_job: AddJob) -> None:
    decision = plan(platform, STAGES, asked(add_job()))
    assert isinstance(decision, Launch)
    names = {launched_on_gpu(platform, decision.request, f"token{n}").name for n in range(4)}
    assert names == {"job1-1-sample-frames-0"}
    assert all(call.arguments["EnableManagedSpotTraining"] for call in compute_of(platform).launched)


def test_a_launch_that_was_cut_off_is_taken_over_by_the_next_and_its_end_answers_that(
    platform: Platform, add_job: AddJob
) -> None:
    request, work = plan_and_launch(platform, add_job())
    workflows_of(platform).waiting = {"second"}
    assert launch(platform, STAGES, request, "second").name == work.name
    news.take_worker_event(platform, WorkEnded.model_validate(worker_says(work, ended="completed")))
    assert workflows_of(platform).answers == [("second", "")]


def test_nothing_is_launched_for_keys_that_another_job_has_taken_over(
    platform: Platform, add_job: AddJob
) -> None:
    decision = plan(platform, STAGES, asked(add_job("one")))
    assert isinstance(decision, Launch)
    clock_of(platform).time += leases.LEASE_S + 1
    assert isinstance(plan(platform, STAGES, asked(add_job("two"))), Launch)
    with pytest.raises(LeaseLost):
        launch(platform, STAGES, decision.request, "token")
    assert compute_of(platform).launched == []


def test_a_launch_makes_the_leases_last_from_then_on(platform: Platform, add_job: AddJob) -> None:
    request, _ = plan_and_launch(platform, add_job("one"))
    for _ in range(3):
        clock_of(platform).time += leases.LEASE_S - 60
        launch(platform, STAGES, request, "token")
    assert isinstance(plan(platform, STAGES, asked(add_job("two"))), Wait)


def test_an_endpoint_stage_is_invoked_with_our_own_id(platform: Platform, add_job: AddJob) -> None:
    request, _ = plan_and_launch(platform, add_job())
    on_endpoint = {name: replace(stage, service="endpoint") for name, stage in STAGES.items()}
    settings = platform.settings.model_copy(update={"endpoints": {"scene": "scene-1"}})
    call = launch_call(settings, on_endpoint, request, "s3://media/r.json")
    assert (call.operation, call.name) == ("invoke_endpoint_async", request.work)
    assert call.arguments["EndpointName"] == "scene-1"


def test_a_stage_whose_container_has_no_endpoint_runs_as_a_training_job(
    platform: Platform, add_job: AddJob
) -> None:
    request, _ = plan_and_launch(platform, add_job())
    on_endpoint = {name: replace(stage, service="endpoint") for name, stage in STAGES.items()}
    call = launch_call(platform.settings, on_endpoint, request, "s3://media/r.json")
    assert (call.operation, call.name) == ("create_training_job", request.work)


def test_a_training_job_is_given_the_owners_weights_where_its_result_depends_on_them(
    platform: Platform, add_job: AddJob
) -> None:
    request, _ = plan_and_launch(platform, add_job())
    settings = platform.settings.model_copy(update={"weights": "weights/2026-11/"})
    using = {name: replace(stage, uses_weights=True) for name, stage in STAGES.items()}
    given = launch_call(settings, using, request, "s3://media/r.json").arguments
    [channel] = given["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == f"s3://{settings.bucket}/weights/2026-11/"
    assert given["Environment"]["DIORAMA_WEIGHTS"] == f"/opt/ml/input/data/{channel['ChannelName']}"
    for catalog, known in ((STAGES, settings), (using, platform.settings)):
        arguments = launch_call(known, catalog, request, "s3://media/r.json").arguments
        assert "InputDataConfig" not in arguments
        assert arguments["Environment"]["DIORAMA_WEIGHTS"] == ""


def test_a_container_may_want_another_machine_than_its_hardwares(platform: Platform, add_job: AddJob) -> None:
    request, _ = plan_and_launch(platform, add_job())
    settings = platform.settings.model_copy(update={"container_instances": {"scene": "ml.g6e.2xlarge"}})
    call = launch_call(settings, STAGES, request, "s3://media/r.json")
    assert call.arguments["ResourceConfig"]["InstanceType"] == "ml.g6e.2xlarge"


def test_nothing_is_launched_for_a_job_that_has_ended(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    decision = plan(platform, STAGES, asked(job))
    assert isinstance(decision, Launch)
    actions.cancel(platform, job.job_id)
    with pytest.raises(JobEnded):
        launch(platform, STAGES, decision.request, "token")
    assert compute_of(platform).launched == []


def test_work_launched_for_a_job_that_was_just_cancelled_is_stopped(
    platform: Platform, add_job: AddJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = add_job()
    decision = plan(platform, STAGES, asked(job))
    assert isinstance(decision, Launch)
    compute = compute_of(platform)
    really = compute.launch

    def cancelled_meanwhile(call: LaunchCall) -> None:
        actions.cancel(platform, job.job_id)
        really(call)

    monkeypatch.setattr(compute, "launch", cancelled_meanwhile)
    with pytest.raises(JobEnded):
        launch(platform, STAGES, decision.request, "token")
    assert compute.states == {"job1-1-sample-frames-0": "stopped"}
    assert list(table.open_work(platform.jobs)) == []


def test_what_a_machine_still_writes_is_held_until_it_has_stopped(
    platform: Platform, add_job: AddJob
) -> None:
    job = add_job()
    compute_of(platform).stops_at_once = False
    _, work = plan_and_launch(platform, job)
    actions.cancel(platform, job.job_id)
    again = actions.retry(platform, job.job_id)
    assert isinstance(plan(platform, STAGES, asked(again)), Wait)
    news.take_worker_event(platform, WorkEnded.model_validate(worker_says(work, ended="stopped")))
    assert isinstance(plan(platform, STAGES, asked(again)), Launch)


def test_the_reconciler_frees_what_a_stopped_machine_said_nothing_of(
    platform: Platform, add_job: AddJob
) -> None:
    job = add_job()
    compute_of(platform).stops_at_once = False
    _, work = plan_and_launch(platform, job)
    actions.cancel(platform, job.job_id)
    clock_of(platform).time += 60
    reconcile(platform, tell=told.append)
    assert leases.held(platform.jobs) != []
    compute_of(platform).states[work.name] = "stopped"
    reconcile(platform, tell=told.append)
    assert leases.held(platform.jobs) == []


def test_a_result_that_comes_after_the_cancel_is_kept_for_the_next_attempt(
    platform: Platform, add_job: AddJob
) -> None:
    request, work = plan_and_launch(platform, add_job())
    actions.cancel(platform, "job1")
    item = request.stages[0]
    said = worker_says(
        work, stage=item.stage, key=item.key, output=item.output, report=finish(platform, item), seconds=3
    )
    news.take_worker_event(platform, StageEnded.model_validate(said))
    assert table.stage_runs(platform.jobs, "job1", 1)[item.stage].state == "cancelled"
    again = actions.retry(platform, "job1")
    decision = plan(platform, STAGES, asked(again))
    assert isinstance(decision, Launch)
    assert [one.stage for one in decision.request.stages] == ["solve_poses"]


def test_late_and_repeated_progress_changes_nothing(platform: Platform, add_job: AddJob) -> None:
    _, work = plan_and_launch(platform, add_job())
    for sequence, percent in [(2, 20), (5, 50), (3, 30), (5, 99)]:
        news.take_worker_event(platform, progress(work, sequence, percent))
    run = table.stage_runs(platform.jobs, "job1", 1)["sample_frames"]
    assert run.percent == 50
    job = table.get_job(platform.jobs, "job1")
    assert (job.state, job.percent, job.message) == ("running", 25, "at 50")


def test_an_old_attempts_messages_are_ignored(platform: Platform, add_job: AddJob) -> None:
    _, work = plan_and_launch(platform, add_job())
    actions.cancel(platform, "job1")
    table.begin_attempt(platform.jobs, "job1")
    news.take_worker_event(platform, progress(work, 9, 90))
    assert table.stage_runs(platform.jobs, "job1", 2) == {}
    assert table.get_job(platform.jobs, "job1").percent == 0


def test_a_stages_end_is_written_down_once_and_its_result_serves_others(
    platform: Platform, add_job: AddJob
) -> None:
    request, work = plan_and_launch(platform, add_job())
    item = request.stages[0]
    event = StageEnded.model_validate(
        worker_says(
            work, stage=item.stage, key=item.key, output=item.output, report=finish(platform, item), seconds=3
        )
    )
    news.take_worker_event(platform, event)
    news.take_worker_event(platform, event)
    run = table.stage_runs(platform.jobs, "job1", 1)[item.stage]
    assert (run.state, run.percent, run.cached) == ("succeeded", 100, False)
    result = table.get_result(platform.jobs, item.key)
    assert result is not None
    assert result.seconds == 3


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("completed", ""),
        ("failed", "WorkFailed"),
        ("out_of_memory", "OutOfMemory"),
        ("interrupted", "Interrupted"),
        ("stopped", "Interrupted"),
    ],
)
def test_the_worker_saying_how_it_ended_answers_the_token_once(
    platform: Platform, add_job: AddJob, said: str, error: str
) -> None:
    _, work = plan_and_launch(platform, add_job())
    event = WorkEnded.model_validate(worker_says(work, ended=said))
    news.take_worker_event(platform, event)
    news.take_worker_event(platform, event)
    assert workflows_of(platform).answers == [("token", error)]


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        ("Completed", "", ""),
        ("Stopped", "", "Interrupted"),
        ("Failed", "CapacityError: Unable to provision", "Interrupted"),
        ("Failed", "InternalServerError: We encountered an internal error", "Interrupted"),
        ("Failed", "AlgorithmError: failed: solve_poses ended with 1, exit code: 1", "WorkFailed"),
        ("Failed", "AlgorithmError: interrupted: solve_poses ended with -9", "Interrupted"),
        ("Failed", "AlgorithmError: out_of_memory: solve_poses ended with -9, exit code: 1", "OutOfMemory"),
        ("Failed", "AlgorithmError: , exit code: 137", "OutOfMemory"),
        ("Failed", "ClientError: Please use an instance type with more memory", "OutOfMemory"),
    ],
)
def test_a_training_jobs_end_answers_the_token(
    platform: Platform, add_job: AddJob, status: str, reason: str, error: str
) -> None:
    _, work = plan_and_launch(platform, add_job())
    news.take_training_job_change(platform, {"TrainingJobName": work.name, "TrainingJobStatus": "InProgress"})
    detail = {"TrainingJobName": work.name, "TrainingJobStatus": status, "FailureReason": reason}
    news.take_training_job_change(platform, detail)
    assert workflows_of(platform).answers == [("token", error)]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"invocationStatus": "Completed"}, ""),
        ({"invocationStatus": "Failed", "failureReason": "ClientError"}, "Interrupted"),
        ({"failureReason": None}, "Interrupted"),
    ],
)
def test_an_endpoints_answer_answers_the_token(
    platform: Platform, add_job: AddJob, message: dict[str, str | None], error: str
) -> None:
    _, work = plan_and_launch(platform, add_job())
    news.take_inference_result(platform, {**message, "inferenceId": work.name})
    assert workflows_of(platform).answers == [("token", error)]


def test_news_of_work_that_nobody_knows_is_dropped(platform: Platform) -> None:
    news.take_inference_result(platform, {"invocationStatus": "Completed"})
    news.take_training_job_change(platform, {})
    assert workflows_of(platform).answers == []


def test_record_frees_the_leases_and_tells_a_refusal(platform: Platform, add_job: AddJob) -> None:
    request, _ = plan_and_launch(platform, add_job())
    finish(platform, request.stages[0])
    finish(platform, request.stages[1], outcome="refused")
    recorded = record(platform, request)
    assert recorded.outcome == "refused"
    assert recorded.problem is not None
    assert recorded.problem.advice == PROBLEM["advice"]
    assert record(platform, request) == recorded
    assert leases.held(platform.jobs) == []
    runs = table.stage_runs(platform.jobs, "job1", 1)
    assert [runs[name].state for name in ("sample_frames", "solve_poses")] == ["succeeded", "refused"]


def test_record_says_when_an_output_is_missing(platform: Platform, add_job: AddJob) -> None:
    request, _ = plan_and_launch(platform, add_job())
    assert record(platform, request).outcome == "incomplete"


@pytest.mark.parametrize(
    ("execution", "state", "code"),
    [
        (Execution("succeeded", {"outcome": "succeeded", "results": {}}), "succeeded", None),
        (Execution("succeeded", {"outcome": "refused", "problem": PROBLEM}), "refused", "too_dark"),
        (Execution("failed", error="WorkFailed"), "failed", "internal"),
        (Execution("timed_out"), "failed", "internal"),
        (Execution("aborted"), "cancelled", "cancelled"),
    ],
)
def test_a_job_ends_as_its_execution_ended_and_leaves_nothing_behind(
    platform: Platform, add_job: AddJob, execution: Execution, state: str, code: str | None
) -> None:
    _, work = plan_and_launch(platform, add_job())
    settle(platform, "job1-1", execution)
    settle(platform, "job1-1", Execution("failed"))
    job = table.get_job(platform.jobs, "job1")
    assert job.state == state
    assert (job.problem.code if job.problem else None) == code
    assert leases.held(platform.jobs) == []
    assert compute_of(platform).states == {work.name: "stopped"}
    assert list(table.open_work(platform.jobs)) == []
    assert list(table.open_jobs(platform.jobs)) == []


def test_executions_that_are_not_ours_or_still_run_settle_nothing(
    platform: Platform, add_job: AddJob
) -> None:
    add_job()
    settle(platform, "by-hand", Execution("failed"))
    settle(platform, "job1-1", Execution("running"))
    assert table.get_job(platform.jobs, "job1").state == "queued"


def test_cancel_ends_row_execution_work_and_leases(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    actions.run_machine(platform, job)
    _, work = plan_and_launch(platform, job)
    cancelled = actions.cancel(platform, "job1")
    assert cancelled.state == "cancelled"
    assert workflows_of(platform).executions["ToursMachine:job1-1"].state == "aborted"
    assert compute_of(platform).stopped == [work.name]
    assert leases.held(platform.jobs) == []


def test_a_retry_is_a_new_attempt_with_its_own_execution(platform: Platform, add_job: AddJob) -> None:
    actions.run_machine(platform, add_job())
    actions.cancel(platform, "job1")
    again = actions.retry(platform, "job1", {"video": {"uri": "s3://other"}})
    assert (again.attempt, again.state, again.problem) == (2, "queued", None)
    assert [name for _, name, _ in workflows_of(platform).started] == ["job1-1", "job1-2"]


def test_a_retry_that_is_cut_off_leaves_nothing_running_of_an_end_that_was_cut_off(
    platform: Platform, add_job: AddJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_and_launch(platform, add_job())
    table.end_job(platform.jobs, "job1", 1, "cancelled", 1.0)  # and no more: its stages still look under way
    begin = table.begin_attempt

    def cut_off(*arguments: object, **changes: object) -> Job:
        begin(*arguments, **changes)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "begin_attempt", cut_off)
    with pytest.raises(KeyboardInterrupt):
        actions.retry(platform, "job1")
    assert table.get_job(platform.jobs, "job1").attempt == 2
    runs = table.stage_runs(platform.jobs, "job1", 1).values()
    assert {run.state for run in runs} == {"cancelled"}


told: list[Job] = []
"""Jobs that the reconciler found ended; only one test looks."""


# --- when every message is lost -------------------------------------------------------------------


def test_the_reconciler_hears_from_compute_what_no_message_said(platform: Platform, add_job: AddJob) -> None:
    _, work = plan_and_launch(platform, add_job())
    reconcile(platform, tell=told.append)
    clock_of(platform).time += 60
    reconcile(platform, tell=told.append)
    assert workflows_of(platform).answers == []
    compute_of(platform).states[work.name] = "succeeded"
    reconcile(platform, tell=told.append)
    assert workflows_of(platform).answers == [("token", "")]


def test_the_reconciler_reads_an_endpoints_success_from_the_store(
    platform: Platform, add_job: AddJob
) -> None:
    request, work = plan_and_launch(platform, add_job())
    compute_of(platform).states[work.name] = "unknown"
    clock_of(platform).time += 60
    reconcile(platform, tell=told.append)
    assert workflows_of(platform).answers == []
    for item in request.stages:
        finish(platform, item)
    reconcile(platform, tell=told.append)
    assert workflows_of(platform).answers == [("token", "")]


def test_the_reconciler_gives_up_on_work_past_its_deadline(platform: Platform, add_job: AddJob) -> None:
    _, work = plan_and_launch(platform, add_job())
    clock_of(platform).time = work.deadline + 1
    reconcile(platform, tell=told.append)
    assert compute_of(platform).stopped == [work.name]
    reconcile(platform, tell=told.append)
    assert workflows_of(platform).answers == [("token", "Interrupted")]


def test_the_reconciler_tells_of_a_job_whose_end_was_written_down_and_nothing_more(
    platform: Platform, add_job: AddJob
) -> None:
    job = add_job()
    actions.run_machine(platform, job)
    table.end_job(platform.jobs, job.job_id, 1, "failed", 1.0)
    told.clear()
    reconcile(platform, tell=told.append)
    reconcile(platform, tell=told.append)
    assert [(one.job_id, one.state) for one in told] == [("job1", "failed")]
    assert workflows_of(platform).executions["ToursMachine:job1-1"].state == "aborted"


def test_a_job_that_can_not_be_reconciled_keeps_no_other_waiting(platform: Platform, add_job: AddJob) -> None:
    for name in ("one", "two", "three"):
        actions.run_machine(platform, add_job(name))
        workflows_of(platform).executions[f"ToursMachine:{name}-1"] = Execution("failed")
    heard: list[str] = []

    def tell(job: Job) -> None:
        if job.job_id == "two":
            raise RuntimeError("its letter can't be written")
        heard.append(job.job_id)

    with pytest.raises(ExceptionGroup):
        reconcile(platform, tell)
    assert sorted(heard) == ["one", "three"]
    clock_of(platform).time += table.LATE_WRITES_S
    with pytest.raises(ExceptionGroup):
        reconcile(platform, tell)
    assert [job.job_id for job in table.unclosed_jobs(platform.jobs)] == ["two"]


def test_what_a_function_writes_after_its_job_s_end_is_cleaned_up(
    platform: Platform, add_job: AddJob
) -> None:
    actions.run_machine(platform, add_job())
    settle(platform, "job1-1", Execution("aborted"))
    reconcile(platform, lambda _: None)
    late = StageRun(stage="solve_poses", attempt=1, state="waiting")  # by a Plan that is cut off after it
    table.change_stage(platform.jobs, "job1", 1, "solve_poses", lambda _: late)
    clock_of(platform).time += table.LATE_WRITES_S
    reconcile(platform, lambda _: None)
    assert table.stage_runs(platform.jobs, "job1", 1)["solve_poses"].state == "cancelled"
    assert list(table.unclosed_jobs(platform.jobs)) == []


def test_the_reconciler_settles_a_job_whose_end_nobody_told(platform: Platform, add_job: AddJob) -> None:
    actions.run_machine(platform, add_job())
    workflows_of(platform).executions["ToursMachine:job1-1"] = Execution("failed")
    told.clear()
    reconcile(platform, tell=told.append)
    job = table.get_job(platform.jobs, "job1")
    assert job.state == "failed"
    assert told == [job]


def test_the_reconciler_starts_a_job_that_was_added_but_never_started(
    platform: Platform, add_job: AddJob
) -> None:
    add_job()
    reconcile(platform, tell=told.append)
    assert workflows_of(platform).started == []
    clock_of(platform).time += 120
    reconcile(platform, tell=told.append)
    assert [name for _, name, _ in workflows_of(platform).started] == ["job1-1"]


def test_the_reconciler_frees_the_leases_of_the_dead(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    plan_and_launch(platform, job)
    table.end_job(platform.jobs, job.job_id, 1, "failed", 1.0)
    reconcile(platform, tell=told.append)
    assert leases.held(platform.jobs) == []
