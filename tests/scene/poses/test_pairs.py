"""Which images are compared."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diorama.tours.stages import SolvePosesParams
from poses.pairs import choose_pairs, exhaustive, look_alikes, sequential, vlad

RANDOM = np.random.default_rng(5)


def features(count: int) -> np.ndarray:
    return RANDOM.integers(0, 255, (count, 128), np.uint8)


def images_of_places(places: int, views: int) -> list[np.ndarray]:
    """Descriptors of `views` images of each of some places: half of them shared between the views."""
    shared = [features(60) for _ in range(places)]
    return [np.concatenate([place, features(60)]) for place in shared for _ in range(views)]


@given(st.integers(2, 300), st.integers(1, 12))
def test_sequential_pairs_are_near_in_time_or_powers_of_two_apart(count: int, overlap: int) -> None:
    pairs = sequential(count, overlap)
    assert len(pairs) == len(set(pairs))
    assert all(0 <= i < j < count for i, j in pairs)
    assert all(j - i <= overlap or (j - i).bit_count() == 1 for i, j in pairs)
    assert {(i, i + 1) for i in range(count - 1)} <= set(pairs)


def test_all_are_compared_with_all_up_to_the_limit() -> None:
    names = [str(i) for i in range(60)]
    assert len(choose_pairs(names, None, SolvePosesParams())) == 60 * 59 / 2 == len(exhaustive(60))


def test_images_of_one_place_find_each_other() -> None:
    descriptors = images_of_places(places=8, views=4)
    pairs = look_alikes(descriptors, neighbours=3, seed=0)
    same_place = {(i, j) for i, j in exhaustive(32) if i // 4 == j // 4}
    assert same_place <= set(pairs)


def test_loops_are_looked_for_beyond_the_neighbours_in_time() -> None:
    there_and_back = images_of_places(places=10, views=2)
    walk = there_and_back[0::2] + there_and_back[::-2]
    pairs = look_alikes(walk, neighbours=1, seed=0, apart=4)
    assert all(j - i >= 4 for i, j in pairs)
    assert {(i, 19 - i) for i in range(8)} <= set(pairs)


def test_the_same_seed_describes_images_the_same_way() -> None:
    descriptors = images_of_places(places=3, views=2)
    assert np.array_equal(vlad(descriptors, seed=1), vlad(descriptors, seed=1))


def test_an_image_without_features_is_no_trouble() -> None:
    descriptors = [*images_of_places(places=2, views=2), np.zeros((0, 128), np.uint8)]
    assert np.isfinite(vlad(descriptors, seed=0)).all()
    assert look_alikes(descriptors, neighbours=2, seed=0)


def test_above_the_limit_neighbours_and_look_alikes_are_compared() -> None:
    descriptors = dict(enumerate(images_of_places(places=20, views=4)))
    names = [str(i) for i in descriptors]
    params = SolvePosesParams(exhaustive_up_to=60, sequential_overlap=3, loop_pairs=3)
    pairs = choose_pairs(names, {str(i): each for i, each in descriptors.items()}, params)
    assert len(pairs) == len(set(pairs)) < 80 * 79 / 4
    assert ("0", "1") in pairs
    assert ("0", "3") in pairs
