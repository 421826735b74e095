"""What a capture gets."""

from itertools import pairwise, product
from typing import get_args

import pytest
from pydantic import ValidationError

from diorama.tours.stages import Quality, TrainSplatsParams
from training.presets import FEW_VIEWS, PRESETS, SPLATS_PER_VIEW, Machine, preset

MANY_VIEWS = 200


def test_the_table_is_complete() -> None:
    assert set(PRESETS) == set(product(get_args(Quality), get_args(Machine)))


def test_a_cpu_is_given_a_time_and_a_gpu_steps() -> None:
    qualities = get_args(Quality)
    assert [PRESETS[quality, "cpu"].training_s for quality in qualities] == [60, 300, 1200]
    assert [PRESETS[quality, "gpu"].steps for quality in qualities] == [7_000, 15_000, 30_000]
    assert all((row.training_s is None) != (row.steps is None) for row in PRESETS.values())


@pytest.mark.parametrize("machine", get_args(Machine))
def test_a_higher_quality_is_never_less_of_anything(machine: Machine) -> None:
    rows = [PRESETS[quality, machine] for quality in get_args(Quality)]
    for less, more in pairwise(rows):
        assert less.max_splats <= more.max_splats
        assert less.long_side_px <= more.long_side_px
        assert less.sh_degree <= more.sh_degree


def test_what_the_caller_asks_for_stands() -> None:
    params = TrainSplatsParams(quality="high", steps=123, max_splats=4567, max_side_px=321)
    found = preset(params, "cpu", MANY_VIEWS)
    assert (found.training_s, found.steps) == (None, 123)
    assert (found.max_splats, found.long_side_px) == (4567, 321)


def test_few_views_get_fewer_splats_and_simpler_colours() -> None:
    many = preset(TrainSplatsParams(quality="high"), "cpu", MANY_VIEWS)
    few = preset(TrainSplatsParams(quality="high"), "cpu", FEW_VIEWS - 5)
    assert few.max_splats == SPLATS_PER_VIEW * (FEW_VIEWS - 5) < many.max_splats
    assert few.sh_degree < many.sh_degree
    assert few.left_out > many.left_out == 0
    assert few.training_s == many.training_s


@pytest.mark.parametrize(
    "asked",
    [{"steps": 0}, {"steps": 10**9}, {"max_splats": 10**9}, {"max_side_px": 10**6}, {"quality": "best"}],
)
def test_what_is_beyond_any_budget_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TrainSplatsParams.model_validate(asked)
