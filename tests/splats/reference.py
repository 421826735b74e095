"""The definition of the picture, written to be read: every pixel against every splat, gradients by autograd.

Works in the precision of its inputs; memory grows with splats times pixels. EWA splatting as in "3D Gaussian
Splatting for Real-Time Radiance Field Rendering" (Kerbl et al. 2023) with the constants of gsplat 1.5.3.
"""

import math
from typing import Any

import torch
from torch import Tensor

ALPHA_MIN = 1 / 255
ALPHA_MAX = 0.999
TRANSMITTANCE_MIN = 1e-4
EXTENT_MAX_SIGMAS = 3.33
CLAMPED_VIEW = 0.15  # of the picture's size, beyond its edges: where the projection's slope stops growing


def rasterize(
    means: Tensor,
    quats: Tensor,
    scales: Tensor,
    opacities: Tensor,
    colors: Tensor,
    viewmats: Tensor,
    intrinsics: Tensor,
    width: int,
    height: int,
    *,
    near_plane: float,
    far_plane: float,
    radius_clip: float,
    eps2d: float,
    sh_degree: int | None,
    backgrounds: Tensor | None,
    render_mode: str,
    antialiased: bool,
) -> tuple[Tensor, Tensor, dict[str, Any]]:
    """As `splats.rasterize.rasterize`, without absgrad."""
    images, alphas, seen = [], [], []
    for c in range(len(viewmats)):
        flat = project(
            means,
            quats,
            scales,
            opacities,
            viewmats[c],
            intrinsics[c],
            width,
            height,
            near_plane,
            far_plane,
            radius_clip,
            eps2d,
            antialiased,
        )
        values = splat_colors(
            means, colors if colors.dim() == 2 or sh_degree is not None else colors[c], viewmats[c], sh_degree
        )
        background = None if backgrounds is None else backgrounds[c]
        image, alpha = picture(flat, values, background, width, height, render_mode)
        images.append(image)
        alphas.append(alpha)
        seen.append(flat)
    meta: dict[str, Any] = {name: torch.stack([flat[name] for flat in seen]) for name in seen[0]}
    meta["centres"] = [flat["means2d"] for flat in seen]
    return torch.stack(images), torch.stack(alphas), meta


def picture(
    flat: dict[str, Tensor],
    values: Tensor,
    background: Tensor | None,
    width: int,
    height: int,
    render_mode: str,
) -> tuple[Tensor, Tensor]:
    """One camera's image (H, W, D) and alpha (H, W, 1)."""
    depth = flat["depths"][:, None]
    channels = {
        "RGB": [values],
        "D": [depth],
        "ED": [depth],
        "RGB+D": [values, depth],
        "RGB+ED": [values, depth],
    }
    weights, transmittance = weights_by_splat(flat, width, height)
    image = weights.T @ torch.cat(channels[render_mode], 1)[flat["order"]]
    alpha = 1 - transmittance
    if background is not None and render_mode.startswith("RGB"):
        colors = image[:, : len(background)] + transmittance[:, None] * background
        image = torch.cat([colors, image[:, len(background) :]], 1)
    if render_mode.endswith("ED"):
        image = torch.cat([image[:, :-1], image[:, -1:] / alpha[:, None].clamp(min=1e-10)], 1)
    return image.reshape(height, width, -1), alpha.reshape(height, width, 1)


def project(
    means: Tensor,
    quats: Tensor,
    scales: Tensor,
    opacities: Tensor,
    viewmat: Tensor,
    intrinsics: Tensor,
    width: int,
    height: int,
    near_plane: float,
    far_plane: float,
    radius_clip: float,
    eps2d: float,
    antialiased: bool,
) -> dict[str, Tensor]:
    """What one camera sees of each splat, and their order from the nearest to the farthest."""
    in_camera = means @ viewmat[:3, :3].T + viewmat[:3, 3]
    depths = in_camera[:, 2]
    in_range = (depths >= near_plane) & (depths <= far_plane)
    safe = torch.where(in_range[:, None], in_camera, torch.tensor([0.0, 0.0, 1.0], dtype=means.dtype))
    focal_px, centre_px = intrinsics.diagonal()[:2], intrinsics[:2, 2]
    means2d = safe[:, :2] / safe[:, 2:] * focal_px + centre_px
    sharp = covariances2d(safe, quats, scales, viewmat, focal_px, centre_px, width, height)
    blurred = sharp + eps2d * torch.eye(2, dtype=means.dtype)
    det = blurred.det()
    if antialiased:
        opacities = opacities * (sharp.det() / det).clamp(min=1e-20).sqrt()
    extents = (
        (2 * (opacities.detach().clamp(min=ALPHA_MIN) / ALPHA_MIN).log()).sqrt().clamp(max=EXTENT_MAX_SIGMAS)
    )
    variances = blurred.detach().diagonal(dim1=1, dim2=2)
    radii = (extents[:, None] * variances.clamp(min=0).sqrt()).ceil()
    size = torch.tensor([width, height])
    on_picture = ((means2d + radii > 0) & (means2d - radii < size)).all(1)
    shown = in_range & (opacities >= ALPHA_MIN) & (det > 0) & (radii > radius_clip).any(1) & on_picture
    conics = torch.stack([blurred[:, 1, 1], -blurred[:, 0, 1], blurred[:, 0, 0]], 1) / det[:, None]
    order = torch.argsort(depths, stable=True)
    return {
        "means2d": means2d,
        "conics": conics,
        "depths": depths,
        "opacities": opacities.expand(len(means)),
        "radii": (radii * shown[:, None]).to(torch.int32),
        "order": order,
    }


