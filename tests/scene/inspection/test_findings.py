"""Which stretches of a capture are found to be troubled, and what is said of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from diorama.tours.stages import CaptureProblem, TroubledStretch
from frames.scores import Scores
from frames.selection import Verdict
from inspection.findings import flickers, runs, troubled
from inspection.links import Link
from inspection.looks import Look

GOOD = Scores(
    sharpness=300, motion_blur=0.1, brightness=0.5, contrast=0.2, clipped=0.01, hash="0", fingerprint=""
)
NO_POINTS, NO_DESCRIPTORS = np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8)


def look(number: int, scores: Scores = GOOD, shift: float = 0.05, clear: int = 500) -> Look:
    """The look at half a second times its number."""
    return Look(number / 2, scores, shift, NO_POINTS, NO_DESCRIPTORS, clear)


def found_in(
    looks: Sequence[Look], links: Sequence[Link] = (), **chances: float
) -> tuple[TroubledStretch, ...]:
    kept = {index: chances.get(f"of_{index}", 1.0) for index in range(len(looks))}
    return troubled(looks, links, [Verdict(None, 1.0)] * len(looks), kept)


def film(changed: Sequence[int], change: Look) -> list[Look]:
    """Twenty seconds of good looks, some of them like `change`."""
    return [replace(change, time_s=n / 2) if n in changed else look(n) for n in range(40)]


def test_a_good_capture_has_no_troubled_stretch() -> None:
    assert found_in(film([], look(0))) == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (look(0, replace(GOOD, sharpness=5)), "blurred"),
        (look(0, replace(GOOD, brightness=0.05)), "dark"),
        (look(0, replace(GOOD, brightness=0.9, clipped=0.6)), "burnt_out"),
        (look(0, shift=0.3), "too_fast"),
        (look(0, clear=20), "plain"),
    ],
)
def test_a_bad_stretch_is_named_with_its_times(change: Look, problem: CaptureProblem) -> None:
    (stretch,) = found_in(film(range(20, 28), change))
    assert stretch.problem == problem
    assert (stretch.start_s, stretch.end_s) == (9.75, 13.75)
    assert stretch.advice.startswith("Film 0:09-0:13 again, ")


def test_one_bad_look_is_bridged_by_its_neighbours() -> None:
    assert found_in(film([20], look(0, clear=20))) == ()


def test_standing_still_counts_only_when_it_is_long() -> None:
    assert found_in(film(range(20, 26), look(0, shift=0.0))) == ()
    (stretch,) = found_in(film(range(10, 30), look(0, shift=0.0)))
    assert stretch.problem == "standing"


def test_turning_on_the_spot_is_what_a_homography_explains() -> None:
    links = [
        Link(first, first + step, 200, 0.99 if first >= 10 and first + step <= 20 else 0.6, 0.05 * step)
        for step in (1, 2, 3)
        for first in range(40 - step)
    ]
    (stretch,) = found_in(film([], look(0)), links)
    assert (stretch.problem, stretch.start_s, stretch.end_s) == ("turning", 4.75, 10.25)


def test_a_walk_that_looks_like_turning_from_one_look_to_the_next_is_not_taken_for_it() -> None:
    links = [
        Link(first, first + step, 200, (0.99, 0.9, 0.7)[step - 1], 0.05 * step)
        for step in (1, 2, 3)
        for first in range(40 - step)
    ]
    assert found_in(film([], look(0)), links) == ()


def test_a_speed_that_the_flow_loses_is_seen_by_what_looks_share() -> None:
    links = [Link(first, first + 1, 90, 0.5, 0.3 if 20 <= first < 28 else 0.05) for first in range(39)]
    (stretch,) = found_in(film([], look(0)), links)
    assert (stretch.problem, stretch.start_s, stretch.end_s) == ("too_fast", 10.25, 14.25)


def test_clear_looks_that_share_next_to_nothing_are_of_a_camera_that_is_too_fast() -> None:
    links = [Link(first, first + 1, 5 if 20 <= first < 24 else 90, 0.5, 0.05) for first in range(39)]
    (stretch,) = found_in(film([], look(0)), links)
    assert (stretch.problem, stretch.start_s, stretch.end_s) == ("too_fast", 9.75, 12.25)
    plain = [replace(each, clear=150) for each in film([], look(0))]
    assert found_in(plain, links) == ()


def test_what_is_smeared_has_fewer_edges_than_the_rest_and_hardly_a_clear_point() -> None:
    smeared = look(0, replace(GOOD, sharpness=50), clear=40)
    found = found_in(film(range(20, 28), smeared))
    assert [stretch.problem for stretch in found] == ["blurred", "plain"]
    assert found_in(film(range(20, 28), look(0, replace(GOOD, sharpness=50)))) == ()


def test_what_does_not_connect_is_told_where_nothing_else_explains_it() -> None:
    (stretch,) = found_in(film([], look(0)), **{f"of_{index}": 0.0 for index in range(30, 36)})
    assert (stretch.problem, stretch.start_s) == ("unlinked", 14.75)


def test_brightness_that_goes_up_and_down_flickers_and_a_step_does_not() -> None:
    assert flickers([0.5, 0.5, 0.7, 0.5, 0.5]) == [False, False, True, False, False]
    assert not any(flickers([0.2, 0.2, 0.7, 0.7, 0.7]))


def test_stretches_with_little_between_them_are_one() -> None:
    looks = [look(number) for number in range(12)]
    marks = [number in (2, 3, 5, 10) for number in range(12)]
    assert runs(looks, marks) == [(0.75, 2.75), (4.75, 5.25)]
