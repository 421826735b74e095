"""Spherical harmonics."""

import pytest
import torch

from splats.harmonics import harmonics
from tests.splats.reference import spherical_harmonics


@pytest.mark.parametrize("degree", range(4))
def test_harmonics_are_those_of_the_slow_reference(degree):
    directions = torch.nn.functional.normalize(
        torch.randn(200, 3, generator=torch.manual_seed(degree)), dim=1
    )
    assert torch.allclose(harmonics(directions, degree), spherical_harmonics(directions, degree), atol=1e-6)