def covariances2d(
    in_camera: Tensor,
    quats: Tensor,
    scales: Tensor,
    viewmat: Tensor,
    focal_px: Tensor,
    centre_px: Tensor,
    width: int,
    height: int,
) -> Tensor:
    """Covariances (N, 2, 2) in pixels^2, by the projection's slope at the splat (Zwicker et al. 2001)."""
    axes = viewmat[:3, :3] @ rotations(quats) * scales[:, None]
    depth = in_camera[:, 2]
    size = torch.tensor([width, height], dtype=in_camera.dtype)
    margin = CLAMPED_VIEW * size / focal_px
    low, high = -centre_px / focal_px - margin, (size - centre_px) / focal_px + margin
    slope = torch.minimum(torch.maximum(in_camera[:, :2] / depth[:, None], low), high)
    across = torch.diag_embed(focal_px / depth[:, None])
    along = -(focal_px * slope / depth[:, None])[:, :, None]
    half = torch.cat([across, along], 2) @ axes
    return half @ half.transpose(1, 2)


def rotations(quats: Tensor) -> Tensor:
    """Rotation matrices (N, 3, 3) of quaternions (N, 4) wxyz of any length."""
    w, x, y, z = (quats / quats.norm(dim=-1, keepdim=True)).unbind(-1)
    rows = [
        torch.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], -1),
        torch.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], -1),
        torch.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], -1),
    ]
    return torch.stack(rows, -2)


def weights_by_splat(flat: dict[str, Tensor], width: int, height: int) -> tuple[Tensor, Tensor]:
    """How much of each splat, nearest first, each pixel shows (N, H*W), and the light left over (H*W)."""
    order = flat["order"]
    x_px = torch.arange(width, dtype=flat["means2d"].dtype) + 0.5
    y_px = torch.arange(height, dtype=flat["means2d"].dtype) + 0.5
    dx = (x_px[None, :] - flat["means2d"][order, :1])[:, None, :]
    dy = (y_px[None, :] - flat["means2d"][order, 1:])[:, :, None]
    a, b, c = (flat["conics"][order, i][:, None, None] for i in range(3))
    exponents = (0.5 * (a * dx * dx + c * dy * dy) + b * dx * dy).flatten(1)
    alphas = (flat["opacities"][order, None] * torch.exp(-exponents)).clamp(max=ALPHA_MAX)
    shown = (flat["radii"][order, :1] > 0) & (exponents >= 0) & (alphas >= ALPHA_MIN)
    alphas = torch.where(shown, alphas, 0)
    before_the_end = torch.cumprod(1 - alphas.detach(), 0) > TRANSMITTANCE_MIN
    alphas = torch.where(before_the_end, alphas, 0)
    after = torch.cumprod(1 - alphas, 0)
    ahead = torch.cat([torch.ones_like(after[:1]), after])
    return alphas * ahead[:-1], ahead[-1]


def splat_colors(means: Tensor, colors: Tensor, viewmat: Tensor, sh_degree: int | None) -> Tensor:
    """Colours (N, D) as seen from the camera."""
    if sh_degree is None:
        return colors
    centre = -torch.linalg.solve(viewmat[:3, :3], viewmat[:3, 3])
    directions = torch.nn.functional.normalize(means - centre, dim=-1)
    basis = spherical_harmonics(directions, sh_degree)
    return (torch.einsum("nk,nkc->nc", basis, colors[:, : basis.shape[1]]) + 0.5).clamp(min=0)


def spherical_harmonics(directions: Tensor, degree: int) -> Tensor:
    """The real spherical harmonics (N, (degree + 1)^2) up to degree 3, signed and ordered as in 3DGS."""
    x, y, z = directions.unbind(-1)
    bands = [
        [torch.ones_like(x) / 2 * math.sqrt(1 / math.pi)],
        [math.sqrt(3 / (4 * math.pi)) * v for v in (-y, z, -x)],
        [
            math.sqrt(15 / (4 * math.pi)) * x * y,
            -math.sqrt(15 / (4 * math.pi)) * y * z,
            math.sqrt(5 / (16 * math.pi)) * (2 * z * z - x * x - y * y),
            -math.sqrt(15 / (4 * math.pi)) * x * z,
            math.sqrt(15 / (16 * math.pi)) * (x * x - y * y),
        ],
        [
            -math.sqrt(35 / (32 * math.pi)) * y * (3 * x * x - y * y),
            math.sqrt(105 / (4 * math.pi)) * x * y * z,
            -math.sqrt(21 / (32 * math.pi)) * y * (4 * z * z - x * x - y * y),
            math.sqrt(7 / (16 * math.pi)) * z * (2 * z * z - 3 * x * x - 3 * y * y),
            -math.sqrt(21 / (32 * math.pi)) * x * (4 * z * z - x * x - y * y),
            math.sqrt(105 / (16 * math.pi)) * z * (x * x - y * y),
            -math.sqrt(35 / (32 * math.pi)) * x * (x * x - 3 * y * y),
        ],
    ]
    return torch.stack([term for band in bands[: degree + 1] for term in band], -1)
