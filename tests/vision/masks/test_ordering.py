import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from masks import native

KEYS = st.lists(st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, 1.0, 1e30]), max_size=200)


def ordered(keys: list[float]) -> NDArray[np.uint64]:
    """What kernel/ordering.h makes of keys and their numbers."""
    bits = (np.array(keys, np.float32) + np.float32(0)).view(np.uint32)
    rising = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31)).astype(np.uint64)
    return np.asarray(rising << np.uint64(32) | np.arange(len(keys), dtype=np.uint64), np.uint64)


@given(KEYS)
def test_keys_are_sorted_and_equal_ones_stay_in_the_order_of_their_numbers(keys: list[float]) -> None:
    orders = ordered(keys)
    spare = np.empty_like(orders)
    native.kernel().sort_by_key(orders.ctypes, spare.ctypes, len(keys))
    expected = np.argsort(np.array(keys, np.float32), kind="stable")
    np.testing.assert_array_equal(orders & np.uint64(0xFFFFFFFF), expected)
