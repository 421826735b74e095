"""What tests of the vision container share."""

from collections.abc import Callable
from pathlib import Path

import pytest


class Told:
    """Remembers what a stage says of its progress."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, str]] = []

    def __call__(self, percent: float, message: str, **metrics: float | int | str) -> None:
        self.steps.append((percent, message))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A stage's input folder; tests put a file into `inputs / "photo"`."""
    (tmp_path / "in" / "photo").mkdir(parents=True)
    return tmp_path / "in"


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


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
