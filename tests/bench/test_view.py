import pytest

from bench.view import GIVEN_UP_AFTER_S, LONGEST_DRAG_S, NothingDrawn, is_enough, rhythm


def test_a_drag_goes_on_until_there_are_pictures_enough() -> None:
    assert not is_enough(taken_s=3, pictures=200)
    assert not is_enough(taken_s=8, pictures=11)
    assert is_enough(taken_s=8, pictures=12)


def test_two_pictures_are_enough_where_they_are_slow() -> None:
    assert not is_enough(taken_s=LONGEST_DRAG_S + 1, pictures=1)
    assert is_enough(taken_s=LONGEST_DRAG_S + 1, pictures=2)


def test_a_viewer_that_draws_nothing_is_not_waited_for_for_ever() -> None:
    with pytest.raises(NothingDrawn, match="1 pictures were finished in 181 s"):
        is_enough(taken_s=GIVEN_UP_AFTER_S + 1, pictures=1)


def test_the_rhythm_is_that_of_the_pictures_between_the_first_and_the_last() -> None:
    assert rhythm([1000.0, 1500.0, 2000.0], spent_s=1.5) == {"fps": 2.0, "processor_ms_a_picture": 500.0}
