"""The ports of a world without files, processes or threads: the real local adapters on one database in memory."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diorama.errors import NotFound
from diorama.ports import Clock, JsonObject, Mail, Page, Put, Records, Row, StoredObject, Write
from diorama.rows import cursor_after, read_cursor
from local.database import Database
from tests.races.actors import Actors


class DatabaseInMemory(Database):
    """One connection for all: only one actor has the turn, and none loses it inside of a transaction."""

    def __init__(self) -> None:
        super().__init__(Path())
        self._only = sqlite3.connect(":memory:", isolation_level=None)
        self._only.row_factory = sqlite3.Row
        self._only.execute("PRAGMA foreign_keys = ON")

    def connection(self) -> sqlite3.Connection:
        return self._only

    def close(self) -> None:
        return

    def end(self) -> None:
        self._only.close()


@dataclass
class FilesInMemory:
    """As much of a store as the engine of jobs touches."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, uri: str, content: bytes, content_type: str | None = None) -> None:
        self.files[uri] = content

    def get(self, uri: str, start: int = 0, length: int | None = None) -> bytes:
        if uri not in self.files:
            raise NotFound("There is no such file.")
        return self.files[uri][start : None if length is None else start + length]

    def list(self, uri_prefix: str) -> Iterator[StoredObject]:
        found = sorted(uri for uri in self.files if uri.startswith(uri_prefix))
        return iter([StoredObject(uri, len(self.files[uri])) for uri in found])

    def url(self, uri: str, expires_s: int, download_name: str | None = None) -> str:
        return uri

    def reports(self) -> dict[str, JsonObject]:
        """Every output that is whole, with its report."""
        named = "/report.json"
        return {
            uri.removesuffix(named): json.loads(content)
            for uri, content in self.files.items()
            if uri.endswith(named)
        }


@dataclass
class Bus:
    """What is published goes to `carry`; letters and pushes are kept."""

    carry: Callable[[str, JsonObject], None]
    mails: list[Mail] = field(default_factory=list)
    pages: dict[str, list[JsonObject]] = field(default_factory=dict)

    def mail(self, mail: Mail) -> None:
        self.mails.append(mail)

    def publish(self, topic: str, message: JsonObject) -> None:
        self.carry(topic, message)

    def push(self, connection_id: str, message: JsonObject) -> None:
        if connection_id not in self.pages:
            raise NotFound("That page is no longer open.")
        self.pages[connection_id].append(message)


class WatchedRecords:
    """A table that shows each row to `watch` once it is written, and knows which rows there are."""

    def __init__(self, records: Records, watch: Callable[[Row], None]) -> None:
        self._records = records
        self._watch = watch
        self.rows: dict[tuple[str, str], Row] = {}
        self.get, self.query = records.get, records.query

    def put(self, row: Row, expected_rev: int | None) -> Row:
        written = self._records.put(row, expected_rev)
        self._see(row)
        return written

    def delete(self, pk: str, sk: str, expected_rev: int | None = None) -> None:
        self._records.delete(pk, sk, expected_rev)
        self.rows.pop((pk, sk), None)

    def add(
        self, pk: str, sk: str, field: str, amount: int, ceiling: int | None = None, ttl: int | None = None
    ) -> int:
        raise AssertionError("nothing is counted in the table of jobs")

    def transact(self, writes: Sequence[Write]) -> None:
        self._records.transact(writes)
        for write in writes:
            if isinstance(write, Put):
                self._see(write.row)
            else:
                self.rows.pop((write.pk, write.sk), None)

    def _see(self, row: Row) -> None:
        self.rows[row["pk"], row["sk"]] = row
        self._watch(row)


class LaggingIndex:
    """A table whose index tells what was so a while ago, as DynamoDB's may; all else is as it is now."""

    def __init__(self, records: Records, clock: Clock, lag_s: float) -> None:
        self._records = records
        self._clock = clock
        self._lag_s = lag_s
        self._indexed: dict[tuple[str, str], Row] = {}
        self._to_come: list[tuple[float, tuple[str, str], Row | None]] = []
        self.get = records.get

    def put(self, row: Row, expected_rev: int | None) -> Row:
        written = self._records.put(row, expected_rev)
        self._note(row["pk"], row["sk"])
        return written

    def delete(self, pk: str, sk: str, expected_rev: int | None = None) -> None:
        self._records.delete(pk, sk, expected_rev)
        self._note(pk, sk)

    def add(
        self, pk: str, sk: str, field: str, amount: int, ceiling: int | None = None, ttl: int | None = None
    ) -> int:
        total = self._records.add(pk, sk, field, amount, ceiling, ttl)
        self._note(pk, sk)
        return total

    def transact(self, writes: Sequence[Write]) -> None:
        self._records.transact(writes)
        for write in writes:
            self._note(
                *((write.row["pk"], write.row["sk"]) if isinstance(write, Put) else (write.pk, write.sk))
            )

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
        if not index:
            return self._records.query(pk, sk_prefix, limit=limit, cursor=cursor, newest_first=newest_first)
        self._catch_up()
        after = tuple(read_cursor(cursor, pk, sk_prefix, index).values()) if cursor is not None else None
        found = sorted(
            (
                row
                for row in self._indexed.values()
                if row["gsi_pk"] == pk and row["gsi_sk"].startswith(sk_prefix)
            ),
            key=_index_key,
            reverse=newest_first,
        )
        if after is not None:
            found = [
                row for row in found if (_index_key(row) < after) == newest_first and _index_key(row) != after
            ]
        return Page(found[:limit], cursor_after(found[limit - 1], index) if len(found) > limit else None)

    def _note(self, pk: str, sk: str) -> None:
        self._to_come.append((self._clock.now() + self._lag_s, (pk, sk), self._records.get(pk, sk)))

    def _catch_up(self) -> None:
        while self._to_come and self._to_come[0][0] <= self._clock.now():
            _, key, row = self._to_come.pop(0)
            self._indexed.pop(key, None)
            if row is not None and "gsi_pk" in row:
                self._indexed[key] = row


def _index_key(row: Row) -> tuple[str, ...]:
    return row["gsi_pk"], row["gsi_sk"], row["pk"], row["sk"]


class Interruptible:
    """A port at whose every call others may act first, and after which the caller may be no more."""

    def __init__(self, port: object, actors: Actors) -> None:
        self._port = port
        self._actors = actors

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def call(*args: Any, **options: Any) -> Any:
            self._actors.breathe()
            return found(*args, **options)

        self.__dict__[name] = call
        return call
