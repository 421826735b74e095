"""Ellipsoids."""

import math

import pytest
import torch

from training.strategies.shapes import rotations, within


def test_rotations_turn_as_quaternions_do() -> None:
    half = math.sqrt(0.5)
    quarter_turn_about_z = rotations(torch.tensor([[2 * half, 0.0, 0.0, 2 * half]]))[0]
    turned = quarter_turn_about_z @ torch.tensor([1.0, 0.0, 0.0])
    assert turned.tolist() == pytest.approx([0, 1, 0], abs=1e-6)


def test_offsets_are_spread_as_the_shape_is() -> None:
    half = math.sqrt(0.5)
    splats = {
        "quats": torch.tensor([[half, 0.0, 0.0, half]]).repeat(5000, 1),
        "scales": torch.tensor([[3.0, 0.1, 0.5]]).log().repeat(5000, 1),
    }
    offsets = within(splats, torch.randn(5000, 3, generator=torch.Generator().manual_seed(0)))
    assert offsets.std(0).tolist() == pytest.approx([0.1, 3.0, 0.5], rel=0.05)
