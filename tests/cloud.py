"""moto's AWS for tests, with what it leaves out."""

import os
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

REGION = "eu-central-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="module")
def aws() -> Iterator[None]:
    """An empty AWS of moto's, and no way to a real one."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        environment.setattr(BotocoreStubber, "__call__", one_at_a_time(BotocoreStubber.__call__))
        with mock_aws():
            yield


def one_at_a_time(call: Callable[..., Any]) -> Callable[..., Any]:
    """Each request is atomic, as in AWS; moto's own threads would see each other's halves."""
    lock = threading.Lock()

    @wraps(call)
    def locked(*args: Any, **options: Any) -> Any:
        with lock:
            return call(*args, **options)

    return locked
