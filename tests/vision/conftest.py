"""What tests of the vision container share."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A stage's input folder; tests put a file into `inputs / "photo"`."""
    (tmp_path / "in" / "photo").mkdir(parents=True)
    return tmp_path / "in"


@pytest.fixture(scope="session")
def installed_tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder of weights with one installed model, by its name; made once for all tests, which only read it."""
    from encoders.install import install
    from tests.vision.tiny_models import write_tiny

    folders: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in folders:
            folders[name] = tmp_path_factory.mktemp("weights")
            install(write_tiny(name, folders[name] / name))
        return folders[name]

    return folder
