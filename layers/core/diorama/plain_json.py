"""JSON as tables and topics take it: finite numbers, text that is Unicode, nothing else."""

import json
from collections.abc import Iterable
from typing import Any

LARGEST_NUMBER = 1e38  # DynamoDB keeps 38 digits,
SMALLEST_NUMBER = 1e-128  # and powers of ten down to -128 through boto3
DEEPEST = 30  # levels; DynamoDB takes 32 with the row itself


def to_json(value: Any, limit_bytes: int) -> str:
    """The value as compact JSON. Raises `ValueError` where it is none, or longer than the limit."""
    text = json.dumps(checked(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    size = len(text.encode())
    if size > limit_bytes:
        raise ValueError(f"{size} bytes of JSON are more than the limit of {limit_bytes}.")
    return text


def checked(value: Any, place: str = "value", depth: int = 0) -> Any:
    """A copy of the value in which whole floats are ints: what every table gives back.

    Raises `ValueError` naming the place of what is no JSON, or what DynamoDB can't keep.
    """
    if depth > DEEPEST:
        raise ValueError(f"{place} lies more than {DEEPEST} levels deep.")
    if isinstance(value, dict):
        return dict(_checked_members(value, place, depth))
    if isinstance(value, list):
        return [checked(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
    if isinstance(value, str):
        return _checked_text(value, place)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _checked_number(value, place)
    raise ValueError(f"{place} is a {type(value).__name__}, which is not JSON.")


def _checked_members(value: dict[Any, Any], place: str, depth: int) -> Iterable[tuple[str, Any]]:
    for name, member in value.items():
        if not isinstance(name, str) or not name:
            raise ValueError(f"{place} has a member whose name is {name!r}; names are text, not empty.")
        yield _checked_text(name, place), checked(member, f"{place}.{name}", depth + 1)


def _checked_text(text: str, place: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{place} holds half a surrogate pair, which is not Unicode text.") from None
    return str(text)


def _checked_number(number: float, place: str) -> float:
    if not abs(number) < LARGEST_NUMBER:  # also refuses NaN
        raise ValueError(f"{place} is {number}, which no table keeps.")
    if 0 < abs(number) < SMALLEST_NUMBER:
        raise ValueError(f"{place} is {number}, closer to zero than a table can keep.")
    return int(number) if number == int(number) else number
