"""What training makes small: the difference from the photo, in colour (L1) and in structure (SSIM)."""

import torch
from torch import Tensor
from torch.nn.functional import conv2d

from splats.losses import photometric_loss
from training.targets import Target
from views.evaluate import C1, C2, WINDOW_PX, WINDOW_SIGMA_PX

SSIM_WEIGHT = 0.2
"""Kerbl et al., "3D Gaussian Splatting" (2023), section 5.2: (1 - 0.2) L1 + 0.2 (1 - SSIM)."""

BEND_STRIDE_PX = 4
EDGE_STEEPNESS = 10.0
"""A step of 0.1 in grey makes a bend count e^-1 times as much."""

MOST_OFF = 0.5
"""A depth that is farther off is more likely to be wrong itself, and pulls no more."""


def photo_loss(picture: Tensor, photo: Tensor) -> Tensor:
    """(1 - 0.2) L1 + 0.2 (1 - SSIM), a scalar with gradient, of two (height, width, 3) from 0 to 1."""
    if picture.device.type == "cpu":
        return photometric_loss(picture, photo, SSIM_WEIGHT)
    return (1 - SSIM_WEIGHT) * (picture - photo).abs().mean() + SSIM_WEIGHT * (1 - ssim(picture, photo))


def depth_loss(depths: Tensor, alphas: Tensor, target: Target) -> Tensor:
    """How far depths (height, width) are off where they are known, as a share, no pixel more than by half.

    What is transparent, by `alphas` (height, width), counts as little as it is seen.
    """
    there = alphas.detach().reshape(-1)[target.pixels]
    off = (depths.reshape(-1)[target.pixels] / target.depths - 1).abs()
    return (there * off.clamp(max=MOST_OFF)).mean()


def bend_loss(depths: Tensor, alphas: Tensor, photo: Tensor) -> Tensor:
    """How far depths (height, width) are from planes, where the photo (height, width, 3) is plain.

    A plane's inverse depth is linear over the picture, so its second differences are none; they are taken over
    `BEND_STRIDE_PX` pixels and divided by the mean. Edges of the photo may be edges of things, and count less
    (Godard et al. 2017, "Unsupervised Monocular Depth Estimation", section 3.3, has it for first differences).
    """
    stride = BEND_STRIDE_PX
    nearness = alphas[::stride, ::stride] / depths[::stride, ::stride].clamp(min=1e-6)
    nearness = nearness / nearness.detach().mean().clamp(min=1e-6)
    grey = photo[::stride, ::stride].mean(2)
    return sum((_bend(nearness, grey, axis) for axis in (0, 1)), nearness.new_zeros(()))


def _bend(values: Tensor, grey: Tensor, axis: int) -> Tensor:
    """Mean second difference along an axis, less where the grey changes."""
    edges = grey.diff(dim=axis).abs()
    count = edges.shape[axis] - 1
    if count < 1:
        return values.new_zeros(())
    edge = torch.maximum(edges.narrow(axis, 0, count), edges.narrow(axis, 1, count))
    return (values.diff(n=2, dim=axis).abs() * torch.exp(-EDGE_STEEPNESS * edge)).mean()


def ssim(picture: Tensor, photo: Tensor) -> Tensor:
    """Mean SSIM over all pixels with zeros beyond the edges, as 3DGS and our kernel have it, in torch."""
    places = torch.arange(WINDOW_PX, dtype=picture.dtype, device=picture.device) - WINDOW_PX // 2
    kernel = torch.exp(-0.5 * (places / WINDOW_SIGMA_PX) ** 2)
    kernel = (kernel / kernel.sum()).reshape(1, 1, -1, 1)

    def blur(image: Tensor) -> Tensor:
        planes = image.permute(2, 0, 1)[:, None]
        half = WINDOW_PX // 2
        return conv2d(conv2d(planes, kernel, padding=(half, 0)), kernel.mT, padding=(0, half))[:, 0]

    mean_a, mean_b = blur(picture), blur(photo)
    variance_a = blur(picture * picture) - mean_a**2
    variance_b = blur(photo * photo) - mean_b**2
    covariance = blur(picture * photo) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    structure = (2 * covariance + C2) / (variance_a + variance_b + C2)
    return (luminance * structure).mean()
