"""The plan of where few cameras looked."""

import torch

from optimizing.bounds import Box
from optimizing.coverage import coverage
from optimizing.visibility import Visibility
from tests.scene.room import splats_at


def test_each_cell_says_how_many_cameras_see_what_is_there():
    scene = splats_at([(0.1, 0.0, 0.1), (0.1, 1.0, 0.1), (3.9, 0.0, 1.9)], 0.05)
    weights, seen_by = torch.tensor([3.0, 1.0, 2.0]), torch.tensor([10, 2, 5])
    plan = coverage(
        scene, Visibility(weights, seen_by, weights, weights, weights[:, None], 10), Box((0, 0, 0), (4, 1, 2))
    )
    assert (plan.columns, plan.rows) == (24, 12)
    assert plan.seen_percent[0] == 80
    assert plan.seen_percent[-1] == 50
    assert sum(plan.seen_percent) == 130
