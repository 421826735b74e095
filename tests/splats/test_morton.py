"""Order along the Morton curve."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from splats.morton import morton_order

CELL = st.integers(0, 2**21 - 1)


def interleaved(cell):
    """The definition, a bit at a time."""
    return sum(((int(cell[axis]) >> bit) & 1) << (3 * bit + axis) for bit in range(21) for axis in range(3))


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=30))
def test_the_order_is_that_of_interleaved_bits(cells):
    array = np.array(cells)
    keys = [interleaved(cell) for cell in array]
    assert morton_order(array).tolist() == sorted(range(len(keys)), key=lambda i: (keys[i], i))


def test_neighbours_on_the_curve_are_near_in_space():
    cells = np.random.default_rng(0).integers(0, 65536, (5000, 3))
    along = cells[morton_order(cells)]
    steps = np.linalg.norm(np.diff(along, axis=0), axis=1).mean()
    assert steps < np.linalg.norm(np.diff(cells, axis=0), axis=1).mean() / 5
