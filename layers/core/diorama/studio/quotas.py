"""What a plan has in a month. Counters in one row a person and month, QUOTA#<user> / <month>; they never pass a limit.

What happens in a project counts for its owner, whoever does it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from diorama.errors import NotFound, TooMuch
from diorama.jobs import table
from diorama.jobs.rules import ENDED
from diorama.platform import Platform
from diorama.stage import Contract
from diorama.studio import accounts
from diorama.studio.models import Plan

KEPT_S = 400 * 24 * 3600
USUAL_PRIORITY = 5

Counted = Literal["uploads", "views"]

LIMITS: Mapping[Plan, Mapping[Counted, int | None]] = {
    "free": {"uploads": 10, "views": 1_000},
    "pro": {"uploads": 100, "views": 50_000},
    "enterprise": {"uploads": None, "views": None},
}
"""Plan -> what it has in a month; None: as much as one likes."""


AT_ONCE: Mapping[Plan, int | None] = {"free": 1, "pro": 4, "enterprise": None}
"""Plan -> how many machines work for a person at once; None: as many as there are."""
HIGHEST_PRIORITY: Mapping[Plan, int] = {"free": 5, "pro": 7, "enterprise": 9}
"""Plan -> what a person's jobs may be put at, 9 going first."""
OPEN_JOBS: Mapping[Plan, int] = {"free": 10, "pro": 50, "enterprise": 500}
"""Plan -> how many jobs of somebody's may wait or run at once."""
_LOOKED_AT = 1000


class Usage(Contract):
    """What is used of a plan in a month, by UTC."""

    plan: Plan
    month: str = Field(description='As in "2026-11"')
    uploads: int
    uploads_limit: int | None
    views: int
    views_limit: int | None
    open_jobs: int = Field(description="Jobs of yours that wait or run now")
    open_jobs_limit: int
    renewed_at: float = Field(description="When it begins anew, Unix seconds")


def usage(platform: Platform, user_id: str) -> Usage:
    """How a person's month stands."""
    plan, now = plan_of(platform, user_id), platform.clock.now()
    row = platform.records.get(*_place(user_id, now)) or {}
    return Usage(
        plan=plan,
        month=month_of(now),
        uploads=row.get("uploads", 0),
        uploads_limit=LIMITS[plan]["uploads"],
        views=row.get("views", 0),
        views_limit=LIMITS[plan]["views"],
        open_jobs=_open_jobs(platform, user_id),
        open_jobs_limit=OPEN_JOBS[plan],
        renewed_at=_next_month(now),
    )


def check_jobs(platform: Platform, user_id: str, count: int) -> None:
    """Before jobs are started. Raises `TooMuch` where too many wait or run.

    Looked at, not reserved: requests at the same moment may pass it by a few.
    """
    plan = plan_of(platform, user_id)
    now_open = _open_jobs(platform, user_id)
    if now_open + count > OPEN_JOBS[plan]:
        raise TooMuch(
            f"The plan {plan} has {OPEN_JOBS[plan]} jobs at once; {now_open} wait or run already.",
            "Wait until some have ended, or cancel some.",
            "too_many_open_jobs",
        )


def _open_jobs(platform: Platform, user_id: str) -> int:
    found, _ = table.list_jobs(platform.jobs, user_id, _LOOKED_AT, None)
    return sum(job.state not in ENDED for job in found)


def count(platform: Platform, owner_id: str, counted: Counted) -> None:
    """Counts one more. Raises `TooMuch` where the plan has no more this month."""
    plan, now = plan_of(platform, owner_id), platform.clock.now()
    limit = LIMITS[plan][counted]
    pk, sk = _place(owner_id, now)
    try:
        platform.records.add(pk, sk, counted, 1, ceiling=limit, ttl=int(now + KEPT_S))
    except TooMuch:
        renewed_at = _next_month(now)
        raise TooMuch(
            f"The plan {plan} has {limit:,} {counted} a month, and they are used up.",
            f"There are new ones from {datetime.fromtimestamp(renewed_at, UTC):%-d %B}; a larger plan has more.",
            "quota_used_up",
            retry_after_s=int(renewed_at - now) + 1,
        ) from None


def give_back(platform: Platform, owner_id: str, counted: Counted, counted_at: float) -> None:
    """Takes one off that came to nothing, in the month in which it was counted."""
    pk, sk = _place(owner_id, counted_at)
    platform.records.add(pk, sk, counted, -1)


def line_of(platform: Platform, user_id: str, wanted: int | None = None) -> dict[str, int | None]:
    """How a person's job stands in line, by their plan: `priority` (5 where none is wanted) and `at_once`."""
    plan = plan_of(platform, user_id)
    priority = min(HIGHEST_PRIORITY[plan], USUAL_PRIORITY if wanted is None else wanted)
    return {"priority": priority, "at_once": AT_ONCE[plan]}


def plan_of(platform: Platform, user_id: str) -> Plan:
    """The plan of a person; that of newcomers where no profile is there."""
    try:
        return accounts.profile(platform, user_id).plan
    except NotFound:
        return platform.settings.newcomers_plan


def month_of(time: float) -> str:
    """The month of a moment, by UTC: "2026-11"."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m")


def _next_month(time: float) -> float:
    now = datetime.fromtimestamp(time, UTC)
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return datetime(year, month, 1, tzinfo=UTC).timestamp()


def _place(user_id: str, time: float) -> tuple[str, str]:
    return f"QUOTA#{user_id}", month_of(time)
