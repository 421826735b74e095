"""Drawing splats, with gradients: gsplat on a CUDA GPU, our own kernel on the CPU.

One function with the meaning and the argument names of `gsplat.rasterization` (1.5.3). What both backends share is
described here; what ours lacks of gsplat's (camera models, distortion, sparse gradients) is not offered at all.
"""

from typing import Any, Literal

import torch
from torch import Tensor

from splats import slow

RenderMode = Literal["RGB", "D", "ED", "RGB+D", "RGB+ED"]
RasterizeMode = Literal["classic", "antialiased"]


def rasterize(
    means: Tensor,
    quats: Tensor,
    scales: Tensor,
    opacities: Tensor,
    colors: Tensor,
    viewmats: Tensor,
    Ks: Tensor,  # noqa: N803 (gsplat's name)
    width: int,
    height: int,
    *,
    near_plane: float = 0.01,
    far_plane: float = 1e10,
    radius_clip: float = 0.0,
    eps2d: float = 0.3,
    sh_degree: int | None = None,
    packed: bool = False,
    backgrounds: Tensor | None = None,
    render_mode: RenderMode = "RGB",
    absgrad: bool = False,
    rasterize_mode: RasterizeMode = "classic",
) -> tuple[Tensor, Tensor, dict[str, Any]]:
    """Images (C, H, W, D), alphas (C, H, W, 1) and what was found on the way, of N splats seen by C cameras.

    Shapes: means (N, 3), quats (N, 4) wxyz of any length, scales (N, 3), opacities (N,), all in the world frame and
    activated (no logs, no logits); colors (N, D) or (C, N, D), or spherical harmonics (N, K, 3) where `sh_degree` is
    given (K at least (sh_degree + 1)^2); viewmats (C, 4, 4) camera_from_world, OpenCV axes; Ks (C, 3, 3) in pixels;
    backgrounds (C, D).

    A splat is left out of an image where its depth is outside [near_plane, far_plane], its radius in both
    directions is at most `radius_clip` pixels, or its opacity is below 1/255. `eps2d` pixels^2 are added to the
    diagonal of its projected covariance; "antialiased" lowers its opacity by as much as that makes it larger.

    `render_mode`: "D" is the depth summed with the colours' weights, "ED" is that divided by alpha, i.e. the
    expected depth; "RGB+D" and "RGB+ED" append it to the colours.

    The third value holds `means2d` (C, N, 2) in pixels, on the graph: after `means2d.retain_grad()` and `backward()`
    its `.grad` is the gradient in pixels, and with `absgrad` its `.absgrad` the sum of absolute values over pixels;
    `radii` (C, N, 2) int32, 0 where the splat isn't seen; `depths` (C, N), `conics` (C, N, 3), `opacities` (C, N),
    `width`, `height`, `n_cameras`. With `packed` (CUDA only, ignored on the CPU) the layout is gsplat's.

    Gradients reach means, quats, scales, opacities, colors and backgrounds.
    """
    return slow.rasterize(
        means,
        quats,
        scales,
        opacities,
        colors,
        viewmats,
        Ks,
        width,
        height,
        near_plane=near_plane,
        far_plane=far_plane,
        radius_clip=radius_clip,
        eps2d=eps2d,
        sh_degree=sh_degree,
        backgrounds=backgrounds,
        render_mode=render_mode,
        antialiased=rasterize_mode == "antialiased",
    )
