"""What training aims at: photos at the size that is asked for, and what is known of their depths."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from splats.cameras import intrinsics, viewmats
from training.stereo import DepthMap
from views.reading import smaller
from views.view import PhotoView


@dataclass(frozen=True, eq=False)
class Target:
    """A photo to match, on the device.

    photo: (height, width, 3) float32 from 0 to 1. viewmat (1, 4, 4), intrinsics (1, 3, 3): its camera.
    pixels: (n,) int64, row by row, whose `depths` (n,) along the camera's axis are known.
    """

    index: int
    photo: Tensor
    viewmat: Tensor
    intrinsics: Tensor
    pixels: Tensor
    depths: Tensor


@dataclass
class Targets:
    """The training photos, kept as bytes until they are used, with a depth map each."""

    views: Sequence[PhotoView]
    maps: Sequence[DepthMap]
    device: torch.device
    by_size: dict[int, list[PhotoView]] = field(default_factory=dict)

    def target(self, index: int, shrink: int) -> Target:
        """Photo `index`, `shrink` times smaller."""
        if shrink not in self.by_size:
            # Only one size is in use at a time, and photos are what fills the memory.
            self.by_size = {1: list(self.views)}
            self.by_size[shrink] = [
                smaller(view, math.ceil(long_side_px(view) / shrink)) for view in self.views
            ]
        view = self.by_size[shrink][index]
        pixels, depths = known_depths(self.maps[index], *view.photo.shape[:2])
        return Target(
            index,
            torch.from_numpy(view.photo).to(self.device).float().div_(255),
            viewmats([view.view]).to(self.device),
            intrinsics([view.view]).to(self.device),
            pixels.to(self.device),
            depths.to(self.device),
        )


def known_depths(depth_map: DepthMap, height_px: int, width_px: int) -> tuple[Tensor, Tensor]:
    """Pixels (n,), row by row, of a picture of this size that a depth map knows the depths (n,) of."""
    rows, columns = np.nonzero(depth_map.depths)
    down = np.minimum((rows + 0.5) * height_px / depth_map.depths.shape[0], height_px - 1).astype(np.int64)
    across = np.minimum((columns + 0.5) * width_px / depth_map.depths.shape[1], width_px - 1).astype(np.int64)
    return torch.from_numpy(down * width_px + across), torch.from_numpy(depth_map.depths[rows, columns])


def long_side_px(view: PhotoView) -> int:
    """Of the photo."""
    return max(view.view.pinhole.width_px, view.view.pinhole.height_px)
