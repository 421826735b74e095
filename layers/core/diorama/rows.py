"""What a row of a table is, and what a cursor looks like: rules that every `Records` adapter shares."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from diorama.errors import BadRequest
from diorama.plain_json import checked, to_json
from diorama.ports import ROW_LIMIT_BYTES, Put, Row, Write

RESERVED = frozenset({"pk", "sk", "rev", "gsi_pk", "gsi_sk", "ttl"})
KEY_LIMIT_BYTES = 1024  # DynamoDB's for a sort key; its partition keys take 2,048
WRITES_LIMIT = 100  # DynamoDB's for one transaction
PAGE_LIMIT = 1000

_KEY_FIELDS = ("pk", "sk")
_INDEX_FIELDS = ("gsi_pk", "gsi_sk")


def checked_row(row: Mapping[str, Any]) -> Row:
    """A copy as every table gives it back, without `rev`, which is the table's to count.

    Raises `ValueError` where the row is not one: keys, JSON, size.
    """
    copy: Row = checked({name: value for name, value in row.items() if name != "rev"}, "row")
    for field in _KEY_FIELDS:
        check_key(field, copy.get(field))
    if any(field in copy for field in _INDEX_FIELDS):
        for field in _INDEX_FIELDS:
            check_key(field, copy.get(field))
    ttl = copy.get("ttl", 0)
    if not isinstance(ttl, int) or isinstance(ttl, bool):
        raise ValueError("ttl is a whole number of Unix seconds.")
    try:
        to_json(copy, ROW_LIMIT_BYTES)
    except ValueError as error:
        raise ValueError(f"Row ({copy['pk']}, {copy['sk']}): {error} Long lists belong in a file.") from None
    return copy


def check_key(field: str, value: object) -> None:
    """Raises `ValueError` for what can't be a `pk`, `sk`, `gsi_pk` or `gsi_sk`."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{field} is text, not empty and without NUL; this is {value!r}.")
    if len(value.encode(errors="replace")) > KEY_LIMIT_BYTES:
        raise ValueError(f"{field} has more than {KEY_LIMIT_BYTES} bytes.")


def check_writes(writes: Sequence[Write]) -> None:
    """Raises `ValueError` for more writes than one transaction takes, or two of one row."""
    if len(writes) > WRITES_LIMIT:
        raise ValueError(f"{len(writes)} writes; one transaction takes {WRITES_LIMIT}.")
    keys = [
        (write.row["pk"], write.row["sk"]) if isinstance(write, Put) else (write.pk, write.sk)
        for write in writes
    ]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ValueError(f"A transaction writes a row once; this one writes {sorted(twice)[0]} again.")


def check_counter(field: str) -> None:
    """Raises `ValueError` for a field that nobody may add to."""
    if not field or field in RESERVED:
        raise ValueError(f"{field!r} can't be a counter.")


def check_limit(limit: int) -> None:
    """Raises `BadRequest` for a page size that no query serves."""
    if not 1 <= limit <= PAGE_LIMIT:
        raise BadRequest(f"A page holds 1 to {PAGE_LIMIT} rows, not {limit}.")


def cursor_after(row: Row, index: bool) -> str:
    """The cursor for what follows a row. Opaque to those who carry it, and not a secret."""
    fields = _cursor_fields(index)
    text = json.dumps([row[field] for field in fields], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, partition: str, sort_prefix: str, index: bool) -> dict[str, str]:
    """The keys of the row that the cursor follows, by field name.

    Raises `BadRequest` where it is not a cursor of this very query.
    """
    fields = _cursor_fields(index)
    values = _decoded(cursor)
    if len(values) != len(fields) or not all(isinstance(value, str) and value for value in values):
        raise _not_ours()
    keys = dict(zip(fields, values, strict=True))
    own = keys["gsi_pk" if index else "pk"] == partition
    if not own or not keys["gsi_sk" if index else "sk"].startswith(sort_prefix):
        raise _not_ours()
    return keys


def _cursor_fields(index: bool) -> tuple[str, ...]:
    return (*_INDEX_FIELDS, *_KEY_FIELDS) if index else _KEY_FIELDS


def _decoded(cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        "".join(values).encode()  # text only, and no half surrogate pairs
    except (ValueError, TypeError, RecursionError):
        raise _not_ours() from None
    return list(values) if isinstance(values, list) else []


def _not_ours() -> BadRequest:
    return BadRequest("The cursor does not belong to this list.", "Start again without a cursor.")
