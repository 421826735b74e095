"""What of a model hangs together."""

from collections import Counter
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poses.trust import largest_part, shared_points

TRACKS = st.lists(st.lists(st.integers(0, 6), max_size=6), max_size=40)


@given(TRACKS)
def test_shared_points_are_those_that_both_images_see(tracks: list[list[int]]) -> None:
    counted = Counter(pair for track in tracks for pair in combinations(sorted(set(track)), 2))
    shared = shared_points(tracks, 7)
    assert np.array_equal(shared, shared.T)
    for one, other in combinations(range(7), 2):
        assert shared[one, other] == counted[one, other]


def test_two_parts_with_few_points_in_common_are_two() -> None:
    first = [[0, 1, 2]] * 40
    second = [[3, 4]] * 50
    hinge = [[2, 3]] * 5
    assert largest_part(shared_points([*first, *second, *hinge], 5) >= 30) == {0, 1, 2}
    assert largest_part(shared_points([*first, *second, *hinge * 6], 5) >= 30) == {0, 1, 2, 3, 4}


def test_an_image_may_be_held_by_others_that_are() -> None:
    chain = [[0, 1]] * 30 + [[1, 2]] * 30 + [[2, 3]] * 30
    assert largest_part(shared_points(chain, 4) >= 30) == {0, 1, 2, 3}


def test_one_image_alone_is_nothing() -> None:
    assert largest_part(shared_points([], 3) >= 30) == set()
