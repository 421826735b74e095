"""moto's AWS for tests, with what it leaves out."""

import os
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import KeySchemaElementTypeDef

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


def make_table(name: str) -> None:
    """An empty table as template.yaml makes it."""
    columns = ("pk", "sk", "gsi_pk", "gsi_sk")
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": column, "AttributeType": "S"} for column in columns],
        KeySchema=_key("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_gsi",
                "KeySchema": _key("gsi_pk", "gsi_sk"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def _key(partition: str, sort: str) -> list["KeySchemaElementTypeDef"]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def one_at_a_time(call: Callable[..., Any]) -> Callable[..., Any]:
    """Each request is atomic, as in AWS; moto's own threads would see each other's halves."""
    lock = threading.Lock()

    @wraps(call)
    def locked(*args: Any, **options: Any) -> Any:
        with lock:
            return call(*args, **options)

    return locked
