"""What training makes small: the difference from the photo, in colour (L1) and in structure (SSIM).

On the CPU the windows of SSIM are summed by OpenCV, an order faster there than torch's convolutions, and the
gradient is written out; on a GPU torch does both.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import conv2d

from splats.threads import available_cores
from views.evaluate import C1, C2, WINDOW_PX, WINDOW_SIGMA_PX, interior

SSIM_WEIGHT = 0.2
"""Kerbl et al., "3D Gaussian Splatting" (2023), section 5.2: (1 - 0.2) L1 + 0.2 (1 - SSIM)."""

KERNEL = np.asarray(cv2.getGaussianKernel(WINDOW_PX, WINDOW_SIGMA_PX, cv2.CV_32F), np.float32)

HALF_PX = WINDOW_PX // 2
BAND_ROWS = 100


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(available_cores(), "ssim")


def photo_loss(picture: Tensor, photo: Tensor) -> Tensor:
    """(1 - 0.2) L1 + 0.2 (1 - SSIM), a scalar with gradient, of two (height, width, 3) from 0 to 1."""
    structure = ssim_on_cpu(picture, photo) if picture.device.type == "cpu" else ssim(picture, photo)
    return (1 - SSIM_WEIGHT) * (picture - photo).abs().mean() + SSIM_WEIGHT * (1 - structure)


def ssim(picture: Tensor, photo: Tensor) -> Tensor:
    """Mean SSIM where the whole window fits, as `views.evaluate.ssim`, in torch."""
    kernel = torch.from_numpy(KERNEL).to(picture).reshape(1, 1, -1, 1)

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
    rows, columns = (interior(length) for length in picture.shape[:2])
    return (luminance * structure)[:, rows, columns].mean()


def ssim_on_cpu(picture: Tensor, photo: Tensor) -> Tensor:
    """The same value and gradient as `ssim`, for float32 on the CPU."""
    value: Tensor = _CpuSsim.apply(picture, photo)  # type: ignore[no-untyped-call]
    return value


class _CpuSsim(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, picture: Tensor, photo: Tensor) -> Tensor:
        value, gradient = _ssim_and_gradient(picture.detach().numpy(), photo.numpy())
        ctx.gradient = torch.from_numpy(gradient)
        return picture.new_tensor(value)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None]:
        return ctx.gradient * upstream, None


def _ssim_and_gradient(a: NDArray[np.float32], b: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
    """Mean SSIM of a against b, and its derivative by a.

    Bands of rows are worked on side by side. How many there are depends on the picture alone, and so does the
    result: never on the number of threads.
    """
    weight = np.zeros_like(a)
    rows, columns = (interior(length) for length in a.shape[:2])
    weight[rows, columns] = np.float32(1 / weight[rows, columns].size)
    gradient = np.empty_like(a)

    def work(band: slice) -> float:
        wide = slice(max(0, band.start - 2 * HALF_PX), band.stop + 2 * HALF_PX)
        inner = slice(band.start - wide.start, band.stop - wide.start)
        values, by_a = _weighted_ssim(a[wide], b[wide], weight[wide])
        gradient[band] = by_a[inner]
        return float(values[inner].sum(dtype=np.float64))

    return math.fsum(_workers().map(work, _bands(len(a)))), gradient


def _bands(rows: int) -> list[slice]:
    edges = np.linspace(0, rows, max(1, rows // BAND_ROWS) + 1).astype(int)
    return [slice(start, stop) for start, stop in pairwise(edges.tolist())]


def _weighted_ssim(
    a: NDArray[np.float32], b: NDArray[np.float32], weight: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """SSIM at each place times its weight, and the derivative of the sum by a.

    With window sums m = blur(a), q = blur(a^2), p = blur(ab), SSIM at a place is f(m, q, p). A blur with a
    symmetric kernel is its own transpose, so d/da = blur(df/dm) + 2 a blur(df/dq) + b blur(df/dp).
    Rows nearer than two half windows to a cut edge are wrong.
    """
    mean_a, mean_b = _blur(a), _blur(b)
    mean_ab, sum_of_squares = mean_a * mean_b, mean_a * mean_a + mean_b * mean_b
    luminance = 2 * mean_ab + C1
    structure = 2 * (_blur(a * b) - mean_ab) + C2
    brightness = sum_of_squares + C1
    spread = _blur(a * a + b * b) - sum_of_squares + C2
    part = np.asarray(weight / (brightness * spread), np.float32)
    value = np.asarray(luminance * structure * part, np.float32)
    by_product = np.asarray(2 * luminance * part, np.float32)
    by_square = np.asarray(-value / spread, np.float32)
    by_mean = np.asarray(mean_b * (2 * structure * part - by_product), np.float32)
    by_mean -= 2 * mean_a * (value / brightness + by_square)
    return value, _blur(by_mean) + np.float32(2) * a * _blur(by_square) + b * _blur(by_product)


def _blur(image: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.sepFilter2D(image, -1, KERNEL, KERNEL, borderType=cv2.BORDER_CONSTANT))
