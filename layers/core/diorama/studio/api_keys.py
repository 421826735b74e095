"""Keys for scripts: shown once, kept as a hash, limited to scopes, revoked at any time.

pk             sk           holds
USER#<user>    KEY#<id>     a key as its owner sees it
KEY#<hash>     KEY          whose it is, found by what was sent
"""

import hashlib
import secrets
from typing import Literal

from pydantic import Field

from diorama.errors import NotFound, NotSignedIn, Refused
from diorama.platform import Platform
from diorama.ports import Delete, Put
from diorama.stage import Contract
from diorama.studio.ids import new_id

PREFIX = "dio_"
MOST_KEYS = 20
_DAY_S = 24 * 3600

Scope = Literal["read", "write"]


class NewApiKey(Contract):
    """What a key is called and may do."""

    name: str = Field(min_length=1, max_length=100)
    scopes: tuple[Scope, ...] = Field(
        ("read",), min_length=1, description="`write` is all that changes something"
    )
    lasts_days: int | None = Field(None, ge=1, le=3660, description="Left out: until it is revoked")


class ApiKey(Contract):
    """A key as its owner sees it; the secret itself is not kept."""

    key_id: str
    user_id: str
    name: str
    scopes: tuple[Scope, ...]
    starts_with: str = Field(description="The first characters, to know it by")
    created_at: float
    expires_at: float | None


class MadeApiKey(ApiKey):
    """A new key with its secret, which is shown this once."""

    secret: str = Field(repr=False, description="Send it as `Authorization: Bearer`; it is not shown again")


class ApiKeys(Contract):
    """Somebody's keys, oldest first."""

    keys: tuple[ApiKey, ...]


def create(platform: Platform, user_id: str, wanted: NewApiKey) -> MadeApiKey:
    """A new key. Raises `Refused` where there are too many."""
    if len(listed(platform, user_id).keys) >= MOST_KEYS:
        raise Refused(f"You have {MOST_KEYS} keys.", "Revoke one that nobody uses.", "too_many_keys")
    now = platform.clock.now()
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        key_id=new_id(now),
        user_id=user_id,
        name=wanted.name,
        scopes=tuple(sorted(set(wanted.scopes))),
        starts_with=secret[: len(PREFIX) + 4],
        created_at=now,
        expires_at=now + wanted.lasts_days * _DAY_S if wanted.lasts_days else None,
    )
    content = {"value": key.model_dump(mode="json"), "hash": _hash(secret)}
    expiring = {"ttl": int(key.expires_at)} if key.expires_at else {}
    own, by_hash = _own_place(user_id, key.key_id), _place(_hash(secret))
    platform.records.transact(
        [
            Put({"pk": own[0], "sk": own[1], **content, **expiring}, 0),
            Put({"pk": by_hash[0], "sk": by_hash[1], **content, **expiring}, 0),
        ]
    )
    return MadeApiKey(**key.model_dump(), secret=secret)


def listed(platform: Platform, user_id: str) -> ApiKeys:
    """All keys of somebody."""
    rows = platform.records.query(f"USER#{user_id}", "KEY#", limit=MOST_KEYS).rows
    return ApiKeys(keys=tuple(ApiKey.model_validate(row["value"]) for row in rows))


def revoke(platform: Platform, user_id: str, key_id: str) -> None:
    """From now on the key is worth nothing. Raises `NotFound`."""
    row = platform.records.get(*_own_place(user_id, key_id))
    if row is None:
        raise NotFound("There is no such key.", "Yours are listed at /v1/auth/keys.")
    platform.records.transact([Delete(row["pk"], row["sk"]), Delete(*_place(row["hash"]))])


def find(platform: Platform, secret: str) -> ApiKey:
    """Whose key that is. Raises `NotSignedIn`."""
    row = platform.records.get(*_place(_hash(secret)))
    key = ApiKey.model_validate(row["value"]) if row else None
    if key is None or (key.expires_at is not None and key.expires_at <= platform.clock.now()):
        raise NotSignedIn("This API key is not good here.", "Make a new one in your account.")
    return key


def _own_place(user_id: str, key_id: str) -> tuple[str, str]:
    return f"USER#{user_id}", f"KEY#{key_id}"


def _place(digest: str) -> tuple[str, str]:
    return f"KEY#{digest}", "KEY"


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
