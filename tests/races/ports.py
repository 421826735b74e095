"""The ports of a world without files, processes or threads: the real local adapters on one database in memory."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diorama.errors import NotFound
from diorama.ports import JsonObject, Mail, Put, Records, Row, StoredObject, Write
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
    """A table that shows each row to `watch` once it is written."""

    def __init__(self, records: Records, watch: Callable[[Row], None]) -> None:
        self._records = records
        self._watch = watch
        self.get, self.query, self.delete, self.add = (
            records.get,
            records.query,
            records.delete,
            records.add,
        )

    def put(self, row: Row, expected_rev: int | None) -> Row:
        written = self._records.put(row, expected_rev)
        self._watch(row)
        return written

    def transact(self, writes: Sequence[Write]) -> None:
        self._records.transact(writes)
        for write in writes:
            if isinstance(write, Put):
                self._watch(write.row)


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
