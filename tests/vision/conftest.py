"""What tests of the vision container share."""

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
