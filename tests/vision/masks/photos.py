"""Photos made on the spot, whose objects are known."""

import numpy as np
from numpy.typing import NDArray

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def disc(height: int, width: int, x: float, y: float, radius: float) -> Mask:
    rows, columns = np.mgrid[:height, :width] + 0.5
    return np.hypot(columns - x, rows - y) < radius


def photo_of(mask: Mask, seed: int = 0) -> Photo:
    """An orange object on a grey wall that darkens to one side, a little noisy."""
    random = np.random.default_rng(seed)
    light = np.linspace(1, 0.8, mask.shape[1])[None, :, None]
    colours = np.where(mask[..., None], (220, 130, 40), (120, 125, 130)) * light
    return np.clip(colours + random.normal(0, 4, colours.shape), 0, 255).astype(np.uint8)


def iou(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())
