"""What every answer says to browsers: not to guess, not to frame, and which other pages may read it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from diorama.settings import Settings

_SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_READABLE = "X-Correlation-Id, Retry-After"
_METHODS = "GET, POST, PATCH, PUT, DELETE"
_TAKEN = "Authorization, Content-Type, Idempotency-Key"
_REMEMBERED_S = 600


def of_answer(event: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """Headers of any answer; one that sets its own keeps it."""
    origin = _allowed_origin(event, settings)
    readable = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _READABLE}
    return {**_SAFE, "Vary": "Origin", **(readable if origin else {})}


def preflight(event: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The answer to a browser that asks whether another page may send a request. It does nothing else."""
    told = of_answer(event, settings)
    if "Access-Control-Allow-Origin" in told:
        told["Access-Control-Allow-Methods"] = _METHODS
        told["Access-Control-Allow-Headers"] = _TAKEN
        told["Access-Control-Max-Age"] = str(_REMEMBERED_S)
    listed = {name: [value] for name, value in told.items()}
    return {"statusCode": 204, "multiValueHeaders": listed, "body": "", "isBase64Encoded": False}


def _allowed_origin(event: Mapping[str, Any], settings: Settings) -> str:
    """The asking page's origin where it is on the list; no wildcard, whatever the list says."""
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    public = urlsplit(settings.public_url)
    allowed = {f"{public.scheme}://{public.netloc}", *settings.cors_origins} - {"*", "null", "://"}
    origin = str(sent.get("origin") or "")
    return origin if origin in allowed else ""
