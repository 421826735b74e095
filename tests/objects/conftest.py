"""The small world that these tests act in."""

from pathlib import Path

import pytest

from tests.studio_world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)
