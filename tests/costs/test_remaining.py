"""When a job is going to be done: honest, calm, and right to a quarter once a tenth is over."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.catalog import STAGES
from diorama.costs import expected, remaining
from diorama.costs.expected import ExpectedStage, ExpectedStep
from diorama.costs.history import Done, History, Pace, measured
from diorama.costs.prices import THIS_MACHINE
from diorama.jobs import table
from diorama.jobs.models import Job, StageRun
from diorama.platform import Platform
from diorama.settings import Settings
from diorama.tours.stages import STAGES as TOURS
from tests.fakes import clock_of
from tests.studio_jobs import a_job

HERE = Settings.model_validate({"instances": {"cpu": THIS_MACHINE, "gpu": THIS_MACHINE}, "region": "local"})
FLAT = json.loads((Path(__file__).parent / "traces/flat_draft.json").read_text())
"""What the workers told of a tour of examples/furnished_flat at draft quality, on two free cores."""


def flat_job() -> Job:
    data = {"found": FLAT["found"], "params": FLAT["params"]}
    return a_job(stages=tuple(stage.name for stage in TOURS), data=data)


def flat_runs() -> dict[str, StageRun]:
    """How its stages stood before the first message: what was there already is done."""
    return {
        name: StageRun(stage=name, attempt=1, state="succeeded", cached=True, report=FLAT["reports"][name])
        for name in FLAT["cached"]
    }


def replayed(known: History, slower: float = 1.0) -> Iterator[tuple[float, float, float]]:
    """Of each message: the share of the job that is over, what is said to be left, and what is."""
    job, runs = flat_job(), flat_runs()
    end = slower * FLAT["messages"][-1][0]
    for at, kind, stage, percent in FLAT["messages"]:
        time = slower * at + 1
        runs[stage] = told(runs.get(stage), kind, stage, percent, time)
        reports = expected.reports_of(runs.values())
        outlooks = expected.outlooks_of(HERE, STAGES, job.stages, job.data, reports)
        stages = expected.from_history(HERE, STAGES, outlooks, {THIS_MACHINE: known})
        left = remaining.calmed(job, remaining.seconds_left(stages, runs, time), time)
        job = job.model_copy(update={"ready_at": time + left})
        yield (time - 1) / end, left, end + 1 - time


def told(run: StageRun | None, kind: str, stage: str, percent: float | None, time: float) -> StageRun:
    now = run or StageRun(stage=stage, attempt=1)
    changes: dict[str, Any] = {"state": "running", "started_at": now.started_at or time}
    if kind == "stage_ended":
        changes |= {"state": "succeeded", "ended_at": time, "report": FLAT["reports"][stage]}
    return now.model_copy(update={**changes, "percent": now.percent if percent is None else percent})


def known_from_itself(slower: float = 1.0) -> History:
    """A machine that has made this tour once before, so much slower."""
    job = flat_job()
    outlooks = expected.outlooks_of(HERE, STAGES, job.stages, job.data, FLAT["reports"])
    paces = {}
    for name, report in FLAT["reports"].items():
        seconds = {step: slower * took for step, took in (report.get("seconds") or {}).items()}
        steps = measured(outlooks[name], {"seconds": seconds}, sum(seconds.values()) + 2)
        if seconds:
            paces[name] = Pace(done=(Done(which="k", steps=steps),))
    return History(paces)


@pytest.mark.parametrize("known", [History({}), known_from_itself()], ids=["first job", "second job"])
def test_once_a_tenth_is_over_the_time_left_is_right_to_a_quarter(known: History) -> None:
    said = [(left, true) for over, left, true in replayed(known) if 0.1 <= over <= 0.9]
    wrong = [(left, true) for left, true in said if abs(left / true - 1) > 0.25]
    assert len(said) > 50
    assert len(wrong) <= 0.02 * len(said), wrong


def test_a_machine_that_is_busier_than_it_was_is_noticed_on_the_way() -> None:
    said = [left / true - 1 for over, left, true in replayed(known_from_itself(), 1.3) if 0.3 <= over <= 0.9]
    assert sum(abs(error) <= 0.35 for error in said) >= 0.9 * len(said)


def test_what_is_left_never_jumps_up() -> None:
    found = list(replayed(History({}), 3.0))
    for (_, before, _), (_, after, _) in pairwise(found):
        assert after <= before * 1.1 + 2.01


STEPS = st.lists(
    st.builds(
        ExpectedStep,
        name=st.just("s"),
        seconds=st.floats(0, 1e4),
        until_percent=st.floats(0, 100),
        is_paced=st.booleans(),
    ),
    min_size=1,
    max_size=5,
).map(lambda steps: tuple(sorted(steps, key=lambda step: step.until_percent)))
EXPECTED = st.builds(
    ExpectedStage, stage=st.just("s"), instance=st.just("x"), steps=STEPS, spread=st.floats(0, 0.5),
    measured=st.integers(0, 9),
)  # fmt: skip


@given(EXPECTED, st.floats(0, 100), st.floats(0, 1e6), st.floats(0.1, 10))
def test_what_is_left_of_a_stage_is_never_below_nothing_and_never_wild(
    stage: ExpectedStage, percent: float, elapsed_s: float, slower: float
) -> None:
    run = StageRun(stage="s", attempt=1, state="running", started_at=1.0, percent=percent)
    left = remaining.of_stage(stage, run, 1.0 + elapsed_s, slower)
    assert 0 <= left <= 10 * stage.seconds + 1e-6


@given(EXPECTED, st.floats(0, 100))
def test_what_is_done_and_what_is_left_are_the_whole(stage: ExpectedStage, percent: float) -> None:
    done, left = remaining.split(stage, percent)
    whole = sum(step.seconds for step in [*done, *left])
    assert whole == pytest.approx(stage.seconds)


@given(EXPECTED, EXPECTED)
def test_what_has_ended_or_was_there_already_counts_nothing(one: ExpectedStage, two: ExpectedStage) -> None:
    cached = StageRun(stage="a", attempt=1, state="succeeded", cached=True)
    both = remaining.seconds_left({"a": one, "b": two}, {"a": cached}, 5.0)
    assert both == pytest.approx(remaining.seconds_left({"b": two}, {}, 5.0))


def test_the_jobs_row_says_when_it_is_going_to_be_done(platform: Platform) -> None:
    job = flat_job().model_copy(update={"created_at": platform.clock.now()})
    table.add_job(platform.jobs, job)
    remaining.show(platform, STAGES, job.job_id)
    first = table.get_job(platform.jobs, job.job_id).ready_at
    assert first is not None
    assert first > platform.clock.now() + 60
    clock_of(platform).time += 10
    table.change_stage(
        platform.jobs,
        job.job_id,
        1,
        "sample_frames",
        lambda run: run.model_copy(update={"state": "succeeded", "cached": True}),
    )
    remaining.show(platform, STAGES, job.job_id)
    second = table.get_job(platform.jobs, job.job_id).ready_at
    assert second is not None
    assert second != first


def test_a_job_that_waits_for_a_machine_says_no_time_and_one_that_has_ended_keeps_quiet(
    platform: Platform,
) -> None:
    table.add_job(platform.jobs, flat_job().model_copy(update={"state": "waiting", "ready_at": 5.0}))
    remaining.show(platform, STAGES, "job1")
    assert table.get_job(platform.jobs, "job1").ready_at is None
    table.end_job(platform.jobs, "job1", 1, "failed", 9.0)
    remaining.show(platform, STAGES, "job1")
    remaining.show(platform, STAGES, "no such job")
    assert table.get_job(platform.jobs, "job1").ready_at is None
