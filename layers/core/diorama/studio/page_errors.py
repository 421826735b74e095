"""Mistakes that pages made in somebody's browser, for the admin to see.

PAGE_ERROR#<month> / <time>#<id>. Kept for a month; what a page sends is cut, and never shown as anything but text.
"""

import secrets

from pydantic import Field

from diorama.jobs.table import month_of
from diorama.platform import Platform
from diorama.stage import Contract

KEPT_S = 30 * 24 * 3600


class NewPageError(Contract):
    """What a page says of its mistake."""

    message: str = Field(max_length=1000)
    stack: str = Field("", max_length=8000)
    path: str = Field("", max_length=500, description="Of the page, without query and fragment")


class PageError(NewPageError):
    """A mistake, when it was made and in whose browser."""

    user_id: str
    correlation_id: str
    at: float


class PageErrors(Contract):
    """Some mistakes, newest first."""

    errors: tuple[PageError, ...]
    cursor: str | None = None


def note(platform: Platform, user_id: str, told: NewPageError, correlation_id: str) -> PageError:
    """Keeps it."""
    at = platform.clock.now()
    error = PageError(**told.model_dump(), user_id=user_id, correlation_id=correlation_id, at=at)
    row = {
        "pk": f"PAGE_ERROR#{month_of(at)}",
        "sk": f"{at:017.6f}#{secrets.token_hex(6)}",
        "value": error.model_dump(mode="json"),
        "ttl": int(at + KEPT_S),
    }
    platform.records.put(row, expected_rev=0)
    return error


def listed(platform: Platform, limit: int, cursor: str | None) -> PageErrors:
    """This month's. Raises `BadRequest` (cursor)."""
    page = platform.records.query(
        f"PAGE_ERROR#{month_of(platform.clock.now())}", limit=limit, cursor=cursor, newest_first=True
    )
    return PageErrors(
        errors=tuple(PageError.model_validate(row["value"]) for row in page.rows), cursor=page.cursor
    )
