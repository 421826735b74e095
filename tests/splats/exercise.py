"""Draws and pulls many scenes with a given library: what the sanitizers watch."""

import dataclasses
import sys
from pathlib import Path

import torch

from splats import native
from splats.losses import photometric_loss
from splats.rasterize import rasterize
from splats.threads import set_thread_count
from tests.splats.scenes import Drawn, joined, random_scene

UNLUCKY = [float("nan"), float("inf"), -float("inf"), 1e30, -1e30, 1e-30, 0.0]


def unlucky_scene() -> Drawn:
    """One splat for each value in each place."""
    scene = random_scene(1, splats=len(UNLUCKY) * 4)
    for i, value in enumerate(UNLUCKY):
        for j, name in enumerate(("means", "quats", "scales", "opacities")):
            getattr(scene, name)[4 * i + j] = value
    return joined(random_scene(2, splats=50), scene)


def draw(scene: Drawn, mode: str, render_mode: str) -> None:
    leaves = scene.leaves(torch.float32)
    backgrounds = leaves.pop("backgrounds")
    images, alphas, _ = rasterize(
        *leaves.values(), scene.intrinsics, scene.width, scene.height, sh_degree=3,
        backgrounds=backgrounds, rasterize_mode=mode, render_mode=render_mode, absgrad=True,
    )  # fmt: skip
    (images.square().sum() + alphas.sum()).backward()
    if images.shape[-1] == 3:
        photometric_loss(images[0].detach().requires_grad_(), torch.zeros_like(images[0])).backward()


def main() -> None:
    library = native.load(Path(sys.argv[1]))
    native.kernel = lambda: library
    scenes = [random_scene(i, 100 * i, 1 + 23 * i, 1 + 17 * i, cameras=1 + i % 2) for i in range(5)]
    scenes += [unlucky_scene(), dataclasses.replace(unlucky_scene(), width=1, height=2000)]
    for threads in (1, 3):
        set_thread_count(threads)
        for scene in scenes:
            for mode in ("classic", "antialiased"):
                for render_mode in ("RGB", "D", "RGB+ED"):
                    draw(scene, mode, render_mode)
    print("drawn")


if __name__ == "__main__":
    main()
