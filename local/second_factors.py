"""The second step of logging in: codes of an authenticator, by RFC 6238 (and RFC 4226 for one code)."""

import base64
import hmac
import secrets
import struct

from diorama.credentials import wrong_second_factor
from diorama.ports import Clock
from local.database import Database

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
STEPS_EITHER_WAY = 1  # clocks differ, and people type slowly

_TABLE = """
CREATE TABLE IF NOT EXISTS second_factors (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    pending BLOB, secret BLOB, last_step INTEGER NOT NULL DEFAULT 0
)"""


class SecondFactors:
    """At most one authenticator a person. A code works once, as the RFC asks."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        database.create(_TABLE)

    def begin(self, user_id: str) -> str:
        """A new secret in base 32; the one that counts stays until the new one is confirmed."""
        secret = secrets.token_bytes(SECRET_BYTES)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO second_factors (user_id, pending) VALUES (?, ?)"
                " ON CONFLICT (user_id) DO UPDATE SET pending = excluded.pending",
                (user_id, secret),
            )
        return base64.b32encode(secret).decode()

    def confirm(self, user_id: str, code: str) -> bool:
        """Whether the code is the new secret's; from then on that secret counts."""
        with self._database.transaction() as connection:
            record = connection.execute(
                "SELECT pending FROM second_factors WHERE user_id = ? AND pending IS NOT NULL", (user_id,)
            ).fetchone()
            step = self._step_of(record["pending"], code) if record else None
            if step is None:
                return False
            connection.execute(
                "UPDATE second_factors SET secret = pending, pending = NULL, last_step = ? WHERE user_id = ?",
                (step, user_id),
            )
        return True

    def is_on(self, user_id: str) -> bool:
        """Whether logging in takes a code."""
        found = self._database.connection().execute(
            "SELECT 1 FROM second_factors WHERE user_id = ? AND secret IS NOT NULL", (user_id,)
        )
        return found.fetchone() is not None

    def take(self, user_id: str, code: str) -> None:
        """Uses up a code. Raises `NotSignedIn` for one that is wrong, old, or was used before."""
        with self._database.transaction() as connection:
            record = connection.execute(
                "SELECT secret, last_step FROM second_factors WHERE user_id = ?", (user_id,)
            ).fetchone()
            step = self._step_of(record["secret"], code) if record else None
            if step is None or step <= record["last_step"]:
                raise wrong_second_factor()
            connection.execute("UPDATE second_factors SET last_step = ? WHERE user_id = ?", (step, user_id))

    def drop(self, user_id: str) -> None:
        """Forgets the authenticator."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM second_factors WHERE user_id = ?", (user_id,))

    def _step_of(self, secret: bytes, code: str) -> int | None:
        """The time step whose code that is, of those around now."""
        now = int(self._clock.now() // STEP_S)
        steps = range(now - STEPS_EITHER_WAY, now + STEPS_EITHER_WAY + 1)
        given = code.strip().encode(errors="replace")
        fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given)]
        return max(fitting, default=None)


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step: RFC 4226, section 5.3, with the step as the counter."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"
