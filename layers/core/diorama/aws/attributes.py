"""Rows as DynamoDB's attributes and back, number for number."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from diorama.ports import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_to_attribute = TypeSerializer().serialize
_from_attribute = TypeDeserializer().deserialize


def to_item(row: Mapping[str, Any]) -> "dict[str, AttributeValueTypeDef]":
    """The row's attributes. It has passed `diorama.rows.checked_row`."""
    return {name: _to_attribute(_with_decimals(value)) for name, value in row.items()}


def from_item(item: Mapping[str, Any]) -> Row:
    """The row that an item is."""
    return {name: _without_decimals(_from_attribute(attribute)) for name, attribute in item.items()}


def _with_decimals(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))  # the shortest text that gives this float again
    if isinstance(value, dict):
        return {name: _with_decimals(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_decimals(item) for item in value]
    return value


def _without_decimals(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {name: _without_decimals(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_decimals(item) for item in value]
    return value
