"""Signed links: whoever holds one may do one thing with one file for a while."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, urlencode

from diorama.errors import DioramaError
from diorama.ports import Clock
from diorama.uris import Location


class LinkRefused(DioramaError):
    """A link that is not ours, was altered, or is too old."""

    code: ClassVar[str] = "link_refused"
    status: ClassVar[int] = 403


class Links:
    """Makes links below `base_url`, and judges those that come back."""

    def __init__(self, base_url: str, secret: bytes, clock: Clock) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = hmac.digest(secret, b"diorama: links to files", "sha256")
        self._clock = clock

    def signed(self, method: str, location: Location, expires_s: int, facts: Mapping[str, str]) -> str:
        """A link for the method that carries the facts; nobody can change either."""
        told = {**facts, "expires": str(int(self._clock.now()) + expires_s)}
        query = urlencode({**told, "signature": self._signature(method, location, told)})
        return f"{self._base_url}/{quote(f'{location.bucket}/{location.key}')}?{query}"

    def check(self, method: str, location: Location, query: Mapping[str, str]) -> None:
        """Raises `LinkRefused` unless `signed` made this link for this method and it is still good."""
        told = {name: value for name, value in query.items() if name != "signature"}
        given = query.get("signature", "").encode()
        if not hmac.compare_digest(given, self._signature(method, location, told).encode()):
            raise LinkRefused("This link is not valid.", "Ask for a new one.")
        if self._clock.now() >= int(told["expires"]):
            raise LinkRefused("This link has expired.", "Ask for a new one.")

    def _signature(self, method: str, location: Location, told: Mapping[str, str]) -> str:
        text = json.dumps([method, location.bucket, location.key, sorted(told.items())])
        digest = hmac.digest(self._key, text.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
