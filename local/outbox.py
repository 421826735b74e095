"""What leaves, locally: letters as files, messages in a durable queue, pushes in a table."""

import json
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from diorama.errors import NotFound
from diorama.plain_json import to_json
from diorama.ports import MESSAGE_LIMIT_BYTES, PUSH_LIMIT_BYTES, Clock, JsonObject, Mail
from local.database import Database
from local.files import write_whole

SENDER = "Diorama <studio@localhost>"
TRIES = 6
FIRST_DELAY_S = 1.0  # doubles with every try, so the last one comes half a minute after the first

_QUEUE = """
CREATE TABLE IF NOT EXISTS queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, message TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_try REAL NOT NULL, dead INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT ''
)"""
_QUEUE_BY_TIME = "CREATE INDEX IF NOT EXISTS queue_due ON queue (dead, next_try, id)"
_CONNECTIONS = "CREATE TABLE IF NOT EXISTS connections (id TEXT PRIMARY KEY)"
_PUSHES = """
CREATE TABLE IF NOT EXISTS pushes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE
)"""
_PUSHES_BY_CONNECTION = "CREATE INDEX IF NOT EXISTS pushes_by_connection ON pushes (connection_id, id)"


@dataclass(frozen=True)
class QueuedMessage:
    """A published message that waits for its receivers; `attempts` were made before."""

    id: int
    topic: str
    message: JsonObject
    attempts: int = 0


class Push(NamedTuple):
    """A message for an open page, as JSON."""

    connection_id: str
    text: str


class LocalOutbox:
    """Letters go to `folder` as .eml files. A dispatcher drains the queue, a postman the pushes."""

    def __init__(self, database: Database, folder: Path, clock: Clock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        database.create(_QUEUE, _QUEUE_BY_TIME, _CONNECTIONS, _PUSHES, _PUSHES_BY_CONNECTION)

    def mail(self, mail: Mail) -> None:
        sent_at = datetime.fromtimestamp(self._clock.now(), UTC)
        name = f"{sent_at:%Y%m%dT%H%M%S.%fZ}-{uuid.uuid4().hex[:8]}.eml"
        write_whole(self._folder / name, _letter(mail, sent_at).as_bytes())

    def publish(self, topic: str, message: JsonObject) -> None:
        text = to_json(message, MESSAGE_LIMIT_BYTES)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO queue (topic, message, next_try) VALUES (?, ?, ?)",
                (topic, text, self._clock.now()),
            )

    def undelivered(self, limit: int = 100) -> Sequence[QueuedMessage]:
        """Messages that are due, oldest first; the same ones again until they are settled."""
        found = self._database.connection().execute(
            "SELECT * FROM queue WHERE NOT dead AND next_try <= ? ORDER BY id LIMIT ?",
            (self._clock.now(), limit),
        )
        return [_queued(record) for record in found]

    def delivered(self, message_id: int) -> None:
        """Settles a message: every receiver has taken it."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM queue WHERE id = ?", (message_id,))

    def failed(self, message_id: int, error: str) -> bool:
        """Puts a message off, twice as long each time; whether it will be tried again, or is dead now."""
        with self._database.transaction() as connection:
            record = connection.execute("SELECT attempts FROM queue WHERE id = ?", (message_id,)).fetchone()
            if record is None:
                return False
            attempts = record["attempts"] + 1
            dead = attempts >= TRIES
            next_try = self._clock.now() + FIRST_DELAY_S * 2 ** (attempts - 1)
            connection.execute(
                "UPDATE queue SET attempts = ?, next_try = ?, dead = ?, last_error = ? WHERE id = ?",
                (attempts, next_try, dead, error[:1000], message_id),
            )
            return not dead

    def dead_letters(self, limit: int = 100) -> Sequence[QueuedMessage]:
        """Messages that were given up, for a person to look at."""
        found = self._database.connection().execute(
            "SELECT * FROM queue WHERE dead ORDER BY id LIMIT ?", (limit,)
        )
        return [_queued(record) for record in found]

    def push(self, connection_id: str, message: JsonObject) -> None:
        text = to_json(message, PUSH_LIMIT_BYTES)
        with self._database.transaction() as connection:
            if not connection.execute("SELECT 1 FROM connections WHERE id = ?", (connection_id,)).fetchone():
                raise NotFound("That page is no longer open.")
            connection.execute(
                "INSERT INTO pushes (connection_id, message) VALUES (?, ?)", (connection_id, text)
            )

    def open_connection(self, connection_id: str) -> None:
        """A page has opened its WebSocket."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO connections (id) VALUES (?)", (connection_id,))

    def close_connection(self, connection_id: str) -> None:
        """It is gone, and what was to be pushed to it."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM connections WHERE id = ?", (connection_id,))

    def close_all_connections(self) -> None:
        """For the studio's start: no page outlives the process that served it."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM connections")

    def take_pushes(self) -> Sequence[Push]:
        """What to send to pages now, in order; each message is given once. Cheap where there is nothing."""
        if not self._database.connection().execute("SELECT 1 FROM pushes LIMIT 1").fetchone():
            return []
        with self._database.transaction() as connection:
            found = connection.execute("DELETE FROM pushes RETURNING id, connection_id, message").fetchall()
        found.sort(key=lambda record: record["id"])
        return [Push(record["connection_id"], record["message"]) for record in found]


def _queued(record: sqlite3.Row) -> QueuedMessage:
    message = json.loads(record["message"])
    return QueuedMessage(record["id"], record["topic"], message, record["attempts"])


def _letter(mail: Mail, sent_at: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = SENDER, mail.to, mail.subject
    letter["Date"] = format_datetime(sent_at)
    letter.set_content(mail.text)
    if mail.html:
        letter.add_alternative(mail.html, subtype="html")
    return letter
