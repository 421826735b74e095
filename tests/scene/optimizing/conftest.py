"""One room for all tests here, and one run of the stage on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from optimizing.visibility import Visibility, look
from tests.scene.room import Room, room


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return room(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="session")
def seen(known: Room) -> Visibility:
    return look(known.scene, known.views)


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Tensors here are tiny: torch's threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def copied(known: Room, tmp_path: Path) -> Path:
    """Inputs of the stage that a test may change: frames and poses are the room's, the model is its own."""
    inputs = tmp_path / "in"
    inputs.mkdir()
    for name in ("frames", "poses"):
        (inputs / name).symlink_to(known.inputs / name)
    return inputs
