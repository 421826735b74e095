"""Splats that are cloned, split, pruned and faded."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.scene.training.strategies.rows import SCALE, model_of, pulled_at
from training.strategies import split_and_clone
from training.strategies.split_and_clone import (
    MIN_OPACITY,
    MIN_PULL,
    RESET_EVERY_STEPS,
    RESET_OPACITY,
    SPLIT_SHRINK,
    SplitAndClone,
    grow,
    prune,
    reset,
)
from training.strategies.strategy import Limits

WIDE, NARROW = 100.0, 0.1
"""Extents in which a splat of SCALE is small, or large enough to be split."""


def limits(most: int, extent: float = WIDE) -> Limits:
    return Limits(start_splats=1, max_splats=most, extent=extent)


def test_a_small_splat_that_photos_pull_at_is_cloned_where_it_is() -> None:
    model = model_of([0.5] * 4)
    pulled_at(model, [2])
    grow(model, limits(10))
    assert model.count == 5
    for splats in model.splats.values():
        assert torch.equal(splats[4], splats[2])


def test_a_large_splat_becomes_two_smaller_ones_within_its_shape() -> None:
    model = model_of([0.5] * 4)
    pulled_at(model, [2])
    grow(model, limits(10, NARROW))
    assert model.count == 5
    scales = model.splats["scales"].detach().exp()
    assert scales[[2, 4]].flatten().tolist() == pytest.approx([SCALE / SPLIT_SHRINK] * 6, rel=0.02)
    assert scales[[0, 1, 3]].flatten().tolist() == pytest.approx([SCALE] * 9, rel=0.02)
    places = model.splats["means"].detach()[[2, 4]] - torch.tensor([2.0, 0.0, 0.0])
    assert 0 < places.norm(dim=1).min() <= places.norm(dim=1).max() < 6 * SCALE


def test_splats_that_photos_leave_in_peace_stay_alone() -> None:
    model = model_of([0.5] * 4)
    pulled_at(model, [0, 1, 2, 3], pull=MIN_PULL * 0.9)
    grow(model, limits(10))
    assert model.count == 4


@given(st.integers(1, 12), st.integers(1, 20), st.integers(0, 100))
def test_the_limit_is_kept_and_the_strongest_pulls_go_first(count: int, most: int, seed: int) -> None:
    model = model_of([0.5] * count)
    model.pulls = torch.rand(count, generator=torch.Generator().manual_seed(seed)) + 2 * MIN_PULL
    model.sightings += 1
    strongest = set(model.pulls.argsort(descending=True)[: max(0, most - count)].tolist())
    grow(model, limits(most))
    assert model.count == count + min(count, max(0, most - count))
    assert {round(x) for x in model.splats["means"][count:, 0].tolist()} == strongest


def test_faint_splats_go_and_huge_ones_once_it_is_time() -> None:
    model = model_of([0.5, MIN_OPACITY / 2, 0.5])
    with torch.no_grad():
        model.splats["scales"][2] += 5
    prune(model, 1.0, huge=False)
    assert model.splats["means"][:, 0].round().tolist() == [0, 2]
    prune(model, 1.0, huge=True)
    assert model.splats["means"][:, 0].round().tolist() == [0]
    prune(model_of([MIN_OPACITY / 2]), 1.0, huge=True)


def test_the_last_splats_are_not_pruned() -> None:
    model = model_of([MIN_OPACITY / 2] * 3)
    prune(model, 1.0, huge=True)
    assert model.count == 3


def test_a_reset_leaves_nothing_opaque_and_nothing_more_opaque_than_before() -> None:
    model = model_of([0.9, 0.5, 0.006])
    reset(model)
    assert model.splats["opacities"].sigmoid().tolist() == pytest.approx(
        [RESET_OPACITY, RESET_OPACITY, 0.006], rel=0.06
    )
    moments = model.optimiser.state[model.splats["opacities"]]
    assert not moments["exp_avg"].any()
    assert not moments["exp_avg_sq"].any()


def test_every_moment_stays_in_step_when_splats_come_and_go() -> None:
    model = model_of([0.5, 0.5, 0.001, 0.5])
    pulled_at(model, [0, 3])
    before = model.optimiser.state[model.splats["means"]]["exp_avg"].clone()
    grow(model, limits(10))
    prune(model, WIDE, huge=True)
    for name, splats in model.splats.items():
        moments = model.optimiser.state[splats]
        assert len(splats) == 5, name
        assert moments["exp_avg"].shape == moments["exp_avg_sq"].shape == splats.shape
    after = model.optimiser.state[model.splats["means"]]["exp_avg"]
    assert torch.equal(after[:3], before[[0, 1, 3]])
    assert not after[3:].any()
    model.optimiser.step()


def test_opacities_are_reset_every_tenth_of_the_budget_and_not_too_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for steps, expected in ((30_000, 4), (1_000, 0), (6_000, 4)):
        model, resets = model_of([0.5] * 3), 0

        def counted(_: object) -> None:
            nonlocal resets
            resets += 1

        monkeypatch.setattr(split_and_clone, "reset", counted)
        for step in range(1, steps, 10):
            model.step = step
            SplitAndClone().rearrange(model, step / steps, limits(10))
        assert resets == expected, steps
    assert RESET_EVERY_STEPS == 500
