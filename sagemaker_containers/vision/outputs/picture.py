"""The picture of an object in lists: its splats, seen a little from above and from the side."""

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from splats.cameras import Pinhole
from splats.rasterize import rasterize
from splats.scene import SplatScene

SIDE_PX = 512
YAW_DEG, PITCH_DEG = 24.0, 12.0
FIELD_OF_VIEW_DEG = 30.0
MARGIN = 1.06
WEBP_QUALITY = 88


def write_picture(path: Path, scene: SplatScene) -> None:
    """A square WebP without background."""
    Image.fromarray(seen_from(scene, YAW_DEG, PITCH_DEG, SIDE_PX)).save(path, "WEBP", quality=WEBP_QUALITY)


def seen_from(scene: SplatScene, yaw_deg: float, pitch_deg: float, side_px: int) -> NDArray[np.uint8]:
    """The whole scene in a square picture (side, side, 4), RGBA; yaw 0 is from +Z, where the photo was taken from."""
    lens, camera_from_world = looking_at(scene, yaw_deg, pitch_deg, side_px)
    intrinsics = [[lens.focal_px[0], 0, side_px / 2], [0, lens.focal_px[1], side_px / 2], [0, 0, 1]]
    images, alphas, _ = rasterize(
        *(scene.means, scene.quats, scene.scales, scene.opacities, scene.base_colors.clamp(0, 1)),
        torch.tensor(camera_from_world[None], dtype=torch.float32),
        torch.tensor([intrinsics], dtype=torch.float32),
        *(side_px, side_px),
        rasterize_mode="antialiased",
    )
    straight = images[0] / alphas[0].clamp(min=1e-3)
    rgba = torch.cat([straight, alphas[0]], -1).clamp(0, 1).numpy()
    return np.asarray(np.rint(rgba * 255), np.uint8)


def looking_at(
    scene: SplatScene, yaw_deg: float, pitch_deg: float, side_px: int
) -> tuple[Pinhole, NDArray[np.float64]]:
    """A lens and camera_from_world (4, 4) that take in the whole scene from that side."""
    means = scene.means.double().numpy()
    middle = (means.min(0) + means.max(0)) / 2
    radius = float(np.linalg.norm(means - middle, axis=1).max())
    away = MARGIN * radius / math.sin(math.radians(FIELD_OF_VIEW_DEG / 2))
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    back = np.array([math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)])
    right = np.array([math.cos(yaw), 0, -math.sin(yaw)])
    camera_from_world = np.eye(4)
    camera_from_world[:3, :3] = np.stack([right, np.cross(right, back), -back])
    camera_from_world[:3, 3] = -camera_from_world[:3, :3] @ (middle + away * back)
    focal_px = side_px / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
    return Pinhole(side_px, side_px, (focal_px, focal_px), (side_px / 2, side_px / 2)), camera_from_world
