"""Sees to it that every change, every try to sign in and every refused access stands in the audit."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import problems
from diorama.platform import Platform
from diorama.studio import audit
from diorama.studio.identity import Person
from journal import journal

_ONLY_READS = ("GET", "HEAD", "OPTIONS")
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
_SIGNING_IN = "/v1/auth/"
# Steps on the way to something that is noted when it is done.
_SMALL = frozenset({"sign_parts", "buy_ticket", "report_page_error", "refresh"})


def note(
    platform: Platform,
    event: Mapping[str, Any],
    operation: str,
    answer: Mapping[str, Any],
    who: Person | None,
) -> None:
    """Adds what happened to the audit, if it belongs there. Never fails: the answer is made already."""
    if not _belongs(event, operation, answer["statusCode"], who):
        return
    try:
        audit.note(platform, _deed(platform, event, operation, answer, who))
    except Exception as error:  # whatever it is: what was done is done, and must be answered
        journal().error("audit failed", exc_info=error, correlation_id=problems.correlation_id(event))


def _belongs(event: Mapping[str, Any], operation: str, status: int, who: Person | None) -> bool:
    known = who is not None or str(event.get("path")).startswith(_SIGNING_IN)
    if not operation or not known:
        return False
    if event.get("httpMethod") in _ONLY_READS:
        return status in _REFUSED
    if operation in _SMALL:
        return status >= HTTPStatus.BAD_REQUEST
    return status != HTTPStatus.TOO_MANY_REQUESTS or who is None  # who only asks too often does nothing


def _deed(
    platform: Platform,
    event: Mapping[str, Any],
    operation: str,
    answer: Mapping[str, Any],
    who: Person | None,
) -> audit.Deed:
    status = answer["statusCode"]
    refused = status >= HTTPStatus.BAD_REQUEST
    address = _sent(event).get("email") if who is None else None
    identity = (event.get("requestContext") or {}).get("identity") or {}
    return audit.Deed(
        at=platform.clock.now(),
        user_id=who.user_id if who else "",
        act=operation,
        outcome="failed" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "refused" if refused else "done",
        code=str(_json(answer.get("body")).get("code", "")) if refused else "",
        about=str(event.get("path"))[:300],
        address_digest=audit.digest_of(address) if isinstance(address, str) else "",
        source_ip=str(identity.get("sourceIp", "")) if refused else "",
        key_id=who.key_id if who else "",
        correlation_id=problems.correlation_id(event),
    )


def _sent(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return _json(event.get("body"))


def _json(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
