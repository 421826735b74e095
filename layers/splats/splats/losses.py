"""How far pictures are from photographs: L1 and SSIM, in one pass with their gradient."""

import ctypes
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from splats import native
from splats.threads import thread_count

MOST_CHANNELS = 4


@dataclass(frozen=True)
class Likeness:
    """Means over all pixels and channels; values lie between 0 and 1."""

    l1: float
    ssim: float
    squared_error: float

    @property
    def psnr_db(self) -> float:
        """Infinite for the same picture."""
        return -10 * math.log10(self.squared_error) if self.squared_error > 0 else math.inf


def photometric_loss(image: Tensor, target: Tensor, ssim_weight: float = 0.2) -> Tensor:
    """(1 - ssim_weight) * L1 + ssim_weight * (1 - SSIM) of pictures (H, W, channels), as a scalar.

    On the CPU in float32; the gradient reaches the image, not the target. SSIM has a Gaussian window of
    11 pixels (sigma 1.5) and sees zeros beyond the edges, as in 3DGS.
    """
    loss: Tensor = _PhotometricLoss.apply(image, target, ssim_weight)  # type: ignore[no-untyped-call]
    return loss


def likeness(image: Tensor, target: Tensor) -> Likeness:
    """The same measures for their own sake, of pictures (H, W, channels)."""
    means, _ = _measure(image, target, 1.0)
    return Likeness(*means)


def _measure(image: Tensor, target: Tensor, ssim_weight: float) -> tuple[tuple[float, float, float], Tensor]:
    """L1, SSIM and squared error, and the gradient of the weighted loss (H, W, channels)."""
    if image.dim() != 3 or image.shape != target.shape or not 1 <= image.shape[2] <= MOST_CHANNELS:
        raise ValueError(f"pictures of {tuple(image.shape)} and {tuple(target.shape)} can't be compared")
    height, width, channels = image.shape
    if not image.numel():
        raise ValueError("there is nothing to compare")
    given, wanted = native.floats(image), native.floats(target)
    gradient = torch.empty_like(given)
    slopes = torch.empty(3, *image.shape) if ssim_weight > 0 else gradient
    means = (ctypes.c_double * 3)()
    status = native.kernel().photometric_loss(
        *(given.data_ptr(), wanted.data_ptr(), height, width, channels, ssim_weight),
        *(slopes.data_ptr(), gradient.data_ptr(), means, thread_count()),
    )
    native.check_memory(status)
    return (means[0], means[1], means[2]), gradient


class _PhotometricLoss(torch.autograd.Function):
    """Gradient and value come together; backward only hands the gradient out."""

    @staticmethod
    def forward(ctx: Any, image: Tensor, target: Tensor, ssim_weight: float) -> Tensor:
        (l1, ssim, _), gradient = _measure(image, target, ssim_weight)
        ctx.save_for_backward(gradient)
        return image.new_tensor((1 - ssim_weight) * l1 + ssim_weight * (1 - ssim))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, by_loss: Tensor) -> tuple[Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * by_loss, None, None
