from typing import Any

import pytest
from botocore.exceptions import ClientError

from diorama.aws import records as records_module
from diorama.aws.records import DynamoRecords
from diorama.errors import Conflict, Unavailable
from diorama.ports import Put


class DynamoDB:
    """Refuses writes for a while, as a busy table does."""

    def __init__(self, *refusals: ClientError) -> None:
        self.refusals = list(refusals)
        self.writes = 0

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {}

    def write(self, **_: Any) -> dict[str, Any]:
        self.writes += 1
        if self.refusals:
            raise self.refusals.pop(0)
        return {"Attributes": {"count": {"N": "1"}}}

    put_item = delete_item = update_item = transact_write_items = write


def refusal(code: str, *reasons: str) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": ""},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(response, "Write")


IN_ANOTHER = refusal("TransactionConflictException")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_module, "_FIRST_DELAY_S", 0)


def records_at(dynamodb: DynamoDB) -> DynamoRecords:
    records = DynamoRecords("rows")
    records.__dict__["_dynamodb"] = dynamodb
    return records


def test_a_write_that_meets_a_transaction_is_made_again() -> None:
    dynamodb = DynamoDB(IN_ANOTHER, IN_ANOTHER)
    records = records_at(dynamodb)
    assert records.put({"pk": "a", "sk": "1"}, 0)["rev"] == 1
    assert dynamodb.writes == 3
    dynamodb.refusals = [IN_ANOTHER]
    records.delete("a", "1")
    dynamodb.refusals = [IN_ANOTHER]
    assert records.add("a", "1", "count", 1) == 1


def test_a_table_that_is_always_busy_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        records_at(DynamoDB(*[IN_ANOTHER] * 50)).put({"pk": "a", "sk": "1"}, 0)


def test_a_transaction_tells_a_lost_condition_from_a_lost_race() -> None:
    writes = [Put({"pk": "a", "sk": "1"}, 0), Put({"pk": "a", "sk": "2"}, None)]
    race = refusal("TransactionCanceledException", "TransactionConflict", "None")
    unconditional = refusal("TransactionCanceledException", "None", "ConditionalCheckFailed")
    dynamodb = DynamoDB(race, unconditional)
    records_at(dynamodb).transact(writes)
    assert dynamodb.writes == 3
    with pytest.raises(Conflict, match=r"\(a, 1\)"):
        records_at(
            DynamoDB(refusal("TransactionCanceledException", "ConditionalCheckFailed", "None"))
        ).transact(writes)
