"""The loss and its gradient."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.losses import SSIM_WEIGHT, photo_loss, ssim, ssim_on_cpu
from views.evaluate import ssim as evaluated_ssim


def pictures(height: int, width: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    photo = torch.rand(height, width, 3, generator=generator)
    picture = (photo + 0.1 * torch.randn(photo.shape, generator=generator)).clamp(0, 1)
    return picture, photo


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 40), st.integers(3, 40), st.integers(0, 1000))
def test_both_ways_to_ssim_have_the_same_value_and_gradient(height: int, width: int, seed: int) -> None:
    picture, photo = pictures(height, width, seed)
    exact = picture.double().requires_grad_()
    ssim(exact, photo.double()).backward()
    fast = picture.clone().requires_grad_()
    value = ssim_on_cpu(fast, photo)
    value.backward()
    assert float(value.detach()) == pytest.approx(float(ssim(picture.double(), photo.double())), abs=1e-5)
    assert exact.grad is not None
    assert fast.grad is not None
    assert float((exact.grad - fast.grad).norm() / exact.grad.norm()) < 1e-4


def test_training_and_judgement_mean_the_same_ssim() -> None:
    picture, photo = pictures(30, 40, 0)
    judged = evaluated_ssim(picture.double().numpy(), photo.double().numpy())
    assert float(ssim_on_cpu(picture, photo)) == pytest.approx(judged, abs=1e-5)


def test_the_gradient_is_that_of_the_value() -> None:
    picture, photo = pictures(6, 5, 3)
    picture = picture.double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: ssim(x, photo.double()), (picture,), atol=1e-6)


def test_the_loss_is_a_mix_of_colour_and_structure() -> None:
    picture, photo = pictures(30, 40, 0)
    colour = float((picture - photo).abs().mean())
    expected = (1 - SSIM_WEIGHT) * colour + SSIM_WEIGHT * (1 - float(ssim(picture, photo)))
    assert float(photo_loss(picture, photo)) == pytest.approx(expected, abs=1e-6)
    assert float(photo_loss(photo, photo)) == pytest.approx(0, abs=1e-6)


def test_the_photo_is_left_alone() -> None:
    picture, photo = pictures(30, 40, 0)
    before = photo.clone()
    photo_loss(picture.requires_grad_(), photo).backward()
    assert np.array_equal(photo.numpy(), before.numpy())
