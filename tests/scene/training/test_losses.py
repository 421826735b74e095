"""The loss and its gradient: the kernel's on a CPU beside torch's, which a GPU uses."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.losses import SSIM_WEIGHT, photo_loss, ssim


def pictures(height: int, width: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    photo = torch.rand(height, width, 3, generator=generator)
    picture = (photo + 0.1 * torch.randn(photo.shape, generator=generator)).clamp(0, 1)
    return picture, photo


def by_torch(picture: torch.Tensor, photo: torch.Tensor) -> torch.Tensor:
    return (1 - SSIM_WEIGHT) * (picture - photo).abs().mean() + SSIM_WEIGHT * (1 - ssim(picture, photo))


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 40), st.integers(3, 40), st.integers(0, 1000))
def test_a_cpu_and_a_gpu_make_the_same_thing_small(height: int, width: int, seed: int) -> None:
    picture, photo = pictures(height, width, seed)
    exact = picture.double().requires_grad_()
    expected = by_torch(exact, photo.double())
    expected.backward()
    fast = picture.clone().requires_grad_()
    loss = photo_loss(fast, photo)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), abs=1e-5)
    assert exact.grad is not None
    assert fast.grad is not None
    assert float((exact.grad - fast.grad).norm() / exact.grad.norm()) < 1e-3


def test_the_gradient_is_that_of_the_value() -> None:
    picture, photo = pictures(6, 5, 3)
    picture = picture.double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: ssim(x, photo.double()), (picture,), atol=1e-6)


def test_the_loss_of_the_photo_itself_is_nothing() -> None:
    _, photo = pictures(30, 40, 0)
    assert float(photo_loss(photo, photo)) == pytest.approx(0, abs=1e-6)
