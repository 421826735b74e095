"""What is heard of machines, in whatever order."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from diorama.costs import machines
from diorama.costs.machines import Machine, Span, began, ended, finished
from diorama.events import StageEnded, StageStarted, WorkEnded
from diorama.jobs.models import Job
from diorama.platform import Platform
from tests.costs.conftest import launched
from tests.fakes import clock_of, compute_of

FRESH = Machine(work="w0", job_id="job1", attempt=1, instance="x", spot=False, volume_gb=0, started_at=100.0)
OF_WORK = {"job_id": "job1", "attempt": 1, "work": "w0", "launch": 0, "sequence": 1}


def news(platform: Platform) -> list[StageStarted | StageEnded | WorkEnded]:
    """What the worker of two stages tells: 10 s and 30 s of work in 50 s."""
    now = platform.clock.now()
    done = {"report": {"outcome": "succeeded"}, "key": "k"}
    return [
        StageStarted(**OF_WORK, time=now, stage="a"),
        StageEnded(**OF_WORK, time=now + 12, stage="a", output="s3://media/a", seconds=10, **done),
        StageStarted(**OF_WORK, time=now + 13, stage="b"),
        StageEnded(**OF_WORK, time=now + 45, stage="b", output="s3://media/b", seconds=30, **done),
        WorkEnded(**OF_WORK, time=now + 50, ended="completed"),
    ]


def test_a_worker_tells_when_its_machine_worked_and_what_it_left(platform: Platform, job: Job) -> None:
    launched(platform)
    platform.store.put("s3://media/a/report.json", b"12345")
    for event in news(platform):
        machines.hear(platform, event)
    [machine] = machines.of_job(platform, job.job_id)
    assert machine.clock_s(1e12) == 50
    now = platform.clock.now()
    assert machine.stages["a"] == Span(started_at=now + 2, ended_at=now + 12, stored_bytes=5, stored_files=1)


def test_any_order_of_messages_twice_each_tells_the_same(platform: Platform, job: Job) -> None:
    found = []
    launched(platform)
    for n, order in enumerate(itertools.permutations(range(5), 5)):
        if n % 7:
            continue
        platform.jobs.delete("JOB#job1", "MACHINE#w0")
        told = news(platform)
        for place in (*order, *order):
            machines.hear(platform, told[place])
        found += machines.of_job(platform, job.job_id)
    assert all(machine.clock_s(1e12) == 50 for machine in found)
    assert all(machine.stages == found[0].stages for machine in found)


def test_a_machine_that_began_again_under_its_old_name_keeps_its_earlier_seconds() -> None:
    first = ended(began(FRESH, "a", 100.0), 130.0)
    again = ended(began(first, "a", 500.0), 510.0)
    assert again.clock_s(1e12) == 40
    assert ended(again, 130.0) == again


def test_what_sagemaker_bills_is_asked_for_once_work_has_ended(platform: Platform, job: Job) -> None:
    launched(platform)
    machines.hear(platform, news(platform)[0])
    compute_of(platform).billed["w0"] = 33
    assert machines.hear_end(platform, "w0") == job.job_id
    assert machines.of_job(platform, job.job_id)[0].billable_s == 33


def test_work_that_never_began_leaves_no_machine(platform: Platform, job: Job) -> None:
    launched(platform)
    assert machines.hear_end(platform, "w0") == job.job_id
    assert machines.of_job(platform, job.job_id) == []
    assert machines.hear_end(platform, "unknown") is None


def test_a_machine_that_nothing_is_heard_of_counts_until_its_job_has_ended(
    platform: Platform, job: Job
) -> None:
    launched(platform)
    machines.hear(platform, news(platform)[0])
    clock_of(platform).time += 60
    machines.close(platform, job.job_id)
    clock_of(platform).time += 10_000
    machines.close(platform, job.job_id)
    assert machines.of_job(platform, job.job_id)[0].clock_s(platform.clock.now()) == 60


@given(st.lists(st.tuples(st.sampled_from("bfe"), st.floats(0, 1000)), max_size=12))
def test_a_machines_time_is_never_negative(happened: list[tuple[str, float]]) -> None:
    machine = FRESH
    for what, time in happened:
        if what == "b":
            machine = began(machine, "a", time)
        elif what == "f":
            machine = finished(machine, "a", Span(started_at=time, ended_at=time + 5))
        else:
            machine = ended(machine, time)
        assert machine.clock_s(2000) >= 0
