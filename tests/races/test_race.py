"""Jobs in every order of faults that a seed makes: each ends once, as it should, and leaves nothing.

All of them: python -m tests.races --cases 10000
"""

import pytest

from diorama.jobs import endings, leases
from diorama.platform import Platform
from tests.races.race import carry_on, is_over, race, told
from tests.races.scenario import Scenario, Story
from tests.races.world import Weather, made_world

SLOW_TO_END_S = 240.0
"""More than the next look of a job that waits, the start of its machine and its first step together."""


@pytest.mark.parametrize("block", range(5))
def test_whatever_happens_every_job_ends_once_and_leaves_nothing(block: int) -> None:
    for seed in range(block * 20, block * 20 + 20):
        assert not race(Scenario.of(seed)), told(Scenario.of(seed))


def test_the_reconciler_alone_brings_every_job_home() -> None:
    for seed in range(20):
        scenario = Scenario.of(seed, lost=1.0)
        assert not race(scenario), told(scenario)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_the_same_in_many_more_orders(block: int) -> None:
    for seed in range(10_000 + block * 60, 10_000 + block * 60 + 60):
        assert not race(Scenario.of(seed)), told(Scenario.of(seed))


def cancelled_while_another_job_wants_the_same() -> list[str]:
    """Of two jobs with one video the one that computes is cancelled, and its machine takes its time to end."""
    with made_world(1, Weather()) as world:
        story = Story(world)
        for number in range(2):
            world.start_job(f"job{number}", "a")
        world.keep_reconciling()
        carry_on(world, lambda: story.machine(0) is not None)
        (machine,) = world.machines.values()
        machine.worker.ending_takes_s = (SLOW_TO_END_S, SLOW_TO_END_S)
        story.cancel(int(machine.worker.request.job_id.removeprefix("job")))
        carry_on(world, lambda: is_over(world))
        assert story.cancelled
        return world.wrong


def test_the_race_would_see_leases_that_are_freed_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(platform: Platform, job_id: str, attempt: int) -> None:
        leases.release(platform.jobs, job_id, attempt)

    assert not cancelled_while_another_job_wants_the_same()
    monkeypatch.setattr("diorama.jobs.clean.free_if_still", at_once)
    monkeypatch.setattr(endings, "free_if_still", at_once)
    assert any("at once" in wrong for wrong in cancelled_while_another_job_wants_the_same())
