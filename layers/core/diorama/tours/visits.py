"""Who visits published tours: each visitor's session counts once, against the plan of the project's owner.

pk            sk                holds
TOUR#<id>     VISIT#<digest>    that a session was counted, for a day
TOUR#<id>     VIEWS#<month>     how many were

A session is a random number that a page makes up; nothing is kept of who visits, nor from where.
"""

import hashlib
from contextlib import suppress

from pydantic import Field

from diorama.errors import Conflict, NotFound, TooMuch
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio import quotas
from diorama.tours import publication

SESSION_LASTS_S = 24 * 3600


class NewVisit(Contract):
    """A published tour that somebody has opened."""

    tour_id: str = Field(min_length=1, max_length=64)
    session: str = Field(
        pattern="^[A-Za-z0-9_-]{16,64}$",
        description="Made up by the page, and the same until it is closed: counts once a day",
    )


class Views(Contract):
    """How often visitors have opened a tour; each session counts once."""

    this_month: int = Field(description="By UTC")
    in_all: int


def count(platform: Platform, visit: NewVisit) -> None:
    """Counts a visit. Raises `NotFound` (nothing is published), `TooMuch` (the owner's plan has no more this month)."""
    published = publication.read(platform.records, visit.tour_id).publication
    if published.version is None:
        raise NotFound("There is no such tour.", "It was unpublished, or the address is not right.")
    if not _is_new(platform, visit):
        return
    try:
        quotas.count(platform, published.owner_id, "views")
    except TooMuch as error:
        with suppress(Conflict):
            platform.records.delete(*_session_place(visit))
        raise TooMuch(
            "This tour has had as many visitors this month as its owner's plan allows.",
            "Come back next month, or ask whoever showed it to you.",
            "views_used_up",
            retry_after_s=error.retry_after_s,
        ) from None
    month = quotas.month_of(platform.clock.now())
    platform.records.add(f"TOUR#{visit.tour_id}", f"VIEWS#{month}", "views", 1)


def views_of(platform: Platform, tour_id: str) -> Views:
    """How often a tour was opened."""
    rows = platform.records.query(f"TOUR#{tour_id}", "VIEWS#", newest_first=True).rows
    by_month = {row["sk"].removeprefix("VIEWS#"): int(row["views"]) for row in rows}
    this_month = by_month.get(quotas.month_of(platform.clock.now()), 0)
    return Views(this_month=this_month, in_all=sum(by_month.values()))


def _is_new(platform: Platform, visit: NewVisit) -> bool:
    """Whether this is the session's first visit in a day; of many at once one is."""
    pk, sk = _session_place(visit)
    now = platform.clock.now()
    before = platform.records.get(pk, sk)
    if before is not None and before["ttl"] > now:
        return False
    row = {"pk": pk, "sk": sk, "ttl": int(now + SESSION_LASTS_S)}
    try:
        platform.records.put(row, expected_rev=before["rev"] if before else 0)
    except Conflict:
        return False
    return True


def _session_place(visit: NewVisit) -> tuple[str, str]:
    digest = hashlib.sha256(visit.session.encode()).hexdigest()[:32]
    return f"TOUR#{visit.tour_id}", f"VISIT#{digest}"
