"""What tests of several rooms share."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.stages import Told

# Property tests judge results, not how busy the machine is.
settings.register_profile("diorama", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("diorama")


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """A stage's output folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds in the generated room, small enough to be solved in seconds."""
    from examples.textured_room.film import film_room

    clip = tmp_path_factory.mktemp("clip") / "room.mp4"
    film_room(clip, seconds=6, width_px=640, height_px=480, fps=4)
    return clip
