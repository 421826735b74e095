"""A world that the handlers under test stand in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functions.calling import Answer, Api, standing_in
from tests.studio_world import World

__all__ = ["Answer", "Api", "World"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with standing_in(tmp_path) as made:
        yield made


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)
