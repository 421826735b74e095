"""Splats that move, split up and shiver."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.training.strategies.rows import SCALE, model_of, pulled_at
from training.strategies.mcmc import MIN_OPACITY, refine, shared, shiver

EXTENT = 5.0


def test_dead_splats_move_to_living_ones() -> None:
    model = model_of([0.9, 0.001, 0.001])
    refine(model, target=3, extent=EXTENT)
    assert model.count == 3
    assert model.splats["means"].norm(dim=1).max() < 6 * SCALE
    assert (model.splats["opacities"].sigmoid() > MIN_OPACITY).all()


def test_splats_that_photos_pull_at_get_company() -> None:
    model = model_of([0.5] * 10)
    pulled_at(model, [7])
    refine(model, target=14, extent=EXTENT)
    new = model.splats["means"][10:]
    assert (new - torch.tensor([7.0, 0.0, 0.0])).norm(dim=1).max() < 6 * SCALE
    assert model.pulls.tolist() == model.sightings.tolist() == [0] * 14


def test_copies_lie_beside_their_original_not_in_it() -> None:
    model = model_of([0.5])
    refine(model, target=30, extent=EXTENT)
    places = model.splats["means"].detach()
    assert len(places.unique(dim=0)) == 30
    assert places[0].tolist() == pytest.approx([0, 0, 0], abs=1e-3)


def test_copies_of_a_splat_larger_than_the_scene_stay_near_it() -> None:
    model = model_of([0.5])
    model.splats["scales"].data[:] = math.log(40.0)
    refine(model, target=200, extent=EXTENT)
    apart = model.splats["means"].detach().norm(dim=1)
    assert 0 < apart.max() < 6 * 0.1 * EXTENT


def test_splats_are_added_up_to_the_target_and_not_beyond() -> None:
    model = model_of([0.5] * 10)
    refine(model, target=14, extent=EXTENT)
    assert model.count == 14
    refine(model, target=12, extent=EXTENT)
    assert model.count == 14


def test_every_tensor_and_moment_stays_in_step() -> None:
    model = model_of([0.5] * 9 + [0.001])
    refine(model, target=20, extent=EXTENT)
    for name, splats in model.splats.items():
        moments = model.optimiser.state[splats]
        assert len(splats) == 20, name
        assert moments["exp_avg"].shape == moments["exp_avg_sq"].shape == splats.shape
    model.optimiser.step()


def test_those_that_were_split_forget_their_momentum_and_others_keep_it() -> None:
    model = model_of([0.9, 0.001, 0.9, 0.9])
    before = model.optimiser.state[model.splats["means"]]["exp_avg"].clone()
    refine(model, target=4, extent=EXTENT)
    after = model.optimiser.state[model.splats["means"]]["exp_avg"]
    moved_to = int(model.splats["means"][1, 0].round())
    for index in range(4):
        expected = torch.zeros(3) if index in (1, moved_to) else before[index]
        assert torch.equal(after[index], expected)


def test_a_scene_in_which_all_are_dead_is_left_alone() -> None:
    model = model_of([0.001, 0.002])
    refine(model, target=2, extent=EXTENT)
    assert model.count == 2


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.99), st.integers(1, 51))
def test_equal_copies_together_cover_what_one_did(opacity: float, copies: int) -> None:
    each, scale = shared(torch.tensor([opacity]), torch.ones(1, 3), torch.tensor([copies]))
    assert 1 - (1 - float(each)) ** copies == pytest.approx(opacity, rel=1e-3)
    assert 0 < float(scale[0, 0]) <= 1.0 + 1e-6


@settings(max_examples=20, deadline=None)
@given(st.floats(0.05, 0.95), st.integers(2, 8))
def test_the_light_along_a_line_is_kept(opacity: float, copies: int) -> None:
    """The integral over the line of 1 - (1 - o' g)^k, g a Gaussian of the new scale, is that of o g."""
    each, scale = shared(torch.tensor([opacity]), torch.ones(1, 3), torch.tensor([copies]))
    x = torch.linspace(-12, 12, 20001, dtype=torch.float64)
    several = 1 - (1 - each.double() * torch.exp(-0.5 * (x / scale[0, 0].double()) ** 2)) ** copies
    assert float(torch.trapezoid(several, x)) == pytest.approx(opacity * math.sqrt(2 * math.pi), rel=2e-3)


def test_opaque_splats_stand_still_and_faint_ones_shiver() -> None:
    model = model_of([0.9, 0.3, 0.006])
    before = model.splats["means"].detach().clone()
    shiver(model)
    moved = (model.splats["means"].detach() - before).norm(dim=1)
    assert moved[:2].tolist() == [0, 0]
    assert moved[2] > 0
