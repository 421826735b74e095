"""Splats as a camera sees them."""

import numpy as np
import torch
from torch import Tensor

from splats.cameras import View, intrinsics, viewmats
from splats.rasterize import RenderMode, rasterize
from splats.scene import SplatScene
from views.evaluate import Picture


def see(scene: SplatScene, view: View, render_mode: RenderMode = "RGB") -> tuple[Tensor, Tensor]:
    """Picture (height, width, channels) and alpha (height, width, 1), with gradients, on the scene's device."""
    device = scene.means.device
    pictures, alphas, _ = rasterize(
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
        render_mode=render_mode,
    )
    return pictures[0], alphas[0]


@torch.no_grad()
def draw(scene: SplatScene, view: View) -> Picture:
    """The picture (height, width, 3) of the scene on black, where it lies: CUDA or CPU."""
    return np.asarray(see(scene, view)[0].clamp(0, 1).cpu().numpy(), np.float32)
