"""What the contract tests run against: each port twice, on moto's AWS and on this machine."""

import os
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from local.database import Database
from tests.fakes import FakeClock

AWS_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def one_at_a_time(call: Callable[..., Any]) -> Callable[..., Any]:
    """Each request is atomic, as in AWS; moto's own threads would see each other's halves."""
    lock = threading.Lock()

    @wraps(call)
    def locked(*args: Any, **options: Any) -> Any:
        with lock:
            return call(*args, **options)

    return locked


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "state" / "diorama.sqlite")
    yield database
    database.close()


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    """An empty AWS of moto's, and no way to a real one."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        for name, value in AWS_ENVIRONMENT.items():
            environment.setenv(name, value)
        environment.setattr(BotocoreStubber, "__call__", one_at_a_time(BotocoreStubber.__call__))
        with mock_aws():
            yield
