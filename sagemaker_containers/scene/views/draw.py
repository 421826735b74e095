"""Splats as a camera sees them."""

import numpy as np
import torch

from splats.cameras import View, intrinsics, viewmats
from splats.rasterize import rasterize
from splats.scene import SplatScene
from views.evaluate import Picture


@torch.no_grad()
def draw(scene: SplatScene, view: View) -> Picture:
    """The picture (height, width, 3) of the scene on black, where it lies: CUDA or CPU."""
    device = scene.means.device
    pictures, _, _ = rasterize(
        scene.means,
        scene.quats,
        scene.scales,
        scene.opacities,
        scene.sh,
        viewmats([view]).to(device),
        intrinsics([view]).to(device),
        view.pinhole.width_px,
        view.pinhole.height_px,
        sh_degree=scene.sh_degree,
    )
    return np.asarray(pictures[0].clamp(0, 1).cpu().numpy(), np.float32)
