"""Six digits in a letter, by which somebody shows that an address is theirs."""

import hmac
import secrets
from dataclasses import dataclass

from diorama.ports import Clock, Outbox
from diorama.studio.letters import Notice, letter
from local.database import Database

TRIES = 5

_TABLE = """
CREATE TABLE IF NOT EXISTS codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, purpose TEXT NOT NULL,
    code_hash BLOB NOT NULL, expires_at REAL NOT NULL, tries_left INTEGER NOT NULL,
    PRIMARY KEY (user_id, purpose)
)"""


@dataclass(frozen=True)
class Purpose:
    """What a code is for, how long it is good, and what the letter says."""

    name: str
    good_for_s: int
    letter: Notice


CONFIRM = Purpose(
    "confirm",
    24 * 3600,
    Notice(
        subject="Confirm your address",
        greeting="Welcome to Diorama",
        lines=("Type this code where you signed up. It is good for 24 hours.",),
    ),
)
RESET = Purpose(
    "reset",
    3600,
    Notice(
        subject="A new password",
        greeting="A new password",
        lines=(
            "Type this code to choose one. It is good for one hour.",
            "If you asked for none, do nothing: your password stays as it is.",
        ),
    ),
)


class MailedCodes:
    """At most one code a person and purpose, kept as a hash, for a few tries."""

    def __init__(self, database: Database, secret: bytes, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._key = hmac.digest(secret, b"diorama: mailed codes", "sha256")
        self._outbox = outbox
        self._clock = clock
        database.create(_TABLE)

    def send(self, user_id: str, email: str, purpose: Purpose) -> None:
        """Mails a new code; the one before it is worth nothing from then on."""
        code = f"{secrets.randbelow(1_000_000):06d}"
        expires_at = self._clock.now() + purpose.good_for_s
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO codes (user_id, purpose, code_hash, expires_at, tries_left)"
                " VALUES (?, ?, ?, ?, ?)",
                (user_id, purpose.name, self._hash(user_id, purpose, code), expires_at, TRIES),
            )
        self._outbox.mail(letter(email, purpose.letter.model_copy(update={"code": code})))

    def take(self, user_id: str, purpose: Purpose, code: str) -> bool:
        """Whether that is the code; a right one is used up, a wrong one costs a try."""
        with self._database.transaction() as connection:
            record = connection.execute(
                "UPDATE codes SET tries_left = tries_left - 1"
                " WHERE user_id = ? AND purpose = ? AND tries_left > 0 AND expires_at > ?"
                " RETURNING code_hash",
                (user_id, purpose.name, self._clock.now()),
            ).fetchone()
            given = self._hash(user_id, purpose, code.strip())
            right = record is not None and hmac.compare_digest(record["code_hash"], given)
            if right:
                connection.execute(
                    "DELETE FROM codes WHERE user_id = ? AND purpose = ?", (user_id, purpose.name)
                )
        return right

    def _hash(self, user_id: str, purpose: Purpose, code: str) -> bytes:
        text = f"{user_id}:{purpose.name}:{code}"
        return hmac.digest(self._key, text.encode(errors="replace"), "sha256")
