"""Who sends a request: API Gateway asks here before it calls a room. A log-in's token or an API key is good.

A preflight carries neither and is let through: the room answers it, by its list of origins.
"""

from typing import Any

from diorama.errors import NotSignedIn
from diorama.platform import connect
from diorama.studio import identity


class UnauthorizedError(Exception):
    """API Gateway makes a 401 of an error with just this message."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry: a policy for the whole API, and who it is for."""
    if event["httpMethod"] == "OPTIONS":
        return _policy(event, "preflight", {})
    try:
        claims = identity.claims_of(connect(), _bearer(event))
    except NotSignedIn:
        raise UnauthorizedError from None
    return _policy(event, claims["sub"], claims)


def _bearer(event: dict[str, Any]) -> str:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = (headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("You are not signed in.", "Log in and send the access token as bearer.")
    return str(token.strip())


def _policy(event: dict[str, Any], principal: str, context: dict[str, str]) -> dict[str, Any]:
    stage = "/".join(event["methodArn"].split("/")[:2])
    allowed = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{stage}/*"}
    document = {"Version": "2012-10-17", "Statement": [allowed]}
    return {"principalId": principal, "policyDocument": document, "context": context}
