"""Schedules run by the share of the budget that is done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import schedule
from training.schedule import Budget

shares = st.floats(0, 1)


def test_a_budget_in_steps_does_not_look_at_the_clock() -> None:
    assert Budget(None, 200).share(50, training_s=1e9) == 0.25


def test_a_budget_in_seconds_does_not_count_steps() -> None:
    assert Budget(60.0, None).share(10**9, training_s=15.0) == 0.25


@given(st.integers(0, 500), st.floats(0, 500))
def test_no_share_is_beyond_the_end(step: int, training_s: float) -> None:
    assert 0 <= Budget(None, 200).share(step, training_s) <= 1
    assert 0 <= Budget(60.0, None).share(step, training_s) <= 1


@given(shares, shares, st.integers(1, 10_000), st.integers(1, 10_000))
def test_splats_only_ever_grow_and_never_beyond_the_budget(a: float, b: float, first: int, most: int) -> None:
    early, late = sorted((a, b))
    assert schedule.splat_count(early, first, most) <= schedule.splat_count(late, first, most) <= most
    assert schedule.splat_count(1.0, first, most) == most


@given(shares, shares, st.integers(0, 3))
def test_photos_get_finer_and_harmonics_higher(a: float, b: float, most: int) -> None:
    early, late = sorted((a, b))
    assert schedule.shrink(early) >= schedule.shrink(late)
    assert schedule.sh_degree(early, most) <= schedule.sh_degree(late, most) <= most


def test_every_schedule_starts_low_and_ends_complete() -> None:
    assert schedule.shrink(0.0) == 4
    assert schedule.shrink(1.0) == 1
    assert schedule.sh_degree(0.0, 3) == 0
    assert schedule.sh_degree(1.0, 3) == 3
    assert schedule.means_learning_rate_factor(0.0) == 1
    assert schedule.means_learning_rate_factor(1.0) == pytest.approx(0.01)
    assert not schedule.refines(0.0)
    assert not schedule.refines(1.0)
