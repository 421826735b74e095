"""Drawing splats, with gradients: gsplat on a CUDA GPU, our own kernel on the CPU.

One function with the meaning and the argument names of `gsplat.rasterization` (1.5.3). What both backends
share is described here; what ours lacks of gsplat's (camera models, distortion, sparse gradients) is not
offered at all.
"""

import importlib
import importlib.util
from typing import Any, Literal

import torch
from torch import Tensor

from splats.cpu import Draw, Project, Projection
from splats.errors import NoKernel

RenderMode = Literal["RGB", "D", "ED", "RGB+D", "RGB+ED"]
RasterizeMode = Literal["classic", "antialiased"]
CHANNELS = (1, 3, 4)


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

    Shapes: means (N, 3), quats (N, 4) wxyz of any length, scales (N, 3), opacities (N,), all in the world
    frame and activated (no logs, no logits); colors (N, D) or (C, N, D), or spherical harmonics (N, K, 3)
    where `sh_degree` is given (K at least (sh_degree + 1)^2); viewmats (C, 4, 4) camera_from_world, OpenCV
    axes; Ks (C, 3, 3) in pixels; backgrounds (C, D).

    A splat is left out of an image where its depth is outside [near_plane, far_plane], its radius in both
    directions is at most `radius_clip` pixels, or its opacity is below 1/255. `eps2d` pixels^2 are added to
    the diagonal of its projected covariance; "antialiased" lowers its opacity by as much as that makes it
    larger.

    `render_mode`: "D" is the depth summed with the colours' weights, "ED" is that divided by alpha, i.e. the
    expected depth; "RGB+D" and "RGB+ED" append it to the colours.

    The third value holds `means2d` (C, N, 2) in pixels, on the graph: after `means2d.retain_grad()` and
    `backward()` its `.grad` is the gradient in pixels, and with `absgrad` its `.absgrad` the sum of absolute
    values over pixels; `radii` (C, N, 2) int32, 0 where the splat isn't seen; `depths` (C, N), `conics` (C,
    N, 3), `opacities` (C, N), `width`, `height`, `n_cameras`. With `packed` (CUDA only, ignored on the CPU)
    the layout is gsplat's.

    Gradients reach means, quats, scales, opacities, colors, backgrounds and viewmats, each of whose upper 12
    elements counts as free: whoever refines poses keeps them rigid.
    """
    _check_shapes(means, quats, scales, opacities, colors, viewmats, Ks, sh_degree, backgrounds)
    if means.is_cuda:
        return _by_gsplat(
            *(means, quats, scales, opacities, colors, viewmats, Ks, width, height),
            near_plane=near_plane,
            far_plane=far_plane,
            radius_clip=radius_clip,
            eps2d=eps2d,
            sh_degree=sh_degree,
            packed=packed,
            backgrounds=backgrounds,
            render_mode=render_mode,
            absgrad=absgrad,
            rasterize_mode=rasterize_mode,
        )
    antialiased = rasterize_mode == "antialiased"
    projection = Projection(
        *(width, height, near_plane, far_plane, radius_clip, eps2d, antialiased, sh_degree),
    )
    sh = None if sh_degree is None else colors
    means2d, conics, depths, seen_opacities, seen_colors, radii = Project.apply(  # type: ignore[no-untyped-call]
        projection, means, quats, scales, opacities, sh, viewmats, Ks
    )
    if sh is None:
        seen_colors = colors.expand(len(viewmats), *colors.shape[-2:])
    images, alphas = _drawn(
        *(means2d, conics, depths, seen_opacities, seen_colors, radii),
        *(backgrounds, render_mode, absgrad, width, height),
    )
    meta = {
        "means2d": means2d,
        "conics": conics,
        "depths": depths,
        "opacities": seen_opacities,
        "radii": radii,
        "width": width,
        "height": height,
        "n_cameras": len(viewmats),
    }
    return images, alphas, meta


def best_device() -> torch.device:
    """Where `rasterize` is quickest here: "cuda" with a GPU and gsplat, else "cpu"."""
    return torch.device("cuda" if gsplat_is_here() else "cpu")


def gsplat_is_here() -> bool:
    """Whether gsplat can draw. Without a GPU it is not imported: with nvcc it would compile and fail."""
    return torch.cuda.is_available() and importlib.util.find_spec("gsplat") is not None


def _drawn(
    means2d: Tensor,
    conics: Tensor,
    depths: Tensor,
    opacities: Tensor,
    colors: Tensor,
    radii: Tensor,
    backgrounds: Tensor | None,
    render_mode: RenderMode,
    absgrad: bool,
    width: int,
    height: int,
) -> tuple[Tensor, Tensor]:
    """Images and alphas; depth is one more channel, without a background."""
    if render_mode != "RGB":
        depth_only = render_mode in ("D", "ED")
        colors = depths[..., None] if depth_only else torch.cat([colors, depths[..., None]], -1)
        if backgrounds is not None:
            nothing = backgrounds.new_zeros(len(backgrounds), 1)
            backgrounds = nothing if depth_only else torch.cat([backgrounds, nothing], -1)
    if colors.shape[-1] not in CHANNELS:
        raise ValueError(f"the CPU rasteriser draws 1, 3 or 4 channels with depth, not {colors.shape[-1]}")
    images, alphas = Draw.apply(  # type: ignore[no-untyped-call]
        (width, height), absgrad, means2d, conics, opacities, colors, backgrounds, depths.detach(), radii
    )
    if render_mode.endswith("ED"):
        expected = images[..., -1:] / alphas.clamp(min=1e-10)
        images = torch.cat([images[..., :-1], expected], -1)
    return images, alphas


def _check_shapes(
    means: Tensor,
    quats: Tensor,
    scales: Tensor,
    opacities: Tensor,
    colors: Tensor,
    viewmats: Tensor,
    intrinsics: Tensor,
    sh_degree: int | None,
    backgrounds: Tensor | None,
) -> None:
    """The kernel reads memory by these shapes, so nothing else may reach it."""
    n, c = len(means), len(viewmats)
    shapes = {
        "means": (means, (n, 3)),
        "quats": (quats, (n, 4)),
        "scales": (scales, (n, 3)),
        "opacities": (opacities, (n,)),
        "viewmats": (viewmats, (c, 4, 4)),
        "Ks": (intrinsics, (c, 3, 3)),
    }
    channels = colors.shape[-1]
    if sh_degree is None:
        shapes["colors"] = (colors, (n, channels) if colors.dim() == 2 else (c, n, channels))
    else:
        enough = colors.dim() == 3 and colors.shape[1] >= (sh_degree + 1) ** 2 and 0 <= sh_degree <= 3
        shapes["colors"] = (colors, (n, colors.shape[1] if enough else (sh_degree + 1) ** 2, 3))
    if backgrounds is not None:
        shapes["backgrounds"] = (backgrounds, (c, channels))
    for name, (tensor, shape) in shapes.items():
        if tuple(tensor.shape) != shape:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, not {shape}")
    if c == 0:
        raise ValueError("there is no camera")


def _by_gsplat(*tensors_and_size: Any, **options: Any) -> tuple[Tensor, Tensor, dict[str, Any]]:
    if not gsplat_is_here():
        raise NoKernel("There are tensors on a GPU, but gsplat is not installed.", "Install gsplat.")
    rasterization = importlib.import_module("gsplat").rasterization
    images, alphas, meta = rasterization(*tensors_and_size, **options)
    return images, alphas, meta
