"""A robot that clicks as people are told to: the middle of the largest error."""

import cv2
import numpy as np
from numpy.typing import NDArray

from diorama.objects.cutouts import Box, Click

Mask = NDArray[np.bool_]


def next_click(said: Mask, truth: Mask) -> Click | None:
    """The middle of the largest error; None where there is none."""
    depths = [
        cv2.distanceTransform(np.pad(error.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
        for error in (truth & ~said, said & ~truth)
    ]
    adds = bool(depths[0].max() >= depths[1].max())
    depth = depths[0 if adds else 1]
    if depth.max() == 0:
        return None
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return Click(x=float(x) + 0.5, y=float(y) + 0.5, adds=adds)


def box_of(truth: Mask) -> Box:
    """The smallest box that holds the object."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    edges = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return Box(**dict(zip(("left", "top", "right", "bottom"), map(float, edges), strict=True)))


def mask_of(probability: NDArray[np.uint8], truth: Mask) -> Mask:
    """Where the object is likelier than not, at the truth's resolution."""
    height, width = truth.shape
    return cv2.resize(probability, (width, height), interpolation=cv2.INTER_LINEAR) > 127
