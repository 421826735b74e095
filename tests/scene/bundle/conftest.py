"""A room whose levels were made once."""

from pathlib import Path

import pytest

import optimize_splats
from diorama.tours.stages import OptimizeSplatsParams
from splats import streamed
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


@pytest.fixture(scope="session")
def large(known: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inputs of `package_tour` for the same room as if it were a large one, in small tiles."""
    inputs = tmp_path_factory.mktemp("large")
    params = OptimizeSplatsParams(
        looked_at_side_px=96,
        refined_side_px=96,
        refine_steps=5,
        tiled_above=1000,
        whole_up_to=1000,
        first_splats=100,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streamed, "FEWEST_LEAF_SPLATS", 100)
        patch.setattr(streamed, "TILE_SPLATS", (300, 5000))
        optimize_splats.run(known.inputs, inputs / "scene", params, ignore)
    (inputs / "poses").symlink_to(known.inputs / "poses")
    return inputs
