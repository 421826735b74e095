"""Lessons: places between cameras, and levels that are refined only where that helps."""

from dataclasses import replace

import numpy as np
import pytest

from diorama.tours.stages import OptimizeSplatsParams
from optimizing.judge import evaluate
from optimizing.lessons import between, lessons_of
from optimizing.levels import levels
from splats.scene import empty_scene
from views.reading import read_views

QUICK = OptimizeSplatsParams(refined_side_px=96, refine_steps=20)


@pytest.fixture(scope="module")
def photos(known):
    return read_views(known.inputs / "frames", known.inputs / "poses", 96, "training")


@pytest.fixture(scope="module")
def lessons(known, photos):
    return lessons_of(photos, known.scene, empty_scene(1), QUICK)


def test_places_between_lie_half_way_to_the_nearest_camera(known):
    places = between(known.views)
    assert len(known.views) / 2 <= len(places) < len(known.views)
    ends = {view.name: view.world_from_camera for view in known.views}
    for place in places:
        one, other = (ends[name] for name in place.name.split(" to "))
        assert place.world_from_camera[:3, 3] == pytest.approx((one[:3, 3] + other[:3, 3]) / 2)
        rotation = place.world_from_camera[:3, :3]
        assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-9)


def test_there_is_no_place_between_cameras_that_look_away_from_each_other(known):
    turned = known.views[1].world_from_camera.copy()
    turned[:3, [0, 2]] *= -1
    assert between([known.views[0], replace(known.views[1], world_from_camera=turned)]) == []
    assert between(known.views[:1]) == []


def test_nothing_is_learned_from_the_pictures_that_judge(lessons, photos):
    learned = {picture.image for picture in lessons.learned}
    assert lessons.quiz
    assert not learned & {picture.image for picture in lessons.quiz}
    assert {photo.image for photo in photos} < learned


def test_a_level_that_refining_makes_worse_stays_as_it_was(known, seen, lessons):
    level = list(levels(known.scene, seen, known.views, {"medium": 0.9}))[-1]
    misled = [replace(picture, photo=255 - picture.photo) for picture in lessons.learned]
    assert replace(lessons, learned=misled).taught(level.scene) is level.scene


def test_a_level_is_nearer_to_the_full_model_when_refined(known, seen, lessons):
    level = list(levels(known.scene, seen, known.views, {"low": 0.3}))[-1]
    before, after = evaluate(lessons.quiz, level.scene), evaluate(lessons.quiz, lessons.taught(level.scene))
    assert after.psnr > before.psnr + 0.5
