"""Who is asking, and what is theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from diorama.errors import ConfigurationError, NotFound, NotSignedIn
from diorama.platform import Platform
from diorama.settings import Settings
from diorama.studio.models import Project


def user_of_claims(claims: Mapping[str, Any], settings: Settings, now: float) -> str:
    """The user's id from the claims of a token whose signature the gateway has verified.

    A good signature is not enough: the pool signs id tokens and other clients' tokens with the same
    keys. So issuer, client, use and expiry are checked here. Raises `NotSignedIn`.
    """
    if not settings.token_issuer or not settings.user_pool_client:
        raise ConfigurationError(
            "No issuer or client of tokens is set.", "Set DIORAMA_TOKEN_ISSUER and DIORAMA_USER_POOL_CLIENT."
        )
    expected = {
        "iss": settings.token_issuer,
        "client_id": settings.user_pool_client,
        "token_use": "access",
    }
    good = all(claims.get(name) == value for name, value in expected.items())
    user_id = claims.get("sub")
    if not good or not isinstance(user_id, str) or not user_id or _expiry(claims.get("exp")) <= now:
        raise NotSignedIn("You are not signed in, or no longer.", "Log in again.")
    return user_id


def _expiry(value: object) -> float:
    """`exp` in Unix seconds; 0 where it can't be read.

    API Gateway's own authorizer hands it on as a date in words, others as a number or its digits.
    """
    text = str(value)
    if text.isdecimal():
        return float(text)
    try:
        return datetime.strptime(f"{text} +0000", "%a %b %d %H:%M:%S UTC %Y %z").timestamp()
    except ValueError:
        return 0


def project_key(user_id: str, project_id: str) -> tuple[str, str]:
    """Where a project's row is. Under its owner, so that finding it is being allowed to."""
    return f"USER#{user_id}", f"PROJECT#{project_id}"


def find_project(platform: Platform, user_id: str, project_id: str) -> tuple[Project, int]:
    """The project and its rev. Raises `NotFound` where it is not there or not this user's."""
    row = platform.records.get(*project_key(user_id, project_id))
    if row is None:
        raise NotFound("There is no such project.", "Check the id; yours are listed at /v1/projects.")
    return Project.model_validate(row["value"]), row["rev"]
