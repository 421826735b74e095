"""What a tour is better without, and what has to stay."""

import pytest
import torch

from diorama.tours.stages import OptimizeSplatsParams
from optimizing.culling import cull, finite
from optimizing.visibility import look
from tests.scene.room import splats_at, together

ALL = OptimizeSplatsParams()


def culled(known, *planted):
    """The verdict on the room and what was planted in it."""
    scene = together(known.scene, *planted)
    return cull(scene, look(scene, known.views), ALL)


def before_the_lens(view, distance):
    """A place in front of one camera, so near that hardly another one sees it."""
    pose = view.world_from_camera
    return tuple((pose[:3, 3] + distance * pose[:3, 2]).tolist())


def test_a_good_room_keeps_all_that_is_seen_of_it(known, seen):
    verdict = cull(known.scene, seen, ALL)
    assert verdict.kept[seen.weight_px >= ALL.unseen_below_px].all()
    assert verdict.counts()["floaters"] == verdict.counts()["outliers"] == 0


def test_floaters_before_a_lens_go(known):
    places = [before_the_lens(known.views[i], 0.25) for i in (2, 8, 14)]
    verdict = culled(known, splats_at(places, 0.004, 0.3))
    assert verdict.floaters[-3:].all()
    assert verdict.counts()["floaters"] == 3


def test_a_small_thing_that_many_cameras_see_is_no_floater(known):
    verdict = culled(known, splats_at([(2.5, 1.2, 2.5)], 0.1))
    assert verdict.kept[-1]


def test_splats_that_no_camera_sees_go(known):
    verdict = culled(known, splats_at([(8.0, 1.6, 8.0), (1.0, -1.5, 1.0)], 0.05))
    assert verdict.unseen[-2:].all()


def test_splats_far_from_everything_go(known):
    verdict = culled(known, splats_at([(500.0, 3.0, 900.0), (0.0, 4000.0, 0.0)], 0.1))
    assert verdict.outliers[-2:].all()
    assert verdict.counts()["outliers"] == 2


def test_a_far_background_that_all_cameras_see_stays(known):
    verdict = culled(known, splats_at([(-150.0, 120.0, -150.0)], 60.0, 0.9))
    assert verdict.kept[-1]


def test_no_splat_goes_for_two_reasons(known):
    places = [before_the_lens(known.views[4], 0.2), (900.0, 1.0, 900.0), (9.0, 1.6, 9.0)]
    verdict = culled(known, splats_at(places, 0.005))
    reasons = torch.stack([verdict.outliers, verdict.unseen, verdict.floaters]).sum(dim=0)
    assert reasons.max() == 1
    assert (reasons == 0).equal(verdict.kept)


@pytest.mark.parametrize("part", ["means", "quats", "log_scales", "opacity_logits", "sh"])
@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_found_in_every_part(part, number):
    scene = splats_at([(0.0, 0.0, 0.0)] * 5, 0.1)
    getattr(scene, part)[3] = number
    assert finite(scene).tolist() == [True, True, True, False, True]
