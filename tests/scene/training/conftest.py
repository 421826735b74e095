"""A generated place for all tests here."""

from collections.abc import Iterator

import pytest
import torch

from tests.scene.training.generated import Place, generated_place


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return generated_place(tmp_path_factory.mktemp("place"))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tensors here are tiny: torch's threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
