"""How much one person may ask for in a minute: a counter a minute, which goes by itself."""

import math

from diorama.errors import TooMuch
from diorama.platform import Platform

WINDOW_S = 60
_KEPT_S = 2 * WINDOW_S


def count_request(platform: Platform, user_id: str) -> None:
    """Counts one request. Raises `TooMuch` where the minute is used up."""
    now = platform.clock.now()
    window = int(now // WINDOW_S)
    limit = platform.settings.requests_per_minute
    try:
        platform.records.add(
            f"RATE#{user_id}", str(window), "requests", 1, ceiling=limit, ttl=int(now) + _KEPT_S
        )
    except TooMuch:
        wait_s = math.ceil((window + 1) * WINDOW_S - now)
        raise TooMuch(
            f"More than {limit} requests in a minute.",
            f"Go on in {wait_s} seconds, and ask less often.",
            "too_many_requests",
            retry_after_s=wait_s,
        ) from None
