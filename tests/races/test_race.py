"""Jobs in every order of faults that a seed makes: each ends once, as it should, and leaves nothing.

All of them: python -m tests.races --cases 10000
"""

import pytest

from diorama.jobs import endings, leases
from diorama.platform import Platform
from tests.races.race import race, told
from tests.races.scenario import Fault, Scenario
from tests.races.world import Weather


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


def test_the_race_would_see_leases_that_are_freed_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(platform: Platform, job_id: str, attempt: int) -> None:
        leases.release(platform.jobs, job_id, attempt)

    cancelled = [Scenario(1, ("a", "a"), Weather(), (Fault(at, "cancel", 0),)) for at in range(100, 400, 20)]
    assert not any(map(race, cancelled))
    monkeypatch.setattr("diorama.jobs.clean.free_if_still", at_once)
    monkeypatch.setattr(endings, "free_if_still", at_once)
    assert any("at once" in wrong for wrongs in map(race, cancelled) for wrong in wrongs)
