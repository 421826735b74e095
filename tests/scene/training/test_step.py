"""Parts of a step."""

import pytest
import torch

from training.model import Model, new_model
from training.start import first_splats
from training.step import MAX_OPACITY, opacities

COUNT = 4000


def model_of(opacity: float) -> Model:
    positions = torch.rand(COUNT, 3, generator=torch.Generator().manual_seed(0)).numpy()
    tensors = first_splats(positions, positions, COUNT, 0, seed=0)
    tensors["opacities"][:] = torch.tensor(opacity).logit()
    return new_model(tensors, 1.0, torch.Generator().manual_seed(0))


def test_all_splats_are_drawn_where_none_is_to_be_left_out() -> None:
    assert opacities(model_of(0.5), 0.0).tolist() == pytest.approx([0.5] * COUNT)


def test_some_splats_are_left_out_and_the_others_make_up_for_it() -> None:
    drawn = opacities(model_of(0.5), 0.1).detach()
    assert float((drawn == 0).float().mean()) == pytest.approx(0.1, abs=0.02)
    assert float(drawn.mean()) == pytest.approx(0.5, abs=0.01)


def test_others_are_left_out_in_the_next_step() -> None:
    model = model_of(0.5)
    assert not torch.equal(opacities(model, 0.1), opacities(model, 0.1))


def test_no_splat_gets_more_opaque_than_the_rasteriser_draws() -> None:
    assert float(opacities(model_of(0.99), 0.1).detach().max()) == pytest.approx(MAX_OPACITY)
