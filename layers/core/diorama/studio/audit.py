"""Who did what, and what was refused: rows that are added and never changed.

pk                sk            index
AUDIT#<month>     <time>#<id>   AUDIT_OF#<user>, by time

A month is a partition, as in "2026-11". No address and no content stands in a row: people by their id, and who
tries to log in by a digest of the address.
"""

import hashlib
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from diorama.errors import Conflict
from diorama.jobs.models import Job
from diorama.platform import Platform
from diorama.ports import Row
from diorama.stage import Contract
from diorama.studio.paging import filtered_page

KEPT_S = 400 * 24 * 3600

Outcome = Literal["done", "refused", "failed"]


class Deed(Contract):
    """One thing that somebody did or tried. `at` in Unix seconds."""

    at: float
    user_id: str = Field(description="Empty where nobody was signed in")
    act: str = Field(description="The operation of the API, or what the studio did by itself")
    outcome: Outcome
    code: str = Field("", description="Why it was refused")
    about: str = Field("", description="The path, or the thing that it was done to")
    address_digest: str = Field("", description="Of the address in a request to sign in")
    source_ip: str = Field("", description="Only of refused access")
    key_id: str = Field("", description="The API key that was used")
    correlation_id: str = ""


class DeedFilter(Contract):
    """Which deeds are asked for; what is left out does not matter."""

    month: str | None = None
    user_id: str | None = None
    act: str | None = None
    outcome: Outcome | None = None

    def keeps(self, deed: Deed) -> bool:
        """Whether a deed is one of those."""
        return (
            self.user_id in (None, deed.user_id)
            and self.act in (None, deed.act)
            and self.outcome in (None, deed.outcome)
            and self.month in (None, month_of(deed.at))
        )


class DeedPage(Contract):
    """Some deeds, newest first. The list goes on until the cursor is null, even where a page is short."""

    deeds: tuple[Deed, ...]
    cursor: str | None = None


def note(platform: Platform, deed: Deed) -> None:
    """Adds a row. It can't take another's place."""
    platform.records.put(_row(deed), expected_rev=0)


def note_end(platform: Platform, job: Job) -> None:
    """Adds how an attempt of a job ended, once."""
    outcome: Outcome = "failed" if job.state == "failed" else "refused" if job.state == "refused" else "done"
    deed = Deed(
        at=job.ended_at or platform.clock.now(),
        user_id=job.user_id,
        act=f"job_{job.state}",
        outcome=outcome,
        code=job.problem.code if job.problem else "",
        about=f"/v1/jobs/{job.job_id}",
        correlation_id=job.correlation_id,
    )
    with suppress(Conflict):
        platform.records.put(_row(deed, f"{job.job_id}-{job.attempt}"), expected_rev=0)


def found(platform: Platform, which: DeedFilter, limit: int, cursor: str | None) -> DeedPage:
    """Deeds of one person, or of a month (this one where none is named). Raises `BadRequest` (cursor)."""
    month = which.month or month_of(platform.clock.now())
    if which.user_id is None:
        which = which.model_copy(update={"month": month})

    def fetch(count: int, after: str | None) -> tuple[list[Deed], str | None]:
        partition = f"AUDIT#{month}" if which.user_id is None else f"AUDIT_OF#{which.user_id}"
        page = platform.records.query(
            partition, index=which.user_id is not None, limit=count, cursor=after, newest_first=True
        )
        return [Deed.model_validate(row["value"]) for row in page.rows], page.cursor

    deeds, cursor = filtered_page(fetch, which.keeps, limit, cursor)
    return DeedPage(deeds=tuple(deeds), cursor=cursor)


def month_of(time: float) -> str:
    """The partition of a moment: "2026-11"."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m")


def digest_of(address: str) -> str:
    """Tells whether two tries were for one address, without keeping it."""
    return hashlib.sha256(address.strip().lower().encode(errors="replace")).hexdigest()[:16]


def _row(deed: Deed, name: str = "") -> Row:
    sort = f"{deed.at:017.6f}#{name or secrets.token_hex(6)}"
    row: Row = {
        "pk": f"AUDIT#{month_of(deed.at)}",
        "sk": sort,
        "value": deed.model_dump(mode="json"),
        "ttl": int(deed.at + KEPT_S),
    }
    return {**row, "gsi_pk": f"AUDIT_OF#{deed.user_id}", "gsi_sk": sort} if deed.user_id else row
