"""Rows in SQLite, in the order and under the conditions that DynamoDB keeps."""

import json
import sqlite3
from collections.abc import Sequence

from diorama.errors import Conflict, TooMuch
from diorama.ports import Page, Put, Row, Write
from diorama.rows import check_counter, check_limit, check_writes, checked_row, cursor_after, read_cursor
from local.database import Database

# Text compares by its bytes in SQLite, as in DynamoDB; the primary key and the index give the order.
_TABLE = """
CREATE TABLE IF NOT EXISTS rows (
    table_name TEXT NOT NULL, pk TEXT NOT NULL, sk TEXT NOT NULL, rev INTEGER NOT NULL,
    gsi_pk TEXT, gsi_sk TEXT, body TEXT NOT NULL,
    PRIMARY KEY (table_name, pk, sk)
) WITHOUT ROWID"""
_INDEX = """
CREATE INDEX IF NOT EXISTS rows_by_gsi ON rows (table_name, gsi_pk, gsi_sk, pk, sk)
WHERE gsi_pk IS NOT NULL"""


class SqliteRecords:
    """One table, by name, of those that share a database."""

    def __init__(self, database: Database, table: str) -> None:
        self._database = database
        self._table = table
        database.create(_TABLE, _INDEX)

    def get(self, pk: str, sk: str) -> Row | None:
        return self._read(self._database.connection(), pk, sk)

    def put(self, row: Row, expected_rev: int | None) -> Row:
        content = checked_row(row)
        with self._database.transaction() as connection:
            rev = self._next_rev(connection, content["pk"], content["sk"], expected_rev)
            return self._write(connection, content, rev)

    def delete(self, pk: str, sk: str, expected_rev: int | None = None) -> None:
        with self._database.transaction() as connection:
            self._delete(connection, pk, sk, expected_rev)

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
        fields = ("gsi_pk", "gsi_sk", "pk", "sk") if index else ("pk", "sk")
        after = read_cursor(cursor, pk, sk_prefix, index) if cursor is not None else None
        sql, values = _query(fields, sk_prefix, after, newest_first)
        found = self._database.connection().execute(sql, [self._table, pk, *values, limit + 1])
        rows = [_row(record) for record in found]
        return Page(rows[:limit], cursor_after(rows[limit - 1], index) if len(rows) > limit else None)

    def add(
        self, pk: str, sk: str, field: str, amount: int, ceiling: int | None = None, ttl: int | None = None
    ) -> int:
        check_counter(field)
        with self._database.transaction() as connection:
            row = self._read(connection, pk, sk) or {"pk": pk, "sk": sk}
            total = _counted(row, field) + amount
            if ceiling is not None and total > ceiling:
                raise TooMuch(f"{field} would be {total}; the limit is {ceiling}.")
            changed = {**row, field: total} if ttl is None else {**row, field: total, "ttl": ttl}
            self._write(connection, checked_row(changed), row.get("rev", 0) + 1)
            return total

    def sweep(self, now: float) -> None:
        """Removes rows past their `ttl`, as DynamoDB does by itself."""
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM rows WHERE table_name = ? AND json_extract(body, '$.ttl') < ?",
                (self._table, now),
            )

    def transact(self, writes: Sequence[Write]) -> None:
        contents = [checked_row(write.row) if isinstance(write, Put) else None for write in writes]
        check_writes(writes)
        with self._database.transaction() as connection:
            for write, content in zip(writes, contents, strict=True):
                if isinstance(write, Put) and content is not None:
                    rev = self._next_rev(connection, content["pk"], content["sk"], write.expected_rev)
                    self._write(connection, content, rev)
                elif not isinstance(write, Put):
                    self._delete(connection, write.pk, write.sk, write.expected_rev)

    def _read(self, connection: sqlite3.Connection, pk: str, sk: str) -> Row | None:
        record = connection.execute(
            "SELECT rev, body FROM rows WHERE table_name = ? AND pk = ? AND sk = ?", (self._table, pk, sk)
        ).fetchone()
        return _row(record) if record else None

    def _next_rev(self, connection: sqlite3.Connection, pk: str, sk: str, expected_rev: int | None) -> int:
        record = connection.execute(
            "SELECT rev FROM rows WHERE table_name = ? AND pk = ? AND sk = ?", (self._table, pk, sk)
        ).fetchone()
        rev: int = record["rev"] if record else 0
        if expected_rev not in (None, rev):
            raise Conflict(
                f"Row ({pk}, {sk}) is at rev {rev}, not {expected_rev}.", "Read it again, then decide."
            )
        return rev + 1

    def _write(self, connection: sqlite3.Connection, content: Row, rev: int) -> Row:
        connection.execute(
            "INSERT OR REPLACE INTO rows (table_name, pk, sk, rev, gsi_pk, gsi_sk, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._table,
                content["pk"],
                content["sk"],
                rev,
                content.get("gsi_pk"),
                content.get("gsi_sk"),
                json.dumps(content),
            ),
        )
        return {**content, "rev": rev}

    def _delete(self, connection: sqlite3.Connection, pk: str, sk: str, expected_rev: int | None) -> None:
        self._next_rev(connection, pk, sk, expected_rev)
        connection.execute(
            "DELETE FROM rows WHERE table_name = ? AND pk = ? AND sk = ?", (self._table, pk, sk)
        )


def _query(
    fields: tuple[str, ...], prefix: str, after: dict[str, str] | None, newest_first: bool
) -> tuple[str, list[str | bytes]]:
    """The SELECT for a table, a partition, the values returned beside it, and a limit."""
    partition, *order = fields
    conditions = ["table_name = ?", f"{partition} = ?"]
    values: list[str | bytes] = []
    if prefix:
        conditions.append(f"{order[0]} >= ? AND {order[0]} < ?")
        values += [prefix, _text_after(prefix)]
    if after is not None:
        marks = ", ".join("?" * len(order))
        conditions.append(f"({', '.join(order)}) {'<' if newest_first else '>'} ({marks})")
        values += [after[field] for field in order]
    ordering = ", ".join(f"{field} {'DESC' if newest_first else 'ASC'}" for field in order)
    where = " AND ".join(conditions)
    return f"SELECT rev, body FROM rows WHERE {where} ORDER BY {ordering} LIMIT ?", values  # noqa: S608


def _text_after(prefix: str) -> str | bytes:
    """The least text after every text with the prefix. Where there is none, a BLOB: they come last."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return b""
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)  # no character is a surrogate


def _row(record: sqlite3.Row) -> Row:
    return {**json.loads(record["body"]), "rev": record["rev"]}


def _counted(row: Row, field: str) -> int:
    value = row.get(field, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{field} of row ({row['pk']}, {row['sk']}) is {value!r}, not a whole number.")
    return value
