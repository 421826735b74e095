"""Seconds left, on machines that are unlike the one that costs were measured on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from splats.cameras import Pinhole, View, look_at
from tests.scene.training.strategies.rows import model_of
from training import schedule
from training.course import PLATEAU_FROM, PLATEAU_UNTIL, Course
from training.gauge import Gauge
from training.run import Run
from training.schedule import Budget
from training.step import Rules
from training.strategies.mcmc import Mcmc
from training.strategies.strategy import Limits
from training.targets import Targets
from views.view import PhotoView

HEIGHT_PX, WIDTH_PX = 48, 64
START_SPLATS, MAX_SPLATS = 1_000, 4_000


def run(budget: Budget) -> Run:
    pinhole = Pinhole(WIDTH_PX, HEIGHT_PX, (60.0, 60.0), (32.0, 24.0))
    view = PhotoView(
        View("a.jpg", pinhole, look_at((0, 0, 3), (0, 0, 0))), np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    )
    limits = Limits(START_SPLATS, MAX_SPLATS, 1.0)
    rules = Rules(budget, limits, Mcmc(), sh_degree=1, exposure=False, poses=False)
    targets = Targets([view], [], torch.device("cpu"))
    return Run(model_of([0.5]), targets, rules, Course(START_SPLATS, MAX_SPLATS), Path(), [])


@given(st.floats(0.75, 1.3), st.floats(0.75, 1.3), st.floats(0.75, 1.3), st.floats(1e-7, 1e-3))
def test_after_a_tenth_of_the_steps_seconds_left_are_right_to_a_quarter(
    pixel: float, splat: float, step: float, unit_s: float
) -> None:
    """Where pixels, splats and steps cost up to a quarter more or less than where they were measured."""
    steps = 400
    going = run(Budget(None, steps))
    took_s = []
    for index in range(steps):
        share = index / steps
        pixels = HEIGHT_PX * WIDTH_PX / schedule.shrink(share) ** 2
        splats = schedule.splat_count(share, START_SPLATS, MAX_SPLATS)
        took_s.append(unit_s * (pixel * pixels + 2.8 * splat * splats + 10_000 * step))
    gauge = Gauge(going)
    for index in range(steps - 1):
        going.model.step += 1
        going.model.training_s += took_s[index]
        if index >= steps // 10:
            assert gauge.seconds_left(going) == pytest.approx(sum(took_s[index + 1 :]), rel=0.25)


def test_of_a_budget_in_seconds_the_rest_is_exact_once_no_plateau_can_come() -> None:
    going = run(Budget(60.0, None))
    gauge = Gauge(going)
    going.model.training_s = 42.0
    assert gauge.seconds_left(going) == pytest.approx(18.0)


@given(st.floats(0.1, 0.65))
def test_until_then_it_is_right_to_a_quarter_with_a_plateau_and_without(share: float) -> None:
    going = run(Budget(60.0, None))
    gauge = Gauge(going)
    going.model.training_s = 60.0 * share
    skipped = max(PLATEAU_UNTIL - max(share, PLATEAU_FROM), 0.0)
    for truth in (60.0 * (1 - share), 60.0 * (1 - share - skipped)):
        assert gauge.seconds_left(going) == pytest.approx(truth, rel=0.25)


def test_what_a_plateau_skips_takes_no_time() -> None:
    going = run(Budget(60.0, None))
    gauge = Gauge(going)
    going.model.training_s, going.course.skipped = 21.0, 0.25
    assert gauge.seconds_left(going) == pytest.approx(24.0)


def test_a_run_that_went_on_elsewhere_is_judged_by_its_pace_here() -> None:
    going = run(Budget(None, 1000))
    going.model.step, going.model.training_s = 900, 1e6
    gauge = Gauge(going)
    going.model.step, going.model.training_s = 950, 1e6 + 5
    assert gauge.seconds_left(going) == pytest.approx(5.0, rel=0.05)


def test_reduced_limits_are_followed() -> None:
    going = run(Budget(None, 10))
    going.course = replace(going.course, start_splats=5, max_splats=9)
    going.follow_course()
    assert (going.rules.limits.start_splats, going.rules.limits.max_splats) == (5, 9)
