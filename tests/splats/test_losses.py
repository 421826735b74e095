import math

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from splats.losses import likeness, photometric_loss
from splats.threads import set_thread_count


def windowed(picture: Tensor) -> Tensor:
    """Each channel of (H, W, channels) under the Gaussian window, zeros beyond the edges."""
    line = torch.exp(-((torch.arange(11, dtype=torch.float64) - 5) ** 2) / (2 * 1.5**2))
    line = line / line.sum()
    channels = picture.permute(2, 0, 1)[:, None]
    kernel = (line[:, None] * line[None, :])[None, None]
    return torch.nn.functional.conv2d(channels, kernel, padding=5)[:, 0].permute(1, 2, 0)


def defined_ssim(x: Tensor, y: Tensor) -> Tensor:
    """Wang et al. 2004, for values between 0 and 1."""
    c1, c2 = 0.01**2, 0.03**2
    mean_x, mean_y = windowed(x), windowed(y)
    var_x, var_y = windowed(x * x) - mean_x**2, windowed(y * y) - mean_y**2
    covariance = windowed(x * y) - mean_x * mean_y
    alike = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    return (alike / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))).mean()


def pictures(seed: int, height: int, width: int, channels: int = 3) -> tuple[Tensor, Tensor]:
    rng = torch.Generator().manual_seed(seed)
    target = torch.rand(height, width, channels, generator=rng)
    return (target + 0.1 * torch.randn(target.shape, generator=rng)).clamp(0, 1), target


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    height=st.integers(1, 30),
    width=st.sampled_from([1, 2, 7, 16, 33, 321]),
    channels=st.integers(1, 4),
    weight=st.sampled_from([0.0, 0.2, 1.0]),
)
def test_value_and_gradient_are_as_defined(
    seed: int, height: int, width: int, channels: int, weight: float
) -> None:
    image, target = pictures(seed, height, width, channels)
    ours, slow = image.clone().requires_grad_(), image.double().requires_grad_()
    loss = photometric_loss(ours, target, weight)
    loss.backward()
    wanted = target.double()
    expected = (1 - weight) * (slow - wanted).abs().mean() + weight * (1 - defined_ssim(slow, wanted))
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), abs=2e-6)
    assert (ours.grad - slow.grad).norm() <= 1e-4 * slow.grad.norm()


def test_a_picture_is_like_itself() -> None:
    _, target = pictures(1, 20, 30)
    same = likeness(target, target)
    assert same.ssim == pytest.approx(1)
    assert (same.l1, same.psnr_db) == (0, math.inf)


def test_psnr_is_that_of_the_mean_over_pixels_and_channels() -> None:
    image, target = pictures(2, 20, 30)
    assert likeness(image, target).psnr_db == pytest.approx(-10 * math.log10(((image - target) ** 2).mean()))


def test_the_gradient_scales_with_what_follows() -> None:
    image, target = pictures(3, 9, 8)
    once, thrice = image.clone().requires_grad_(), image.clone().requires_grad_()
    photometric_loss(once, target).backward()
    (3 * photometric_loss(thrice, target)).backward()
    assert torch.allclose(thrice.grad, 3 * once.grad)


def test_the_number_of_threads_changes_no_bit() -> None:
    image, target = pictures(4, 61, 350)
    found = []
    for threads in (1, 2, 3):
        set_thread_count(threads)
        leaf = image.clone().requires_grad_()
        loss = photometric_loss(leaf, target)
        loss.backward()
        found.append((loss.item(), leaf.grad))
    set_thread_count(None)
    assert all(loss == found[0][0] and torch.equal(grad, found[0][1]) for loss, grad in found)


def test_pictures_of_different_shapes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="can't be compared"):
        photometric_loss(torch.zeros(3, 4, 3), torch.zeros(4, 3, 3))
    with pytest.raises(ValueError, match="nothing"):
        likeness(torch.zeros(0, 4, 3), torch.zeros(0, 4, 3))
