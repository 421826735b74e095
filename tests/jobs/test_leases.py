import threading
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diorama.jobs import leases
from diorama.jobs.models import Job
from diorama.platform import Platform
from tests.fakes import clock_of, platform_in

AddJob = Callable[..., Job]


def claim(
    platform: Platform, job: Job, *keys: str, slots: int = 1, lease_s: float = 100, wait_s: float = 10
) -> str:
    now = platform.clock.now()
    return leases.take(
        platform.jobs,
        leases.Claim(
            job=job,
            keys=keys,
            pool="cpu",
            slots=slots,
            now=now,
            expires_at=now + lease_s,
            wait_expires_at=now + wait_s,
        ),
    )


def test_a_key_under_way_in_another_job_is_waited_for(platform: Platform, add_job: AddJob) -> None:
    one, two = add_job("one"), add_job("two")
    assert claim(platform, one, "k", slots=2) == ""
    assert "same work" in claim(platform, two, "k", slots=2)
    leases.release(platform.jobs, "one", 1)
    assert claim(platform, two, "k", slots=2) == ""


def test_an_attempt_may_take_its_own_leases_again(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    assert claim(platform, job, "k", "l") == ""
    assert claim(platform, job, "k", "l") == ""


def test_a_new_attempt_waits_for_what_the_old_one_holds(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    claim(platform, job, "k", slots=2)
    assert claim(platform, job.model_copy(update={"attempt": 2}), "k", slots=2) != ""


def test_an_expired_lease_and_slot_count_as_free(platform: Platform, add_job: AddJob) -> None:
    one, two = add_job("one"), add_job("two")
    claim(platform, one, "k", lease_s=50)
    clock_of(platform).time += 51
    assert claim(platform, two, "k") == ""


def test_a_full_pool_lets_the_higher_priority_go_first_then_the_older(
    platform: Platform, add_job: AddJob
) -> None:
    holding = add_job("holding")
    older = add_job("older", created_at=1.0)
    younger = add_job("younger", created_at=2.0)
    urgent = add_job("urgent", created_at=3.0, priority=9)
    claim(platform, holding, "a")
    for job in (younger, older, urgent):
        assert "free machine" in claim(platform, job, job.job_id)
    leases.release(platform.jobs, "holding", 1)
    assert claim(platform, younger, "younger") != ""
    assert claim(platform, older, "older") != ""
    assert claim(platform, urgent, "urgent") == ""
    leases.release(platform.jobs, "urgent", 1)
    assert claim(platform, younger, "younger") != ""
    assert claim(platform, older, "older") == ""


def test_a_person_has_as_many_machines_at_once_as_their_plan_and_keeps_nobody_else_waiting(
    platform: Platform, add_job: AddJob
) -> None:
    limited = {"user_id": "ann", "at_once": 1}
    first, second = add_job("first", **limited), add_job("second", priority=9, **limited)
    others = add_job("others", user_id="bob", priority=0)
    assert claim(platform, first, "a", slots=2) == ""
    assert "your plan" in claim(platform, second, "b", slots=2)
    assert claim(platform, others, "c", slots=2) == ""
    assert claim(platform, first, "a", slots=2) == ""
    leases.release(platform.jobs, "first", 1)
    assert claim(platform, second, "b", slots=2) == ""
    leases.release_keys(platform.jobs, second, ["b"], "cpu")
    leases.release(platform.jobs, "others", 1)
    assert leases.held(platform.jobs) == []


def test_threads_of_one_person_never_have_more_machines_than_their_plan(tmp_path: Path) -> None:
    platform = platform_in(tmp_path)
    jobs = [
        Job(
            job_id=f"j{n}", product="tours", project_id="p", user_id="u", subject_id="t", stages=("s",),
            correlation_id="c", created_at=float(n), at_once=2,
        )
        for n in range(6)
    ]  # fmt: skip
    took = took_at_once(platform, jobs, slots=6)
    assert len(took) == 2


def took_at_once(platform: Platform, jobs: list[Job], slots: int) -> list[str]:
    """Who got a machine, of those that asked at the same moment."""
    took: list[str] = []

    def race(job: Job) -> None:
        if claim(platform, job, f"key-{job.job_id}", slots=slots) == "":
            took.append(job.job_id)

    threads = [threading.Thread(target=race, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def test_nobody_waits_behind_one_who_stopped_asking(platform: Platform, add_job: AddJob) -> None:
    gone, here = add_job("gone", priority=9), add_job("here")
    holding = add_job("holding")
    claim(platform, holding, "a")
    claim(platform, gone, "b", wait_s=10)
    leases.release(platform.jobs, "holding", 1)
    clock_of(platform).time += 11
    assert claim(platform, here, "c") == ""


def test_releasing_frees_keys_and_slot_whichever_way(platform: Platform, add_job: AddJob) -> None:
    job = add_job()
    claim(platform, job, "k", "l")
    leases.release_keys(platform.jobs, job, ["k", "l"], "cpu")
    assert leases.held(platform.jobs) == []
    claim(platform, job, "k", "l")
    assert len(leases.held(platform.jobs)) == 3
    leases.release(platform.jobs, job.job_id, job.attempt)
    assert leases.held(platform.jobs) == []


def test_threads_that_race_never_hold_more_slots_than_there_are(tmp_path: Path) -> None:
    platform = platform_in(tmp_path)
    jobs = [
        Job(
            job_id=f"j{n}", product="tours", project_id="p", user_id="u", subject_id="t", stages=("s",),
            correlation_id="c", created_at=float(n),
        )
        for n in range(8)
    ]  # fmt: skip
    took = took_at_once(platform, jobs, slots=3)
    slots = [row for _, _, row in leases.held(platform.jobs) if row["sk"].startswith("SLOT#")]
    assert len(slots) == len(took) <= 3


STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["take", "release"])), max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_any_order_a_key_has_one_holder_and_the_pool_no_more_than_its_slots(
    tmp_path_factory: object, steps: list[tuple[str, str]]
) -> None:
    platform = platform_in(tmp_path_factory.mktemp("leases"))  # type: ignore[attr-defined]
    jobs = {
        name: Job(
            job_id=name, product="tours", project_id="p", user_id="u", subject_id="t", stages=("s",),
            correlation_id="c", created_at=float(n),
        )
        for n, name in enumerate("abcd")
    }  # fmt: skip
    holding: set[str] = set()
    for name, step in steps:
        if step == "release":
            leases.release(platform.jobs, name, 1)
            holding.discard(name)
        elif claim(platform, jobs[name], f"key{'ab'.find(name) >= 0}", slots=2) == "":
            holding.add(name)
        assert len(holding) <= 2
        assert not {"a", "b"} <= holding
        assert not {"c", "d"} <= holding
