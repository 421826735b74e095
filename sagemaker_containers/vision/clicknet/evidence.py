"""What a window of a photo and the clicks on it say by themselves, as maps for the network (kernel/evidence.c)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clicknet import native

EVIDENCE_MAPS = 21
"""Of kernel/evidence.h."""

Maps = NDArray[np.float32]


def evidence(
    photo: NDArray[np.uint8],
    clicks: Sequence[tuple[float, float, float]],
    box: tuple[float, float, float, float] | None = None,
    last: NDArray[np.float32] | None = None,
) -> Maps:
    """(EVIDENCE_MAPS, height, width) of a photo (height, width, 3).

    A click is x, y (pixels, a pixel's middle at .5) and whether it adds (1 or 0); a box is left, top, right, bottom;
    `last` is the last mask's probability (height, width). Raises NoKernel.
    """
    kernel = native.kernel()
    height, width = photo.shape[:2]
    seen = np.ascontiguousarray(photo)
    listed = np.array(clicks, np.float32).reshape(-1, 3)
    drawn = None if box is None else np.array(box, np.float32)
    before = None if last is None else np.ascontiguousarray(last, np.float32)
    scratch = np.empty(kernel.evidence_scratch_bytes(width, height), np.uint8)
    maps = np.empty((EVIDENCE_MAPS, height, width), np.float32)
    given = (None if values is None else values.ctypes.data for values in (drawn, before, scratch, maps))
    kernel.evidence(seen.ctypes.data, width, height, listed.ctypes.data, len(listed), *given)
    return maps
