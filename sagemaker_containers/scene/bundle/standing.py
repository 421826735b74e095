"""How high the floor is and how long a metre, for those who are to stand in the place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bundle.occupancy import Occupancy
from poses.floor import EYE_HEIGHT_M, find_floor, tells_scale
from splats.cameras import SolvedImage

PLAUSIBLE_EYES_M = (0.9, 2.3)
"""A camera higher or lower above what looks like a floor was not carried by somebody who stood on it."""


@dataclass(frozen=True)
class Standing:
    """The floor's height, and a metre, in world units."""

    floor: float
    metre: float


def standing(grid: Occupancy, images: list[SolvedImage], scale_source: str) -> Standing | None:
    """What one stands on; None where no floor is known, or nobody walked on it."""
    if scale_source == "assumed_eye_height_1.6m":
        return Standing(0.0, 1.0)  # the scale is known by the floor, which is the world's zero
    positions = np.stack([image.world_from_camera[:3, 3] for image in images])
    looks = np.stack([image.world_from_camera[:3, 2] for image in images])
    found = find_floor(grid.centres(np.argwhere(grid.solid)), positions)
    if found is None:
        return None
    if scale_source == "reference":
        low, high = PLAUSIBLE_EYES_M
        return Standing(found.level, 1.0) if low < found.eye_height < high else None
    if not tells_scale(found, positions, looks):
        return None
    return Standing(found.level, found.eye_height / EYE_HEIGHT_M)


def way_of(images: list[SolvedImage]) -> NDArray[np.float64]:
    """Where the cameras were (n, 3), in order."""
    return np.stack([image.world_from_camera[:3, 3] for image in images])
