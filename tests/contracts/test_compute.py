"""What every place for heavy work keeps to. How processes run locally is tested in tests/local."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from diorama.aws.compute import SageMaker
from diorama.errors import Unavailable
from diorama.ports import Compute, LaunchCall
from local.compute import ProcessCompute
from local.database import Database
from local.outbox import LocalOutbox
from local.workers import Workers
from tests.contracts.refusing import RefusingClient
from tests.fakes import FakeClock


def job(name: str) -> LaunchCall:
    return LaunchCall(
        "create_training_job",
        {
            "TrainingJobName": name,
            "RoleArn": "arn:aws:iam::123456789012:role/worker",
            "AlgorithmSpecification": {"TrainingImage": "scene:latest", "TrainingInputMode": "File"},
            "HyperParameters": {"request": "s3://media/requests/one.json"},
            "OutputDataConfig": {"S3OutputPath": "s3://media/out", "KmsKeyId": ""},
            "ResourceConfig": {"InstanceType": "ml.c5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "EnableManagedSpotTraining": False,
        },
    )


def inference(name: str) -> LaunchCall:
    arguments = {"EndpointName": "vision", "InputLocation": "s3://media/one.json", "InferenceId": name}
    return LaunchCall("invoke_endpoint_async", arguments)


@pytest.fixture(params=["aws", "local"])
def compute(request: pytest.FixtureRequest) -> Compute:
    compute: Compute = request.getfixturevalue(f"{request.param}_compute")
    return compute


@pytest.fixture
def local_compute(database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[ProcessCompute]:
    outbox = LocalOutbox(database, tmp_path / "outbox", clock)
    compute = ProcessCompute(database, outbox, clock, "events")
    waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
    workers = Workers(
        compute, tmp_path / "logs", tmp_path / "scratch", dict(os.environ), command=lambda _: waiting
    )
    workers.open()
    yield compute
    workers.close()


@pytest.fixture(scope="module")
def aws_compute(aws: None) -> SageMaker:
    return SageMaker()


def test_work_is_known_once_it_is_launched(compute: Compute) -> None:
    assert compute.state("known-1") == "unknown"
    compute.launch(job("known-1"))
    assert compute.state("known-1") in ("running", "succeeded")  # moto's jobs are done at once


def test_the_same_name_twice_is_one_work(compute: Compute) -> None:
    compute.launch(job("twice-1"))
    compute.launch(job("twice-1"))
    assert compute.state("twice-1") != "unknown"


def test_stopping_what_was_never_launched_is_nothing(local_compute: ProcessCompute) -> None:
    """Moto can't stop; what SageMaker says is below."""
    local_compute.stop("never-1")
    assert local_compute.state("never-1") == "unknown"


def test_nobody_can_ask_after_an_endpoint_s_work(compute: Compute) -> None:
    compute.launch(inference("answer-1"))
    assert compute.state("answer-1") == "unknown"


def refusing(code: str, message: str = "") -> SageMaker:
    compute = SageMaker()
    vars(compute).update(_sagemaker=RefusingClient(code, message), _runtime=RefusingClient(code, message))
    return compute


@pytest.mark.parametrize("code", ["ResourceLimitExceeded", "ThrottlingException", "ServiceUnavailable"])
@pytest.mark.parametrize("call", [job("one"), inference("one")])
def test_no_room_in_the_account_is_told_as_such(code: str, call: LaunchCall) -> None:
    with pytest.raises(Unavailable):
        refusing(code).launch(call)


def test_a_name_in_use_is_fine() -> None:
    refusing("ResourceInUse").launch(job("one"))


@pytest.mark.parametrize(
    "message",
    [
        "Requested resource not found.",
        "The request was rejected because the training job is in status Completed.",
    ],
)
def test_stopping_what_has_ended_or_is_not_there_is_nothing(message: str) -> None:
    refusing("ValidationException", message).stop("one")


def test_a_bug_of_ours_is_not_hidden() -> None:
    broken = refusing("ValidationException", "1 validation error detected: Value 'x_y' at 'trainingJobName'")
    for attempt in (
        lambda: broken.stop("x_y"),
        lambda: broken.state("x_y"),
        lambda: broken.launch(job("x_y")),
    ):
        with pytest.raises(ClientError):
            attempt()
