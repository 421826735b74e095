"""Slows down whoever guesses: after a few tries an address has to wait, longer each time."""

import math

from diorama.credentials import too_many_tries
from diorama.ports import Clock
from local.database import Database

FREE_TRIES = 5
LONGEST_WAIT_S = 15 * 60
FORGOTTEN_AFTER_S = 24 * 3600

_TABLE = """
CREATE TABLE IF NOT EXISTS guesses (
    kind TEXT NOT NULL, email TEXT NOT NULL, tries INTEGER NOT NULL,
    last_try REAL NOT NULL, wait_until REAL NOT NULL, PRIMARY KEY (kind, email)
)"""


class Guesses:
    """Counts by address, whether an account has it or not, so that waiting tells nobody anything."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        database.create(_TABLE)

    def count(self, kind: str, email: str) -> None:
        """Counts a try before it is made, so that many at once gain nothing. Raises `TooMuch`."""
        now = self._clock.now()
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM guesses WHERE last_try < ?", (now - FORGOTTEN_AFTER_S,))
            record = connection.execute(
                "SELECT tries, wait_until FROM guesses WHERE kind = ? AND email = ?", (kind, email)
            ).fetchone()
            tries, wait_until = (record["tries"] + 1, record["wait_until"]) if record else (1, now)
            if now < wait_until:
                raise too_many_tries(f"{math.ceil(wait_until - now)} seconds")
            connection.execute(
                "INSERT OR REPLACE INTO guesses (kind, email, tries, last_try, wait_until)"
                " VALUES (?, ?, ?, ?, ?)",
                (kind, email, tries, now, now + _wait_s(tries)),
            )

    def forget(self, kind: str, email: str) -> None:
        """The last try was right."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM guesses WHERE kind = ? AND email = ?", (kind, email))


def _wait_s(tries: int) -> float:
    """Seconds to wait after so many tries: none for the first few, then 1, 2, 4 ..."""
    doublings = tries - FREE_TRIES
    return 0 if doublings < 0 else min(2.0**doublings, LONGEST_WAIT_S)
