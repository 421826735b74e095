import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clicknet import native


def enlarged(mask_seed: int, height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A random mask of a photo of this size, and the kernel's enlargement of it."""
    kernel = native.kernel()
    photo = np.zeros((height, width, 4), np.uint8)
    memory = np.empty(kernel.clicknet_bytes(width, height) + 16, np.uint8)
    start = -(-memory.ctypes.data // 16) * 16
    net = kernel.clicknet_open(start, len(memory) - 16, photo.ctypes.data, width, height)
    shape = kernel.clicknet_height(net), kernel.clicknet_width(net)
    mask = np.random.default_rng(mask_seed).integers(0, 256, shape).astype(np.uint8)
    large = np.empty((height, width), np.uint8)
    kernel.clicknet_enlarge(net, mask.ctypes.data, large.ctypes.data)
    return mask, large


@pytest.mark.parametrize(("height", "width"), [(1024, 1536), (1000, 800), (1, 900), (2000, 2), (769, 770)])
def test_a_mask_at_the_photos_size_is_linear_between_its_pixels(height: int, width: int) -> None:
    mask, large = enlarged(1, height, width)
    expected = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    assert np.abs(large - expected).max() <= 2


def test_a_mask_of_a_small_photo_stays_as_it_is() -> None:
    mask, large = enlarged(2, 300, 400)
    assert np.array_equal(mask, large)
