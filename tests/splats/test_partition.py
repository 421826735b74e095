"""Space cut into boxes of about equally many points."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from splats.partition import Partition


@given(st.integers(1, 2000), st.integers(1, 300), st.sampled_from([1, 3, 1000]), st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_no_leaf_holds_more_than_allowed_unless_its_points_are_one(count, most, distinct, seed):
    random = np.random.default_rng(seed)
    means = (random.integers(0, distinct, (count, 3)) * 0.1).astype(np.float32)
    partition = Partition.of(means, most)
    leaf_of = partition.leaf_of(means)
    for leaf in range(partition.leaves):
        inside = means[leaf_of == leaf]
        assert len(inside) > 0
        assert len(inside) <= most or len(np.unique(inside, axis=0)) == 1


def test_leaves_are_about_equally_full():
    means = np.random.default_rng(0).normal(size=(10_000, 3)).astype(np.float32)
    counts = np.bincount(Partition.of(means, 1000).leaf_of(means))
    assert len(counts) == 16
    assert counts.max() - counts.min() <= 2


def test_every_point_of_space_lies_in_one_leaf():
    random = np.random.default_rng(1)
    partition = Partition.of(random.normal(size=(500, 3)).astype(np.float32), 50)
    far = random.normal(size=(200, 3)).astype(np.float32) * 1e6
    assert set(partition.leaf_of(far)) <= set(range(partition.leaves))
