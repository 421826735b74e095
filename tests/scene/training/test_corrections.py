"""Exposure and poses, learnt by photo."""

import math
from copy import deepcopy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from splats.cameras import Pinhole, View, intrinsics, look_at, viewmats
from splats.rasterize import rasterize
from tests.scene.training.generated import ball_of_splats
from training.corrections import Corrections

CPU = torch.device("cpu")
small = st.floats(-0.3, 0.3)


def test_at_first_nothing_is_corrected() -> None:
    corrections = Corrections.none(3, 2.0, CPU)
    picture, viewmat = torch.rand(4, 5, 3), torch.eye(4)[None]
    assert torch.equal(corrections.exposed(picture, 1), picture)
    assert torch.allclose(corrections.viewmat(viewmat, 1), viewmat)
    assert corrections.prior().item() == 0


@given(st.tuples(small, small, small, small, small, small))
def test_a_corrected_pose_is_a_pose(twist: tuple[float, ...]) -> None:
    corrections = Corrections.none(1, 2.0, CPU)
    with torch.no_grad():
        corrections.twists[0] = torch.tensor(twist)
    moved = corrections.viewmat(torch.eye(4)[None], 0)[0].detach()
    turn = moved[:3, :3]
    assert torch.allclose(turn @ turn.T, torch.eye(3), atol=1e-5)
    assert float(torch.det(turn)) == pytest.approx(1, abs=1e-5)
    angle = math.acos(max(-1.0, min(1.0, (float(turn.trace()) - 1) / 2)))
    assert angle == pytest.approx(math.hypot(*twist[:3]), abs=2e-3)
    assert moved[3].tolist() == [0, 0, 0, 1]


def test_corrections_average_to_none_at_all_times() -> None:
    corrections = Corrections.none(4, 1.0, CPU)
    photos = [0.2, 0.4, 0.6, 0.8]
    for step in range(400):
        photo = step % 4
        loss = (corrections.exposed(torch.full((2, 2, 3), 0.5), photo) - photos[photo]).square().mean()
        (loss + corrections.viewmat(torch.eye(4)[None], photo)[0, 0, 3]).backward()
        corrections.learn(step / 400)
        assert corrections.exposures.mean(0).abs().max() < 1e-6
        assert corrections.twists.mean(0).abs().max() < 1e-6
    seen = [corrections.exposed(torch.full((1, 1, 3), 0.5), photo).mean().item() for photo in range(4)]
    assert seen == sorted(seen)
    assert seen[3] - seen[0] > 0.1


def test_a_pose_that_is_a_little_off_is_found() -> None:
    scene = ball_of_splats(150, seed=1)
    view = View("a", Pinhole(64, 48, (60.0, 60.0), (32.0, 24.0)), look_at((0, 0.5, 3), (0, 0, 0)))
    truth = viewmats([view])
    splats = (scene.means, scene.quats, scene.scales, scene.opacities, scene.sh)

    def drawn(viewmat: torch.Tensor) -> torch.Tensor:
        return rasterize(*splats, viewmat, intrinsics([view]), 64, 48, sh_degree=0)[0]

    elsewhere = Corrections.none(20, 1.0, CPU)
    with torch.no_grad():
        elsewhere.twists[0] = torch.tensor([0.004, -0.003, 0.002, 0.003, 0.0, -0.002])
    off, photo = elsewhere.viewmat(truth, 0).detach(), drawn(truth)
    corrections = Corrections.none(20, 1.0, CPU)
    for _ in range(150):
        (drawn(corrections.viewmat(off, 0)) - photo).abs().mean().backward()
        corrections.learn(0.0)
    found = corrections.viewmat(off, 0).detach()
    assert (found - truth).norm() < 0.35 * (off - truth).norm()


def test_a_run_that_goes_on_learns_on_as_if_it_had_not_stopped() -> None:
    def learn(corrections: Corrections) -> None:
        corrections.exposed(torch.ones(2, 2, 3), 1).square().mean().backward()
        corrections.learn(0.5)

    unbroken = Corrections.none(3, 1.0, CPU)
    for _ in range(5):
        learn(unbroken)
    broken = Corrections.of_state(deepcopy(unbroken.state()))
    for corrections in (unbroken, broken):
        learn(corrections)
    assert torch.equal(unbroken.exposures, broken.exposures)
    assert torch.equal(unbroken.twists, broken.twists)
