"""Accounts on one machine: what Cognito does for us in the cloud."""

import sqlite3
import uuid
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from diorama.credentials import (
    address_taken,
    check_password,
    normalised_email,
    not_confirmed,
    second_factor_needed,
    wrong_code,
    wrong_password,
)
from diorama.ports import Clock, Outbox, Tokens
from diorama.studio.identity import ADMINS
from local.database import Database
from local.guesses import Guesses
from local.mailed_codes import CONFIRM, RESET, MailedCodes
from local.second_factors import SecondFactors
from local.sessions import Sessions

_USERS = """
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
    confirmed INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL
)"""
_NOBODY = "nobody"  # stands in for an account where an address has none


class LocalAccounts:
    """Passwords as argon2 hashes in SQLite; codes by the outbox.

    An unknown address takes the same time, and gets the same words, as a known one with a wrong password.
    """

    def __init__(
        self,
        database: Database,
        secret: bytes,
        outbox: Outbox,
        clock: Clock,
        issuer: str,
        client_id: str,
        hasher: PasswordHasher | None = None,
    ) -> None:
        database.create(_USERS)
        self._database = database
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._guesses = Guesses(database, clock)
        self._codes = MailedCodes(database, secret, outbox, clock)
        self._second_factors = SecondFactors(database, clock)
        self._sessions = Sessions(database, secret, clock, issuer, client_id)

    def sign_up(self, email: str, password: str) -> str:
        address = normalised_email(email)
        check_password(password)
        user = self._find(address)
        if user is not None:
            self._send_again(user)
            raise address_taken()
        user_id = self._add(address, password, confirmed=False)
        self._codes.send(user_id, address, CONFIRM)
        return user_id

    def confirm(self, email: str, code: str) -> None:
        address = normalised_email(email)
        self._guesses.count("confirm", address)
        user = self._find(address)
        if not self._codes.take(user["id"] if user else _NOBODY, CONFIRM, code):
            raise wrong_code()
        self._guesses.forget("confirm", address)
        with self._database.transaction() as connection:
            connection.execute("UPDATE users SET confirmed = 1 WHERE email = ?", (address,))

    def log_in(self, email: str, password: str, second_factor: str = "") -> Tokens:
        address = normalised_email(email)
        self._guesses.count("log_in", address)
        user, nobodys_hash = self._find(address), self._nobodys_hash
        right = self._is_password(user["password_hash"] if user else nobodys_hash, password)
        if user is None or not right:
            raise wrong_password()
        if self._second_factors.is_on(user["id"]):
            if not second_factor:
                raise second_factor_needed()
            self._second_factors.take(user["id"], second_factor)
        self._guesses.forget("log_in", address)
        if not user["confirmed"]:
            raise not_confirmed()
        self._rehash(user, password)
        return self._sessions.begin(user["id"])

    def refresh(self, refresh_token: str) -> Tokens:
        return self._sessions.renew(refresh_token)

    def log_out(self, access_token: str) -> None:
        self._sessions.end_all(self.claims(access_token)["sub"])

    def has_second_factor(self, access_token: str) -> bool:
        return self._second_factors.is_on(self.claims(access_token)["sub"])

    def begin_second_factor(self, access_token: str) -> str:
        return self._second_factors.begin(self.claims(access_token)["sub"])

    def confirm_second_factor(self, access_token: str, code: str) -> None:
        user_id = self.claims(access_token)["sub"]
        self._guesses.count("second_factor", user_id)
        if not self._second_factors.confirm(user_id, code):
            raise wrong_code()
        self._guesses.forget("second_factor", user_id)

    def drop_second_factor(self, access_token: str) -> None:
        self._second_factors.drop(self.claims(access_token)["sub"])

    def begin_reset(self, email: str) -> None:
        address = normalised_email(email)
        self._guesses.count("reset_mail", address)
        user = self._find(address)
        if user is not None and user["confirmed"]:
            self._codes.send(user["id"], address, RESET)

    def reset(self, email: str, code: str, password: str) -> None:
        address = normalised_email(email)
        check_password(password)
        self._guesses.count("reset", address)
        user = self._find(address)
        if not self._codes.take(user["id"] if user else _NOBODY, RESET, code) or user is None:
            raise wrong_code()
        self._guesses.forget("reset", address)
        self._guesses.forget("log_in", address)
        self._set_password(user["id"], password)
        self._sessions.end_all(user["id"])

    def delete(self, user_id: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM users WHERE id = ?", (user_id,))

    def claims(self, access_token: str) -> dict[str, Any]:
        return self._sessions.claims(access_token)

    def make_admin(self, user_id: str) -> None:
        """Whoever runs the studio on this machine is its admin."""
        self._sessions.join_group(user_id, ADMINS)

    def ensure(self, email: str, password: str) -> str:
        """For the demo: a confirmed account with just this password, made or mended; its user's id."""
        address = normalised_email(email)
        user = self._find(address)
        if user is None:
            return self._add(address, password, confirmed=True)
        if not self._is_password(user["password_hash"], password):
            self._set_password(user["id"], password)
        return str(user["id"])

    def _find(self, email: str) -> sqlite3.Row | None:
        found = self._database.connection().execute("SELECT * FROM users WHERE email = ?", (email,))
        user: sqlite3.Row | None = found.fetchone()
        return user

    def _add(self, email: str, password: str, *, confirmed: bool) -> str:
        user_id, password_hash = str(uuid.uuid4()), self._hasher.hash(password)
        try:
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT INTO users (id, email, password_hash, confirmed, created_at)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (user_id, email, password_hash, confirmed, self._clock.now()),
                )
        except sqlite3.IntegrityError:
            raise address_taken() from None
        return user_id

    def _send_again(self, user: sqlite3.Row) -> None:
        if not user["confirmed"]:
            self._guesses.count("confirm_mail", user["email"])
            self._codes.send(user["id"], user["email"], CONFIRM)

    def _is_password(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash(_NOBODY)

    def _rehash(self, user: sqlite3.Row, password: str) -> None:
        """Follows argon2-cffi when it raises what a hash costs."""
        if self._hasher.check_needs_rehash(user["password_hash"]):
            self._set_password(user["id"], password)

    def _set_password(self, user_id: str, password: str) -> None:
        password_hash = self._hasher.hash(password)
        with self._database.transaction() as connection:
            connection.execute("UPDATE users SET password_hash = ? WHERE id = ?", (password_hash, user_id))
