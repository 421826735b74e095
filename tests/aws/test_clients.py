import subprocess
import sys

import pytest

from diorama.aws.clients import session


def test_the_region_is_the_one_that_lambda_and_sagemaker_name(aws: None) -> None:
    assert session().region_name == "eu-central-1"


def test_elsewhere_the_region_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert session().region_name == "us-west-2"


CONNECT = """
import socket
socket.socket.connect = None  # nothing may go out
from diorama.aws import connect
from diorama.settings import Settings
import botocore.client
botocore.client.ClientCreator.create_client = None  # nor is any client made yet
print(type(connect(Settings()).store).__name__)
"""


def test_wiring_the_platform_makes_no_client_and_calls_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CONNECT],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "S3Store\n"
