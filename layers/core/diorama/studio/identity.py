"""From a bearer to the person: what a log-in's token or an API key says, in one shape.

The authorizer makes these claims, API Gateway hands them on, and every door looks at them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diorama.errors import ConfigurationError, NotSignedIn
from diorama.platform import Platform
from diorama.settings import Settings
from diorama.studio import api_keys

ADMINS = "admin"
"""The group of the user pool whose members run the studio."""


@dataclass(frozen=True)
class Person:
    """Who asks. `scopes` are of the API key they ask with; a log-in has none and may do everything."""

    user_id: str
    is_admin: bool = False
    key_id: str = ""
    scopes: frozenset[str] = frozenset()


def claims_of(platform: Platform, bearer: str) -> dict[str, str]:
    """The claims, as text, as API Gateway hands them on. Raises `NotSignedIn`."""
    if bearer.startswith(api_keys.PREFIX):
        key = api_keys.find(platform, bearer)
        return {
            "sub": key.user_id,
            "iss": platform.settings.token_issuer,
            "client_id": platform.settings.user_pool_client,
            "token_use": "api_key",
            "exp": str(int(key.expires_at or platform.clock.now() + 3600)),
            "scopes": " ".join(key.scopes),
            "key_id": key.key_id,
        }
    claims = platform.accounts.claims(bearer)
    told = {name: str(claims[name]) for name in ("sub", "iss", "client_id", "token_use", "exp")}
    return {**told, "groups": " ".join(claims.get("cognito:groups") or ())}


def person_of(claims: Mapping[str, Any], settings: Settings, now: float) -> Person:
    """Who the claims are about.

    A good signature is not enough: the pool signs id tokens and other clients' tokens with the same
    keys. So issuer, client, use and expiry are checked here. Raises `NotSignedIn`.
    """
    if not settings.token_issuer or not settings.user_pool_client:
        raise ConfigurationError(
            "No issuer or client of tokens is set.", "Set DIORAMA_TOKEN_ISSUER and DIORAMA_USER_POOL_CLIENT."
        )
    expected = {"iss": settings.token_issuer, "client_id": settings.user_pool_client}
    good = all(claims.get(name) == value for name, value in expected.items())
    user_id, use = claims.get("sub"), claims.get("token_use")
    named = isinstance(user_id, str) and user_id
    if not good or not named or use not in ("access", "api_key") or _expiry(claims.get("exp")) <= now:
        raise NotSignedIn("You are not signed in, or no longer.", "Log in again.")
    if use == "api_key":
        scopes = frozenset(str(claims.get("scopes", "")).split())
        return Person(str(user_id), key_id=str(claims.get("key_id", "")), scopes=scopes)
    return Person(str(user_id), is_admin=ADMINS in str(claims.get("groups", "")).split())


def _expiry(value: object) -> float:
    """`exp` in Unix seconds; 0 where it can't be read."""
    text = str(value)
    if text.isdecimal():
        return float(text)
    try:
        return datetime.strptime(f"{text} +0000", "%a %b %d %H:%M:%S UTC %Y %z").timestamp()
    except ValueError:
        return 0
