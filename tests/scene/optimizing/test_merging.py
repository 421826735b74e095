"""Splats that take over what was left out beside them."""

import torch

from optimizing.merging import merged
from tests.scene.room import splats_at, together

NEAR, FAR = (0.02, 0.0, 0.0), (9.0, 0.0, 0.0)


def test_a_splat_takes_over_its_neighbour_s_place_and_spread():
    scene = splats_at([(0.0, 0.0, 0.0), NEAR], 0.05)
    one = merged(scene, torch.ones(2), torch.tensor([0]))
    assert torch.allclose(one.means, torch.tensor([[0.01, 0.0, 0.0]]), atol=1e-6)
    squares = one.scales[0].sort().values ** 2
    assert torch.allclose(squares, torch.tensor([0.0025, 0.0025, 0.0026]), atol=1e-6)
    assert one.opacities[0] > 0.9


def test_what_is_not_seen_changes_nothing():
    scene = splats_at([(0.0, 0.0, 0.0), NEAR], 0.05)
    one = merged(scene, torch.tensor([1.0, 0.0]), torch.tensor([0]))
    assert torch.allclose(one.means, scene.means[:1], atol=1e-6)
    assert torch.allclose(one.opacities, scene.opacities[:1], atol=1e-4)


def test_a_splat_far_off_is_not_taken_over():
    scene = splats_at([(0.0, 0.0, 0.0), FAR], 0.05)
    one = merged(scene, torch.ones(2), torch.tensor([0]))
    assert torch.equal(one.means, scene.means[:1])
    assert torch.equal(one.quats, scene.quats[:1])


def test_a_giant_does_not_reach_across_the_place():
    places = [(x * 0.1, 0.0, 0.0) for x in range(1200)]
    giants = splats_at([(-5.0, 0.0, 0.0)], 50.0)
    scene = together(giants, splats_at(places, 0.02))
    kept = torch.tensor([0, *range(600, 1201)])
    one = merged(scene, torch.ones(len(scene)), kept)
    assert torch.equal(one.means[0], scene.means[0])
    assert torch.allclose(one.means[1:], scene.means[600:], atol=1e-6)
