"""Races on DynamoDB's adapter, over moto: its conditions and transactions, and rows as they come back from there.

What moto does not play, an index that is behind and services that are too busy, every race has (`Weather.index_lag_s`,
"throttle"). Pages need no race: `tests/contracts/` compares them, and no list of one attempt is as long as a page.
"""

import boto3
import pytest

from diorama.aws.records import DynamoRecords
from diorama.ports import Records
from local.database import Database
from tests.cloud import REGION, aws, make_table
from tests.races.race import race
from tests.races.scenario import Scenario
from tests.races.world import Tables

__all__ = ["aws"]
NAMES = ("jobs", "records")


@pytest.fixture
def in_dynamodb(aws: None) -> Tables:
    """Makes empty tables, as often as asked."""
    adapters = [DynamoRecords(name) for name in NAMES]
    dynamodb = boto3.client("dynamodb", region_name=REGION)

    def tables(_database: Database) -> tuple[Records, Records]:
        for name in dynamodb.list_tables()["TableNames"]:
            dynamodb.delete_table(TableName=name)
        for name in NAMES:
            make_table(name)
        jobs, records = adapters
        return jobs, records

    return tables


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20_000, 20_004))
def test_whatever_happens_jobs_end_once_on_dynamodb_too(in_dynamodb: Tables, seed: int) -> None:
    assert not race(Scenario.of(seed), in_dynamodb), Scenario.of(seed)
