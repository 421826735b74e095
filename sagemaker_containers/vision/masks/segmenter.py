"""Masks of a photo's objects from clicks and a box, without any model's weights.

The method is kernel/, which the page runs too (web/src/clicks): the same gestures give the same mask in both.
"""

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from diorama.objects.cutouts import Box, Click
from masks import native

MODEL = "diorama"
ALIGNED_TO = 16


class Segmenter:
    """One photo, looked at once; `segment` then answers gestures in milliseconds. Not for two threads at once."""

    model = MODEL

    def __init__(self, photo: NDArray[np.uint8]) -> None:
        """`photo`: (height, width, 3) sRGB. Raises NoKernel where the kernel can't be built, MemoryError."""
        height, width = photo.shape[:2]
        opaque = np.full((height, width, 1), 255, np.uint8)
        rgba = np.ascontiguousarray(np.concatenate([photo, opaque], axis=2))
        kernel = native.kernel()
        size = kernel.masks_bytes(width, height)
        self._memory = np.empty(size + ALIGNED_TO, np.uint8)
        start = -(-self._memory.ctypes.data // ALIGNED_TO) * ALIGNED_TO
        self.handle = kernel.masks_open(start, size, rgba.ctypes.data, width, height)
        if not self.handle:
            raise MemoryError(f"a photo of {width} x {height} px needs more memory than its size says")
        self._shape = kernel.masks_height(self.handle), kernel.masks_width(self.handle)

    def segment(self, clicks: Sequence[Click], box: Box | None = None) -> NDArray[np.uint8]:
        """How surely each pixel is the object's: 255 is surely; the photo's shape, its long side at most 768 px."""
        listed = (native.Click * len(clicks))(
            *(native.Click(click.x, click.y, click.adds) for click in clicks)
        )
        given = native.Box(box.left, box.top, box.right, box.bottom) if box else None
        probability = np.empty(self._shape, np.uint8)
        held = ctypes.byref(given) if given else None
        native.kernel().masks_segment(self.handle, listed, len(clicks), held, probability.ctypes.data)
        return probability
