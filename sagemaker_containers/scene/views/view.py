"""A photo and the pinhole camera that it could have been taken with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splats.cameras import View

Photo = NDArray[np.uint8]
"""(height, width, 3), red green blue, 0 to 255."""


@dataclass(frozen=True, eq=False)
class PhotoView:
    """An undistorted photo, and the pinhole camera and pose (`view`) that see the same."""

    view: View
    photo: Photo

    @property
    def image(self) -> str:
        """The name of the photo's file."""
        return self.view.name

    @property
    def position(self) -> NDArray[np.float64]:
        """Of the camera in the world, (3,)."""
        return self.view.world_from_camera[:3, 3]
