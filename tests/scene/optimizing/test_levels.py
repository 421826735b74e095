"""Levels of detail: fewer splats, the right ones, taught to stand for the rest."""

import numpy as np
import pytest
import torch

from optimizing.levels import evenly, levels
from optimizing.refine import refine
from views.draw import draw
from views.evaluate import score
from views.reading import read_views

SHARES = {"low": 0.4, "medium": 0.7, "thumbnail": 0.1}


@pytest.fixture(scope="module")
def photos(known):
    return read_views(known.inputs / "frames", known.inputs / "poses", 96, "training")


def psnr(scene, photos):
    return np.mean([score(photo, draw(scene, photo.view)).psnr for photo in photos])


def test_levels_come_from_the_most_splats_to_the_fewest(known, seen):
    made = list(levels(known.scene, seen, known.views, SHARES))
    count = len(known.scene)
    assert [level.name for level in made] == ["full", "medium", "low", "thumbnail"]
    assert [len(level.scene) for level in made] == [
        count,
        *(round(share * count) for share in (0.7, 0.4, 0.1)),
    ]
    assert [len(level.weights) for level in made] == [len(level.scene) for level in made]


def test_a_level_is_better_than_as_many_splats_at_random(known, seen, photos):
    level = list(levels(known.scene, seen, known.views, {"low": 0.6}))[-1]
    drawn = torch.randperm(len(known.scene), generator=torch.Generator().manual_seed(0))
    assert psnr(level.scene, photos) > psnr(known.scene.select(drawn[: len(level.scene)]), photos) + 2


def test_refining_makes_a_small_level_better(known, seen, photos):
    level = list(levels(known.scene, seen, known.views, {"low": 0.3}))[-1]
    better = refine(level.scene, photos, 40, 3.0)
    assert psnr(better, photos) > psnr(level.scene, photos) + 1
    assert len(better) == len(level.scene)


def test_no_steps_change_nothing(known, photos):
    refined = refine(known.scene, photos, 0, 3.0)
    assert all(torch.equal(getattr(refined, name), getattr(known.scene, name)) for name in ("means", "sh"))


@pytest.mark.parametrize(("count", "wanted"), [(3, [0, 3, 6]), (10, list(range(10))), (99, list(range(10)))])
def test_things_are_chosen_evenly(count, wanted):
    assert evenly(range(10), count) == wanted


@pytest.fixture(scope="module")
def shown(known, seen):
    """The splats that views see at all, and what they see of them."""
    places = torch.nonzero(seen.removal_error > 0)[:, 0]
    return known.scene.select(places), seen.select(places)


def test_even_the_full_level_lacks_splats_that_no_picture_misses(known, shown):
    scene, seen = shown
    errors = seen.removal_error
    unmissed = float(errors.quantile(0.1) / seen.weight_px.mean())
    full, low = levels(scene, seen, known.views, {"low": 0.4}, unmissed=unmissed)
    missing = torch.ones(len(scene), dtype=torch.bool)
    missing[full.places] = False
    assert int(missing.sum()) == pytest.approx(0.1 * len(scene), abs=2)
    assert errors[missing].max() < errors[full.places].min()
    assert torch.equal(full.scene.means, scene.means[full.places])
    assert len(low.scene) == round(0.4 * len(scene))


def test_the_full_level_keeps_four_fifths_whatever_is_missed(known, shown):
    scene, seen = shown
    full = next(levels(scene, seen, known.views, {}, unmissed=float("inf")))
    assert len(full.scene) == pytest.approx(0.8 * len(scene), abs=2)
