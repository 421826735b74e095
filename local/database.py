"""The one SQLite file of local mode, shared by the studio's threads and by every worker process."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diorama.errors import Unavailable

BUSY_TIMEOUT_S = 30


class Database:
    """Hands each thread its own connection. Opened on first use, and safe to `kill -9` at any moment.

    Outside of `transaction()` every statement commits by itself. Durable against the death of a process;
    a power cut may lose the last moments, never the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.local()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection; rows come as `sqlite3.Row`."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = _connected(self._path)
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, alone among writers. Within another transaction it joins that one.

        Raises `Unavailable` where the file stays locked, or the disk is full.
        """
        connection = self.connection()
        if connection.in_transaction:
            yield connection
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise _translated(error) from error
        finally:
            _roll_back_the_rest(connection)

    def create(self, *statements: str) -> None:
        """Makes tables and indexes that are not there yet (`CREATE ... IF NOT EXISTS`)."""
        with self.transaction() as connection:
            for statement in statements:
                connection.execute(statement)

    def close(self) -> None:
        """Closes this thread's connection; another thread's closes when that thread ends."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            del self._threads.connection


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    _write_ahead(connection)
    return connection


def _roll_back_the_rest(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turns the write-ahead log on. Two first openers may be told "locked" at once: ask again."""
    give_up_at = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise _translated(error) from error
            time.sleep(0.02)
        else:
            return


def _translated(error: sqlite3.OperationalError) -> Exception:
    if "disk is full" in str(error):
        return Unavailable("The disk is full.", "Free some space and try again.")
    if "locked" in str(error) or "busy" in str(error):
        return Unavailable("The studio's database is busy.", "Try again in a moment.")
    return error
