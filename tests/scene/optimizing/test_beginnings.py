"""What levels begin with: never worse than cutting alone, and better where much is gone."""

import numpy as np
import pytest

from optimizing.beginnings import NEAR_ENOUGH_DB, beginnings_of
from optimizing.levels import levels
from optimizing.merging import merged
from splats.scene import empty_scene
from tests.scene.room import splats_at
from training.backdrop import behind
from views.draw import draw
from views.evaluate import psnr

SHELL = empty_scene(1)


def level_of(known, seen, share):
    return list(levels(known.scene, seen, known.views, {"level": share}))[-1]


def nearness(scene, known, shell=SHELL):
    whole, truth = behind(scene, shell), behind(known.scene, shell)
    return np.mean([psnr(draw(whole, view), draw(truth, view)) for view in known.views])


def test_a_level_that_lacks_what_is_hardly_missed_begins_as_it_is(known, seen):
    level = level_of(known, seen, 0.95)
    assert beginnings_of(known.scene, seen.weight_px, SHELL, known.views).of(level) is level.scene


def test_a_level_that_lacks_much_begins_with_what_is_gone_added_to_what_stays(known, seen):
    level = level_of(known, seen, 0.1)
    beginning = beginnings_of(known.scene, seen.weight_px, SHELL, known.views).of(level)
    assert len(beginning) == len(level.scene)
    assert nearness(beginning, known) > nearness(level.scene, known) + 1


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_a_level_begins_as_near_to_the_full_scene_as_the_nearer_of_both_or_near_enough(known, seen, share):
    level = level_of(known, seen, share)
    both = [level.scene, merged(known.scene, seen.weight_px, level.places)]
    beginning = beginnings_of(known.scene, seen.weight_px, SHELL, known.views).of(level)
    nearest = max(nearness(scene, known) for scene in both)
    assert nearness(beginning, known) > min(nearest, NEAR_ENOUGH_DB) - 0.2


def test_what_is_behind_a_level_is_behind_the_pictures_that_it_is_compared_with(known, seen):
    shell = splats_at([(1.5, 1.0, 1.5)], 5.0, opacity=0.9).with_sh_degree(1)
    beginnings = beginnings_of(known.scene, seen.weight_px, shell, known.views)
    view, picture = beginnings.pictures[0]
    assert np.array_equal(picture, draw(behind(known.scene, shell), view))
