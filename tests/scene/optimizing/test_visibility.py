"""What views see of each splat."""

import numpy as np
import pytest
import torch

from optimizing.visibility import (
    _losses,
    blending_weights,
    look,
    removal_errors,
    weighted_quantile,
)
from splats.cameras import intrinsics, viewmats
from splats.rasterize import rasterize
from splats.seen_harmonics import mean_harmonics, spread_harmonics
from tests.scene.room import splats_at, together
from tests.splats.reference import spherical_harmonics
from views.draw import draw


def test_weights_add_up_to_what_covers_the_pictures(known, seen):
    total = 0.0
    for view in known.views:
        _, alphas, _ = rasterize(
            known.scene.means,
            known.scene.quats,
            known.scene.scales,
            known.scene.opacities,
            known.scene.sh,
            viewmats([view]),
            intrinsics([view]),
            view.pinhole.width_px,
            view.pinhole.height_px,
            sh_degree=1,
        )
        total += float(alphas.sum())
    assert float(seen.weight_px.sum()) == pytest.approx(total, rel=1e-3)


def test_a_splat_behind_all_cameras_is_seen_by_none(known):
    scene = together(known.scene, splats_at([(8.0, 1.6, 8.0)], 0.1))
    found = look(scene, known.views)
    assert found.weight_px[-1] == 0
    assert found.seen_by[-1] == 0
    assert torch.isinf(found.nearness[-1])


def test_removal_error_is_what_the_picture_really_loses(known):
    view = known.views[5]
    random = torch.Generator().manual_seed(3)
    estimates = torch.stack([_losses(known.scene, view, random) ** 2 for _ in range(60)]).mean(dim=0)
    whole = draw(known.scene, view).astype(np.float64)
    for splat in estimates.argsort(descending=True)[:200:40].tolist():
        others = torch.arange(len(known.scene)) != splat
        lost = ((draw(known.scene.select(others), view) - whole) ** 2).sum()
        assert float(estimates[splat]) == pytest.approx(float(lost), rel=0.5)


def test_harmonics_are_those_of_the_direction_from_the_camera(known):
    view = known.views[4]
    found = look(known.scene, [view])
    assert torch.allclose(found.weight_px, blending_weights(known.scene, view), rtol=1e-3, atol=1e-4)
    position = torch.as_tensor(view.world_from_camera[:3, 3]).float()
    away = torch.nn.functional.normalize(known.scene.means - position, dim=1)
    wanted = spherical_harmonics(away, 1)[:, 1:]
    seen = found.weight_px > 0.1
    found_means = mean_harmonics(found.harmonics[seen].numpy())
    assert np.allclose(found_means, wanted[seen].numpy(), atol=1e-3)


def test_harmonics_vary_where_two_cameras_see_a_splat_from_different_sides(known):
    views = [known.views[4], known.views[9]]
    found = look(known.scene, views)
    weights = [blending_weights(known.scene, view)[:, None] for view in views]
    positions = [torch.as_tensor(view.world_from_camera[:3, 3]).float() for view in views]
    away = [torch.nn.functional.normalize(known.scene.means - place, dim=1) for place in positions]
    basis = [spherical_harmonics(towards, 1)[:, 1:] for towards in away]
    shares = torch.cat(weights, 1) / sum(weights).clamp(min=1e-3)
    seen = (shares.min(dim=1).values > 0.2) & (sum(weights)[:, 0] > 0.1)
    apart = (basis[0] - basis[1])[seen]
    wanted = (shares[:, 0] * shares[:, 1])[seen, None, None] * apart[:, :, None] * apart[:, None, :]
    first, second = np.triu_indices(3)
    spread = spread_harmonics(found.harmonics[seen].numpy())
    assert seen.sum() > 10
    assert np.allclose(spread, wanted[:, first, second].numpy(), atol=2e-3)


def test_weights_and_errors_found_in_one_pass_are_those_found_alone(known):
    found = look(known.scene, known.views[:2], seed=4)
    weights = sum(blending_weights(known.scene, view) for view in known.views[:2])
    errors = removal_errors(known.scene, known.views[:2], seed=4)
    assert torch.allclose(found.weight_px, weights, rtol=1e-3, atol=1e-4)
    assert torch.allclose(found.removal_error, errors, rtol=1e-2, atol=1e-3 * float(errors.max()))


def test_equal_seeds_give_equal_errors(known):
    first, second = (removal_errors(known.scene, known.views[:2], seed=4) for _ in range(2))
    assert torch.equal(first, second)


def test_half_of_the_weight_lies_at_or_below_the_median():
    values = torch.tensor([5.0, 1.0, 3.0, 2.0])
    assert weighted_quantile(values, torch.tensor([10.0, 1.0, 1.0, 1.0]), 0.5) == 5
    assert weighted_quantile(values, torch.ones(4), 0.5) == 2
    assert weighted_quantile(values, torch.zeros(4), 0.5) == 0
