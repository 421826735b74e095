from collections.abc import Iterator
from pathlib import Path

import pytest

from local.database import Database
from tests.fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "state" / "diorama.sqlite")
    yield database
    database.close()
