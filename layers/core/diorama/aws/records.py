"""Rows in DynamoDB: keys `pk`, `sk`, a counted `rev`, and one index, `by_gsi`, of `gsi_pk`, `gsi_sk`."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from botocore.exceptions import ClientError

from diorama.aws.attributes import from_item, to_item
from diorama.aws.clients import CONFIG, session
from diorama.aws.errors import code_of, translated
from diorama.errors import Conflict, TooMuch, Unavailable
from diorama.ports import Page, Put, Row, Write
from diorama.rows import check_counter, check_limit, check_writes, checked_row, cursor_after, read_cursor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import DeleteTypeDef, PutTypeDef, TransactWriteItemTypeDef

INDEX = "by_gsi"
TRIES = 8
_FIRST_DELAY_S = 0.02

_FAILED = "ConditionalCheckFailedException"
_CANCELLED = "TransactionCanceledException"
_IN_ANOTHER = "TransactionConflictException"

Result = TypeVar("Result")


class _AgainError(Exception):
    """Somebody wrote in between, which is no reason to give up."""


class DynamoRecords:
    """One table. A write that does not care for the `rev` reads it first, and again when it was beaten."""

    def __init__(self, table: str) -> None:
        self._table = table

    def get(self, pk: str, sk: str) -> Row | None:
        with translated():
            found = self._dynamodb.get_item(TableName=self._table, Key=_key(pk, sk), ConsistentRead=True)
        return from_item(found["Item"]) if "Item" in found else None

    def put(self, row: Row, expected_rev: int | None) -> Row:
        return _insistent(partial(self._put, checked_row(row), expected_rev))

    def delete(self, pk: str, sk: str, expected_rev: int | None = None) -> None:
        _insistent(partial(self._delete, pk, sk, expected_rev))

    def query(
        self,
        pk: str,
        sk_prefix: str = "",
        *,
        index: bool = False,
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        check_limit(limit)
        request = self._request(pk, sk_prefix, index)
        request["ScanIndexForward"] = not newest_first
        if cursor is not None:
            request["ExclusiveStartKey"] = to_item(read_cursor(cursor, pk, sk_prefix, index))
        rows = [row for row, _ in zip(self._found(request, limit + 1), range(limit + 1), strict=False)]
        return Page(rows[:limit], cursor_after(rows[limit - 1], index) if len(rows) > limit else None)

    def add(
        self, pk: str, sk: str, field: str, amount: int, ceiling: int | None = None, ttl: int | None = None
    ) -> int:
        check_counter(field)
        return _insistent(partial(self._add, pk, sk, field, amount, ceiling, ttl))

    def transact(self, writes: Sequence[Write]) -> None:
        checked = [
            Put(checked_row(write.row), write.expected_rev) if isinstance(write, Put) else write
            for write in writes
        ]
        check_writes(checked)
        if checked:
            _insistent(partial(self._transact, checked))

    @cached_property
    def _dynamodb(self) -> "DynamoDBClient":
        return session().client("dynamodb", config=CONFIG)

    def _rev(self, pk: str, sk: str) -> int:
        row = self.get(pk, sk)
        return row["rev"] if row else 0

    def _put(self, content: Row, expected_rev: int | None) -> Row:
        pk, sk = content["pk"], content["sk"]
        before = self._rev(pk, sk) if expected_rev is None else expected_rev
        row = {**content, "rev": before + 1}
        try:
            with translated():
                self._dynamodb.put_item(TableName=self._table, Item=to_item(row), **_while_at(before))
        except ClientError as error:
            raise _refusal(error, pk, sk, expected_rev) from None
        return row

    def _delete(self, pk: str, sk: str, expected_rev: int | None) -> None:
        condition = {} if expected_rev is None else _while_at(expected_rev)
        try:
            with translated():
                self._dynamodb.delete_item(TableName=self._table, Key=_key(pk, sk), **condition)
        except ClientError as error:
            raise _refusal(error, pk, sk, expected_rev) from None

    def _add(self, pk: str, sk: str, field: str, amount: int, ceiling: int | None, ttl: int | None) -> int:
        names, values = {"#field": field, "#rev": "rev"}, {":amount": amount, ":one": 1}
        setting = ""
        if ttl is not None:
            names["#ttl"], values[":ttl"], setting = "ttl", ttl, " SET #ttl = :ttl"
        condition: dict[str, Any] = {}
        if ceiling is not None:
            values[":room"] = ceiling - amount
            enough = "#field <= :room" + (" OR attribute_not_exists(#field)" if amount <= ceiling else "")
            condition = {"ConditionExpression": enough}
        try:
            with translated():
                answer = self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(pk, sk),
                    UpdateExpression="ADD #field :amount, #rev :one" + setting,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=to_item(values),
                    ReturnValues="UPDATED_NEW",
                    **condition,
                )
        except ClientError as error:
            raise _counter_refusal(error, field, ceiling) from None
        total: int = from_item(answer["Attributes"])[field]
        return total

    def _transact(self, writes: Sequence[Write]) -> None:
        try:
            with translated():
                self._dynamodb.transact_write_items(TransactItems=[self._item(write) for write in writes])
        except ClientError as error:
            if code_of(error) != _CANCELLED:
                raise
            for write, reason in zip(writes, error.response["CancellationReasons"], strict=True):
                if reason["Code"] == "ConditionalCheckFailed" and write.expected_rev is not None:
                    raise _conflict(*_place(write), write.expected_rev) from None
            raise _AgainError from None

    def _item(self, write: Write) -> "TransactWriteItemTypeDef":
        pk, sk = _place(write)
        if isinstance(write, Put):
            before = self._rev(pk, sk) if write.expected_rev is None else write.expected_rev
            item = to_item({**write.row, "rev": before + 1})
            put = {"TableName": self._table, "Item": item, **_while_at(before)}
            return {"Put": cast("PutTypeDef", put)}
        condition = {} if write.expected_rev is None else _while_at(write.expected_rev)
        delete = {"TableName": self._table, "Key": _key(pk, sk), **condition}
        return {"Delete": cast("DeleteTypeDef", delete)}

    def _request(self, pk: str, sk_prefix: str, index: bool) -> dict[str, Any]:
        partition, sort = ("gsi_pk", "gsi_sk") if index else ("pk", "sk")
        condition, names, values = "#partition = :pk", {"#partition": partition}, {":pk": pk}
        if sk_prefix:
            condition += " AND begins_with(#sort, :prefix)"
            names["#sort"], values[":prefix"] = sort, sk_prefix
        return {
            "TableName": self._table,
            **({"IndexName": INDEX} if index else {"ConsistentRead": True}),
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item(values),
        }

    def _found(self, request: dict[str, Any], wanted: int) -> Iterator[Row]:
        pages = self._dynamodb.get_paginator("query").paginate(
            **request, PaginationConfig={"PageSize": wanted}
        )
        with translated():
            for page in pages:
                yield from map(from_item, page["Items"])


def _insistent(write: Callable[[], Result]) -> Result:
    """Writes again, after a moment, what lost a race that it need not lose."""
    for attempt in range(TRIES):
        try:
            return write()
        except _AgainError:
            time.sleep(random.uniform(0, _FIRST_DELAY_S * 2**attempt))  # noqa: S311
    raise Unavailable("Too many write the same row at once.", "Try again in a moment.")


def _key(pk: str, sk: str) -> dict[str, Any]:
    return to_item({"pk": pk, "sk": sk})


def _place(write: Write) -> tuple[str, str]:
    return (write.row["pk"], write.row["sk"]) if isinstance(write, Put) else (write.pk, write.sk)


def _while_at(rev: int) -> dict[str, Any]:
    """The condition that a row is still at that rev; 0: that there is none."""
    if rev == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#rev = :rev",
        "ExpressionAttributeNames": {"#rev": "rev"},
        "ExpressionAttributeValues": to_item({":rev": rev}),
    }


def _refusal(error: ClientError, pk: str, sk: str, expected_rev: int | None) -> Exception:
    code = code_of(error)
    if code == _IN_ANOTHER or (code == _FAILED and expected_rev is None):
        return _AgainError()
    return _conflict(pk, sk, expected_rev) if code == _FAILED else error


def _counter_refusal(error: ClientError, field: str, ceiling: int | None) -> Exception:
    match code_of(error):
        case "ConditionalCheckFailedException":
            return TooMuch(f"{field} would pass its limit of {ceiling}.")
        case "TransactionConflictException":
            return _AgainError()
        case "ValidationException":
            return ValueError(f"{field} is not a whole number.")
        case _:
            return error


def _conflict(pk: str, sk: str, expected_rev: int | None) -> Conflict:
    return Conflict(f"Row ({pk}, {sk}) is not at rev {expected_rev}.", "Read it again, then decide.")
