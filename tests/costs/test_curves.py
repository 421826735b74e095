"""How long work takes, learnt from work that was done."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.costs.curves import FADING, Line, Measured, expect, fit, speed
from diorama.effort import Step

STEP = Step("matches", units=100, fixed_s=1.0, unit_s=0.1, until_percent=65)
PACED = Step("train", units=60, fixed_s=1.0, unit_s=1.0, until_percent=97, is_paced=True)


def measured(line: Line, *units: float) -> list[Measured]:
    return [Measured(one, line.at(one)) for one in units]


def test_before_anything_was_done_the_prior_counts_at_the_speed_of_the_machine() -> None:
    assert expect(STEP, []).expected == pytest.approx(11)
    assert expect(STEP, [], of_machine=2).expected == pytest.approx(22)
    assert expect(STEP, []).spread == 0.5


def test_seconds_by_the_clock_are_the_same_on_every_machine() -> None:
    assert expect(PACED, [], of_machine=3).expected == pytest.approx(61)
    assert expect(PACED, [], of_machine=3).spread < 0.2


def test_one_run_tells_how_fast_the_machine_is() -> None:
    done = measured(Line(3, 0.3), 40)
    assert speed(STEP, done) == pytest.approx(3, rel=0.1)
    found = expect(STEP, done)
    assert found.expected == pytest.approx(33, rel=0.05)
    assert found.spread < 0.2


def test_many_runs_bend_the_line_to_what_was_measured() -> None:
    true = Line(8, 0.02)
    done = measured(true, 10, 50, 100, 200, 400) * 4
    line, own = fit(STEP, done), speed(STEP, done) or 0
    for units in (10, 100, 400):
        unbent = own * (STEP.fixed_s + STEP.unit_s * units)
        assert abs(line.at(units) - true.at(units)) < 0.5 * abs(unbent - true.at(units)) + 0.5


def test_a_machine_that_became_slower_is_found_out_within_a_few_runs() -> None:
    done = [*measured(Line(1, 0.1), *[100] * 10), *measured(Line(2, 0.2), *[100] * 10)]
    assert expect(STEP, done).expected > 1.6 * 11


RUNS = st.lists(st.builds(Measured, st.floats(0, 1e6), st.floats(0, 1e5)), min_size=0, max_size=10)
STEPS = st.builds(
    Step, st.just("s"), st.floats(0, 1e6), st.floats(0, 100), st.floats(0, 10), st.just(100.0), st.booleans()
)


@given(STEPS, RUNS, st.floats(0.05, 20))
def test_nothing_takes_less_than_no_time(step: Step, done: list[Measured], of_machine: float) -> None:
    line = fit(step, done, of_machine)
    assert min(line) >= 0
    found = expect(step, done, of_machine)
    assert found.expected >= 0
    assert 0 <= found.spread <= 0.5


@given(st.lists(st.tuples(st.floats(1, 500), st.floats(0.7, 1.4)), min_size=3, max_size=12))
def test_the_fit_is_the_least_squares_of_numpy(runs: list[tuple[float, float]]) -> None:
    done = [Measured(units, factor * (1 + 0.1 * units)) for units, factor in runs]
    own = speed(STEP, done) or 0
    weights = [
        FADING ** (len(done) - 1 - n) / (0.15 * (own * (1 + 0.1 * one.units) + 0.5)) ** 2
        for n, one in enumerate(done)
    ]
    prior = [(1 / (0.4 * own + 1e-3), 0, own), (0, 1 / (0.04 * own + 1e-9), 0.1 * own)]
    rows = [[w**0.5, w**0.5 * one.units] for w, one in zip(weights, done, strict=True)]
    values = [w**0.5 * one.seconds for w, one in zip(weights, done, strict=True)]
    rows += [[a, b] for a, b, _ in prior]
    values += [(a + b) * value for a, b, value in prior]
    expected = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]
    if expected.min() > 0:
        assert fit(STEP, done) == pytest.approx(tuple(expected), rel=1e-6)
