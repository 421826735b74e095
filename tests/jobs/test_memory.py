"""A stage that ran out of memory is run with less, a few times, and then refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.catalog import STAGES
from diorama.events import WorkEnded
from diorama.jobs import leases, news, rules, table
from diorama.jobs.memory import SMALLER_AT_MOST, smaller_params
from diorama.jobs.models import Job
from diorama.jobs.plan import Launch, Refuse, plan
from diorama.platform import Platform
from diorama.stage import Params
from diorama.tours.stages import PackageTourParams, SampleFramesParams, TrainSplatsParams
from tests.jobs.reports import finish
from tests.jobs.test_news import plan_and_launch, worker_says
from tests.jobs.test_plan import asked

AddJob = Callable[..., Job]


def run_out_of_memory(platform: Platform, job: Job) -> str:
    """Launches what is to do, and its worker tells that memory ran out; the work's name."""
    request, work = plan_and_launch(platform, job)
    ended = WorkEnded.model_validate(worker_says(work, ended="out_of_memory"))
    news.take_worker_event(platform, ended)
    news.take_worker_event(platform, ended)
    return request.stages[0].stage


def test_the_stage_that_ran_out_of_memory_is_asked_for_less_under_the_same_key(
    platform: Platform, add_job: AddJob
) -> None:
    job = add_job()
    whole = plan(platform, STAGES, asked(job))
    run_out_of_memory(platform, job)
    again = plan(platform, STAGES, asked(job))
    assert isinstance(whole, Launch)
    assert isinstance(again, Launch)
    frames, poses = again.request.stages
    assert frames.smaller == 1
    assert frames.params["max_side_px"] < whole.request.stages[0].params["max_side_px"]
    assert frames.key == whole.request.stages[0].key
    assert frames.checkpoint != whole.request.stages[0].checkpoint
    assert poses == whole.request.stages[1]


def test_what_had_finished_before_memory_ran_out_stays_as_it_is(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    decision = plan(platform, STAGES, asked(job))
    assert isinstance(decision, Launch)
    finish(platform, decision.request.stages[0])
    assert run_out_of_memory(platform, job) == "solve_poses"
    again = plan(platform, STAGES, asked(job))
    assert isinstance(again, Launch)
    assert [(item.stage, item.smaller) for item in again.request.stages] == [("solve_poses", 1)]


def test_in_the_end_it_is_refused_with_advice_and_nothing_is_held(
    platform: Platform, add_job: AddJob
) -> None:
    job = add_job()
    for _ in range(SMALLER_AT_MOST + 1):
        run_out_of_memory(platform, job)
    assert plan(platform, STAGES, asked(job)) == Refuse(problem=rules.TOO_LARGE)
    assert leases.held(platform.jobs) == []
    assert {run.state for run in table.stage_runs(platform.jobs, "job1", 1).values()} == {"refused"}


def test_a_new_attempt_is_asked_for_everything_again(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    run_out_of_memory(platform, job)
    table.end_job(platform.jobs, job.job_id, 1, "failed", 1.0)
    leases.release(platform.jobs, job.job_id, 1)
    decision = plan(platform, STAGES, asked(table.begin_attempt(platform.jobs, job.job_id)))
    assert isinstance(decision, Launch)
    assert decision.request.stages[0].smaller == 0


@pytest.mark.parametrize(
    "params", [stage.params() for stage in STAGES.values()], ids=lambda one: type(one).__name__
)
def test_every_stage_can_be_asked_for_less_and_what_is_asked_is_allowed(params: Params) -> None:
    smaller = smaller_params(params, SMALLER_AT_MOST)
    assert smaller is not None
    assert type(params).model_validate(smaller.model_dump()) == smaller
    assert smaller != params


@given(side=st.integers(320, 4000), frames=st.integers(2, 2000))
def test_less_is_never_more_and_never_below_the_least(side: int, frames: int) -> None:
    params: SampleFramesParams | None = SampleFramesParams(max_side_px=side, max_frames=frames)
    while params is not None:
        smaller = params.smaller()
        if smaller is not None:
            SampleFramesParams.model_validate(smaller.model_dump())
            assert smaller.max_side_px <= params.max_side_px
            assert smaller.max_frames <= params.max_frames
            assert smaller != params
        params = smaller


def test_training_goes_down_a_quality_and_what_was_asked_by_number_in_proportion() -> None:
    asked_for = TrainSplatsParams(quality="high", max_splats=1_000_000)
    smaller = asked_for.smaller()
    assert smaller is not None
    assert (smaller.quality, smaller.max_splats, smaller.max_side_px) == ("standard", 500_000, None)
    below = TrainSplatsParams(quality="draft").smaller()
    assert below is not None
    assert (below.max_splats, below.max_side_px) == (20_000, 400)


def test_what_is_as_small_as_it_may_be_can_not_be_smaller() -> None:
    assert PackageTourParams(poster_width_px=64, thumbnail_width_px=64).smaller() is None
