"""The loss and its gradient: the kernel's on a CPU beside torch's, which a GPU uses."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.losses import SSIM_WEIGHT, bend_loss, depth_loss, photo_loss, ssim
from training.targets import Target


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


def target_of(known: torch.Tensor) -> Target:
    """A target whose every depth is known."""
    height, width = known.shape
    nothing = torch.zeros(1, 4, 4)
    return Target(
        0, torch.zeros(height, width, 3), nothing, nothing, torch.arange(known.numel()), known.reshape(-1)
    )


def test_depths_that_are_right_cost_nothing_and_wrong_ones_their_share_up_to_half() -> None:
    known, alphas = torch.full((4, 5), 2.0), torch.ones(4, 5)
    assert float(depth_loss(known.clone(), alphas, target_of(known))) == 0
    assert float(depth_loss(known * 1.1, alphas, target_of(known))) == pytest.approx(0.1, rel=1e-4)
    assert float(depth_loss(known * 9, alphas, target_of(known))) == pytest.approx(0.5)


def test_the_depth_of_what_is_transparent_does_not_matter() -> None:
    known = torch.full((4, 5), 2.0)
    assert float(depth_loss(known * 1.3, torch.zeros(4, 5), target_of(known))) == 0


def plane(height: int, width: int) -> torch.Tensor:
    """Depths of a slanted plane: their inverse is linear."""
    down, across = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return 1 / (0.2 + 0.003 * down + 0.002 * across)


def test_planes_are_not_bent_whatever_their_slant() -> None:
    grey = torch.full((40, 60, 3), 0.5)
    assert float(bend_loss(plane(40, 60), torch.ones(40, 60), grey)) < 1e-5


def test_a_bump_costs_more_where_the_photo_is_plain_than_at_its_edges() -> None:
    depths, alphas = plane(40, 60), torch.ones(40, 60)
    depths[:, 32:] *= 1.5
    plain = torch.full((40, 60, 3), 0.5)
    edged = plain.clone()
    edged[:, 32:] = 1.0
    at_edge, on_plain = (float(bend_loss(depths, alphas, photo)) for photo in (edged, plain))
    assert on_plain > 10 * at_edge > 0


def test_bending_has_a_gradient_even_where_nothing_is_seen() -> None:
    depths = torch.zeros(40, 60).requires_grad_()
    bend_loss(depths, torch.zeros(40, 60), torch.rand(40, 60, 3)).backward()
    assert depths.grad is not None
    assert depths.grad.isfinite().all()


def test_a_picture_too_small_to_bend_costs_nothing() -> None:
    assert float(bend_loss(torch.ones(3, 3), torch.ones(3, 3), torch.rand(3, 3, 3))) == 0
