"""Sessions: an access token that is a signed JWT, and a refresh token for the next one."""

import hashlib
import hmac
import secrets
import uuid
from typing import Any

import jwt

from diorama.credentials import signed_out
from diorama.ports import Clock, Tokens
from local.database import Database

ACCESS_S = 3600
REFRESH_S = 30 * 24 * 3600  # of the whole session: a new refresh token does not lengthen it
REUSE_GRACE_S = 10  # a page that did not get the answer is no thief
SCOPE = "aws.cognito.signin.user.admin"

_ALGORITHM = "HS256"
_SESSIONS = """
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, expires_at REAL NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE
)"""
_REFRESH_TOKENS = """
CREATE TABLE IF NOT EXISTS refresh_tokens (
    hash BLOB PRIMARY KEY, used_at REAL,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
)"""
_GROUPS = """
CREATE TABLE IF NOT EXISTS user_groups (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
)"""
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id)",
    "CREATE INDEX IF NOT EXISTS refresh_tokens_by_session ON refresh_tokens (session_id)",
)


class Sessions:
    """Who is signed in. Tokens carry the claims of Cognito's; of refresh tokens only hashes are kept."""

    def __init__(self, database: Database, secret: bytes, clock: Clock, issuer: str, client_id: str) -> None:
        self._database = database
        self._key = hmac.digest(secret, b"diorama: access tokens", "sha256")
        self._clock = clock
        self._issuer = issuer
        self._client_id = client_id
        database.create(_SESSIONS, _REFRESH_TOKENS, _GROUPS, *_INDEXES)

    def begin(self, user_id: str) -> Tokens:
        """A new session of a user."""
        now, session_id = self._clock.now(), str(uuid.uuid4())
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE expires_at <= ?", (now,))
            connection.execute(
                "INSERT INTO sessions (id, user_id, expires_at) VALUES (?, ?, ?)",
                (session_id, user_id, now + REFRESH_S),
            )
            return self._tokens(session_id, user_id)

    def renew(self, refresh_token: str) -> Tokens:
        """New tokens for a refresh token that is unused, or was used just now: the answer may have got lost,
        as when a page is reloaded at that moment. One that comes again later ends its session: somebody
        else has it. Raises `NotSignedIn`."""
        with self._database.transaction() as connection:
            record = connection.execute(
                "SELECT session_id, user_id, used_at FROM refresh_tokens"
                " JOIN sessions ON sessions.id = session_id WHERE hash = ? AND expires_at > ?",
                (_hash(refresh_token), self._clock.now()),
            ).fetchone()
            now = self._clock.now()
            if record is not None and (record["used_at"] is None or now - record["used_at"] <= REUSE_GRACE_S):
                connection.execute(
                    "UPDATE refresh_tokens SET used_at = coalesce(used_at, ?) WHERE hash = ?",
                    (now, _hash(refresh_token)),
                )
                return self._tokens(record["session_id"], record["user_id"])
            if record is not None:
                connection.execute("DELETE FROM sessions WHERE id = ?", (record["session_id"],))
        raise signed_out()

    def join_group(self, user_id: str, name: str) -> None:
        """Tokens from now on say that the user is in the group."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO user_groups (user_id, name) VALUES (?, ?)", (user_id, name)
            )

    def end_all(self, user_id: str) -> None:
        """Signs a user out everywhere; tokens given before stop working."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))

    def claims(self, access_token: str) -> dict[str, Any]:
        """What a good access token says. Raises `NotSignedIn` for any other."""
        try:
            claims: dict[str, Any] = jwt.decode(
                access_token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=self._issuer,
                options={"require": ["exp", "iat", "sub", "jti"], "verify_exp": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, ValueError):
            raise signed_out() from None
        if not self._is_good(claims):
            raise signed_out()
        return claims

    def _is_good(self, claims: dict[str, Any]) -> bool:
        """PyJWT has checked signature and issuer; time is our clock's."""
        return (
            claims["exp"] > self._clock.now()
            and claims.get("client_id") == self._client_id
            and claims.get("token_use") == "access"
            and SCOPE in claims.get("scope", "").split()
            and self._is_open(claims.get("origin_jti", ""), claims["sub"])
        )

    def _is_open(self, session_id: str, user_id: str) -> bool:
        found = self._database.connection().execute(
            "SELECT 1 FROM sessions WHERE id = ? AND user_id = ? AND expires_at > ?",
            (session_id, user_id, self._clock.now()),
        )
        return found.fetchone() is not None

    def _tokens(self, session_id: str, user_id: str) -> Tokens:
        refresh_token = secrets.token_urlsafe(32)
        self._database.connection().execute(
            "INSERT INTO refresh_tokens (hash, session_id) VALUES (?, ?)", (_hash(refresh_token), session_id)
        )
        return Tokens(self._access_token(session_id, user_id), refresh_token, ACCESS_S)

    def _access_token(self, session_id: str, user_id: str) -> str:
        now = int(self._clock.now())
        claims = {
            "sub": user_id,
            "username": user_id,
            "iss": self._issuer,
            "client_id": self._client_id,
            "origin_jti": session_id,
            "token_use": "access",
            "scope": SCOPE,
            "auth_time": now,
            "iat": now,
            "exp": now + ACCESS_S,
            "jti": str(uuid.uuid4()),
            **self._groups(user_id),
        }
        return jwt.encode(claims, self._key, _ALGORITHM)

    def _groups(self, user_id: str) -> dict[str, list[str]]:
        """Left out where there are none, as Cognito does."""
        found = self._database.connection().execute(
            "SELECT name FROM user_groups WHERE user_id = ? ORDER BY name", (user_id,)
        )
        names = [record["name"] for record in found]
        return {"cognito:groups": names} if names else {}


def _hash(refresh_token: str) -> bytes:
    # 256 random bits need no slow hash.
    return hashlib.sha256(refresh_token.encode(errors="replace")).digest()
