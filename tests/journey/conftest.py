from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.running_studio import RunningStudio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[RunningStudio]:
    studio = RunningStudio(tmp_path / "state")
    studio.start()
    yield studio
    studio.stop()
    studio.kill_everything()
