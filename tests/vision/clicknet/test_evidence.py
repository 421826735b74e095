import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clicknet.evidence import EVIDENCE_MAPS, evidence

ADDING, TAKING, OUTSIDE, COLOURS, BOXED, LAST = 5, 10, 15, 16, 17, 18
WIDE, NARROW, PLAIN = 0, 1, 2
GREY = np.full((24, 36, 3), 128, np.uint8)


def steps_from(seeds: list[tuple[int, int]], shape: tuple[int, int]) -> NDArray[np.float64]:
    """The slow way: Dijkstra over four neighbours, a step costs one."""
    reached = np.full(shape, np.inf)
    queue = [(0, row, column) for row, column in seeds]
    while queue:
        so_far, row, column = heapq.heappop(queue)
        if so_far >= reached[row, column]:
            continue
        reached[row, column] = so_far
        for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            if 0 <= row + down < shape[0] and 0 <= column + right < shape[1]:
                heapq.heappush(queue, (so_far + 1, row + down, column + right))
    return reached


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 35)), min_size=1, max_size=4))
def test_on_a_plain_photo_the_way_to_a_click_is_counted_in_steps(seeds: list[tuple[int, int]]) -> None:
    maps = evidence(GREY, [(column + 0.5, row + 0.5, 1) for row, column in seeds])
    reached = steps_from(seeds, (24, 36))
    expected = (1 + reached.mean()) / (1 + reached.mean() + reached)
    np.testing.assert_allclose(maps[ADDING + PLAIN], expected, atol=1e-4)


def test_an_edge_is_a_longer_way_than_its_width() -> None:
    photo = GREY.copy()
    photo[:, 18:] = 20
    ways = evidence(photo, [(9.5, 12.5, 1)])[ADDING + PLAIN]
    assert ways[12, 2] > 2 * ways[12, 25]


def test_a_lighter_or_darker_photo_gives_the_same_evidence() -> None:
    photo = np.random.default_rng(0).integers(40, 120, (32, 48, 3)).astype(np.uint8)
    clicks = [(10.5, 12.5, 1.0), (40.5, 20.5, 0.0)]
    shifted = evidence((photo + 60).astype(np.uint8), clicks)
    np.testing.assert_allclose(evidence(photo, clicks)[:COLOURS], shifted[:COLOURS], atol=2e-3)


def test_clicks_of_the_two_kinds_do_not_meet() -> None:
    adding, taking = evidence(GREY, [(9.5, 9.5, 1)]), evidence(GREY, [(9.5, 9.5, 0)])
    assert not adding[TAKING + PLAIN].any()
    np.testing.assert_array_equal(adding[ADDING : ADDING + 5], taking[TAKING : TAKING + 5])
    assert adding[ADDING + NARROW].argmax() == 9 * 36 + 9


def test_a_box_and_the_last_mask_are_maps_too() -> None:
    last = np.random.default_rng(0).random((24, 36), np.float32)
    maps = evidence(GREY, [], (4, 6, 20, 16), last)
    assert maps.shape == (EVIDENCE_MAPS, 24, 36)
    assert (maps[BOXED] == 1).sum() == 16 * 10
    np.testing.assert_array_equal(maps[LAST], last)
    assert maps[OUTSIDE][11, 12] < maps[OUTSIDE][2, 2]


def test_colours_near_a_click_are_the_objects() -> None:
    photo = GREY.copy()
    photo[5:15, 5:15] = photo[5:15, 22:32] = (200, 60, 30)
    likely = evidence(photo, [(10.5, 10.5, 1)])[COLOURS]
    assert likely[10, 10] > 0.9
    assert likely[10, 27] > 0.7
    assert likely[20, 18] < 0.3


def test_clicks_outside_of_the_window_are_left_out() -> None:
    assert not evidence(GREY, [(-5.0, 8.0, 1), (50.0, 8.0, 1)])[ADDING + PLAIN].any()
