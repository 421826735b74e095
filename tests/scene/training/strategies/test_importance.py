"""Splats that no photo shows."""

import pytest
import torch

from splats.cameras import Pinhole, View, look_at
from splats.scene import SplatScene
from tests.scene.training.strategies.rows import model_of
from training.strategies.importance import JUDGED_AT, fade_unseen, is_due, shown_px
from training.strategies.mcmc import MIN_OPACITY, refine
from training.strategies.split_and_clone import prune

VIEW = View("a", Pinhole(64, 48, (60.0, 60.0), (32.0, 24.0)), look_at((0, 0, 3), (0, 0, 0)))


def discs(depths: list[float]) -> SplatScene:
    """Opaque ones on the axis of the view, at these z."""
    count = len(depths)
    return SplatScene(
        means=torch.tensor([[0.0, 0.0, z] for z in depths]),
        quats=torch.tensor([[1.0, 0.0, 0.0, 0.0]]).repeat(count, 1),
        log_scales=torch.tensor([[1.0, 1.0, 0.01]]).log().repeat(count, 1),
        opacity_logits=torch.full((count,), 9.0),
        sh=torch.zeros(count, 1, 3),
    )


def test_what_is_covered_or_behind_the_camera_is_not_seen() -> None:
    shown = shown_px(discs([0.0, -1.0, -2.0, 5.0]), [VIEW, VIEW])
    assert shown[0] > 500
    assert shown[2] < 0.1 * shown[0]
    assert shown[3] == 0


def test_all_pixels_are_shared_out() -> None:
    scene = discs([0.0, -0.5])
    assert float(shown_px(scene, [VIEW]).sum()) <= 64 * 48 + 1e-2


def test_the_unseen_are_moved_by_one_strategy_and_left_out_by_the_other() -> None:
    for rearrange in (lambda model: refine(model, 4, 100.0), lambda model: prune(model, 100.0, huge=False)):
        model = model_of([0.5] * 4)
        assert fade_unseen(model, torch.tensor([9.0, 0.0, 9.0, 0.5])) == 2
        assert int((model.splats["opacities"].sigmoid() < MIN_OPACITY).sum()) == 2
        rearrange(model)
        assert bool((model.splats["opacities"].sigmoid() > MIN_OPACITY).all())


@pytest.mark.parametrize("judged", range(len(JUDGED_AT) + 1))
def test_splats_are_looked_at_so_many_times_and_no_more(judged: int) -> None:
    assert not is_due(JUDGED_AT[0] - 0.01, judged)
    assert is_due(1.0, judged) == (judged < len(JUDGED_AT))
