"""How many frames hang together, and how sure that is."""

from hypothesis import given
from hypothesis import strategies as st

from inspection.links import Link
from inspection.outlook import largest_group, outlook

LINKS = st.lists(
    st.builds(Link, st.integers(0, 7), st.integers(0, 7), st.integers(0, 60), st.just(0.0), st.just(0.0)),
    max_size=20,
)


def chain(*inliers: int) -> list[Link]:
    return [Link(first, first + 1, shared, 0.0, 0.0) for first, shared in enumerate(inliers)]


def test_a_strong_chain_is_placed_and_a_weak_link_breaks_it() -> None:
    assert outlook(range(5), chain(90, 90, 90, 90)).share == 1
    broken = outlook(range(5), chain(90, 90, 2, 90))
    assert broken.share == broken.low == broken.high == 0.6
    assert broken.chances == {0: 1, 1: 1, 2: 1, 3: 0, 4: 0}


def test_a_doubtful_link_makes_a_range() -> None:
    found = outlook(range(4), chain(90, 20, 90), thresholds=(10, 15, 25, 40))
    assert (found.low, found.share, found.high) == (0.5, 0.75, 1)


def test_a_loop_holds_what_its_chain_does_not() -> None:
    assert outlook(range(4), [*chain(90, 0, 90), Link(0, 3, 80, 0.0, 0.0)]).share == 1


def test_links_of_frames_that_are_not_kept_do_not_count() -> None:
    assert outlook([0, 2], chain(90, 90)).share == 0


def test_without_frames_nothing_is_expected() -> None:
    assert outlook([], []).share == 0


@given(LINKS, st.integers(1, 60))
def test_a_higher_threshold_never_places_more(found: list[Link], threshold: int) -> None:
    strict = largest_group(range(8), found, threshold + 5)
    assert len(strict) <= len(largest_group(range(8), found, threshold))
    assert len(strict) != 1
