"""When a run has learnt enough, and when it has gone wrong."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.scene.training.strategies.rows import model_of
from training.course import COLLAPSE_DB, PLATEAU_FROM, RECOVERY_STEPS, Course, psnr

PHOTOS = 4


def taught(course: Course, psnrs: list[float], begin: float = 0.0, end: float = 1.0) -> None:
    """Rounds with these PSNRs, evenly from one share of the budget to another."""
    for index, decibels in enumerate(psnrs):
        share = begin + (end - begin) * (index + 1) / len(psnrs)
        for _ in range(PHOTOS):
            course.add(10 ** (-decibels / 10), share, PHOTOS)


def test_a_round_is_the_mean_of_all_photos() -> None:
    course = Course(10, 10)
    for error in (0.1, 0.2, 0.3):
        course.add(error, 0.5, PHOTOS)
        assert not course.is_between_rounds
    course.add(0.4, 0.6, PHOTOS)
    assert course.is_between_rounds
    assert course.rounds == [[0.6, pytest.approx(psnr(0.25))]]


def test_while_photos_still_teach_something_there_is_no_plateau() -> None:
    course = Course(10, 10)
    taught(course, [20 + index * 0.1 for index in range(50)], end=0.5)
    assert not course.is_plateau(0.5)


def test_when_photos_have_no_more_to_teach_there_is_one() -> None:
    course = Course(10, 10)
    taught(course, [30 - 10 * math.exp(-index / 3) for index in range(50)], end=0.5)
    assert course.is_plateau(0.5)


@pytest.mark.parametrize("share", [0.0, PLATEAU_FROM - 0.01, 0.9])
def test_the_beginning_and_the_end_of_a_run_are_never_cut(share: float) -> None:
    course = Course(10, 10)
    taught(course, [25.0] * 100)
    assert not course.is_plateau(share)


def test_what_was_skipped_once_is_not_skipped_again() -> None:
    course = Course(10, 10, skipped=0.2)
    taught(course, [25.0] * 100)
    assert not course.is_plateau(0.5)


@given(st.lists(st.floats(5, 40), min_size=1, max_size=30))
def test_rounds_within_reach_of_the_best_are_no_collapse(psnrs: list[float]) -> None:
    course, model = Course(10, 10), model_of([0.5])
    taught(course, psnrs)
    fell = max(psnrs) - psnrs[-1]
    if abs(fell - COLLAPSE_DB) > 1e-6:
        assert course.is_broken(model, 0.1) == (fell > COLLAPSE_DB)


def test_right_after_a_reset_of_opacities_pictures_may_be_bad() -> None:
    course, model = Course(10, 10), model_of([0.5])
    taught(course, [30.0, 10.0])
    model.step, model.reset_at = 700, (600, 0.1)
    assert not course.is_broken(model, 0.1)
    model.step += RECOVERY_STEPS
    assert course.is_broken(model, 0.1)


@pytest.mark.parametrize("error", [math.nan, math.inf])
def test_an_error_that_is_no_number_is_noticed_at_once(error: float) -> None:
    assert Course(10, 10).is_broken(model_of([0.5]), error)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_splat_that_is_no_number_is_noticed_when_the_round_ends(value: float) -> None:
    course, model = Course(10, 10), model_of([0.5] * 5)
    with torch.no_grad():
        model.splats["quats"][3, 1] = value
    taught(course, [20.0])
    assert course.is_broken(model, 0.1)
