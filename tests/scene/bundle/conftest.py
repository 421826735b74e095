"""A room whose levels were made once."""

from pathlib import Path

import pytest

import optimize_splats
from diorama.tours.stages import OptimizeSplatsParams
from tests.scene.room import Room, room


def ignore(percent, message, **metrics):
    """Progress of no interest."""


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return room(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="session")
def packable(known: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inputs of `package_tour`."""
    inputs = tmp_path_factory.mktemp("packable")
    params = OptimizeSplatsParams(looked_at_side_px=96, refined_side_px=96, refine_steps=5)
    optimize_splats.run(known.inputs, inputs / "scene", params, ignore)
    (inputs / "poses").symlink_to(known.inputs / "poses")
    return inputs
