"""How far away in its tour an object is, where the photo is one of the tour's frames: seen in the tour's splats."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from diorama.errors import Refused, StageError
from diorama.objects.cutouts import TourView
from diorama.tours.manifest import read_manifest
from shapes.silhouette import Floats, Picture
from splats.errors import UnreadableSplats
from splats.files import format_of
from splats.rasterize import best_device, rasterize
from splats.scene import SplatScene
from splats.streamed import read_streamed

MANIFEST = "manifest.json"
LONG_SIDE_PX = 960
"""Of the picture that depths are drawn in."""
SOLID = 0.6
"""Alpha above which a pixel's depth is a surface's."""
LEAST_SEEN = 0.1
"""Of the mask's pixels that must lie on something in the tour."""
INNER_SHARE = 0.25
"""Of the mask's greatest depth: pixels nearer to its outline may see what is behind."""


@dataclass(frozen=True, eq=False)
class Lens:
    """The camera that looks at the object, without bends: pixels, and world_from_camera (4, 4)."""

    focal_px: float
    centre_px: tuple[float, float]
    world_from_camera: np.ndarray


@dataclass(frozen=True, eq=False)
class TourDepth:
    """Depths of the tour along the camera's axis (height, width) over the picture, in world units; 0: nothing."""

    depths: Floats
    lens: Lens

    def of_mask(self, mask: Picture) -> float | None:
        """The middle depth of what lies under a mask of the picture's size; None where too little does."""
        small = cv2.resize(mask, self.depths.shape[::-1], interpolation=cv2.INTER_AREA) >= 128
        within = cv2.distanceTransform(small.astype(np.uint8), cv2.DIST_L2, 5)
        inner = within > INNER_SHARE * within.max()
        found = self.depths[inner & (self.depths > 0)]
        return float(np.median(found)) if len(found) > LEAST_SEEN * max(int(inner.sum()), 1) else None


def tour_depth(scene: SplatScene, view: TourView) -> TourDepth:
    """Draws a tour's depths as a camera sees them whose lens bends nothing."""
    lens = Lens(
        focal_px=float(np.sqrt(view.focal_px[0] * view.focal_px[1])),
        centre_px=view.centre_px,
        world_from_camera=np.array(view.world_from_camera, float),
    )
    scale = min(1.0, LONG_SIDE_PX / max(view.width_px, view.height_px))
    size = (max(1, round(view.width_px * scale)), max(1, round(view.height_px * scale)))
    return TourDepth(_drawn(scene, lens, scale, size), lens)


def _drawn(scene: SplatScene, lens: Lens, scale: float, size: tuple[int, int]) -> Floats:
    device = best_device()
    centre = [scale * middle for middle in lens.centre_px]
    intrinsics = [[lens.focal_px * scale, 0, centre[0]], [0, lens.focal_px * scale, centre[1]], [0, 0, 1]]
    with torch.no_grad():
        images, alphas, _ = rasterize(
            scene.means.to(device),
            scene.quats.to(device),
            scene.scales.to(device),
            scene.opacities.to(device),
            scene.base_colors.clamp(0, 1).to(device),
            torch.tensor(np.linalg.inv(lens.world_from_camera)[None], dtype=torch.float32, device=device),
            torch.tensor([intrinsics], dtype=torch.float32, device=device),
            *size,
            render_mode="ED",
        )
    depths = torch.where(alphas[0] > SOLID, images[0][..., -1:], torch.zeros_like(alphas[0]))
    return np.asarray(depths[..., 0].cpu().numpy(), np.float32)


def finest(tour: Path) -> SplatScene:
    """The fullest level of a tour's bundle that is in one file, or else its tiles.

    Raises `StageError` for one that can't be read.
    """
    try:
        manifest = read_manifest((tour / MANIFEST).read_bytes())
        level = max(manifest.levels, key=lambda level: level.splats)
        if (tour / level.path).is_file():
            return format_of(tour / level.path).read(tour / level.path)
        if manifest.streaming and (tour / manifest.streaming.path).is_file():
            return read_streamed(tour / manifest.streaming.path)
    except (OSError, Refused, UnreadableSplats) as error:
        raise _unreadable() from error
    raise _unreadable()


def _unreadable() -> StageError:
    return StageError(
        "no_tour", "The tour that the photo was taken from can't be read.", "Start from the photo alone."
    )
