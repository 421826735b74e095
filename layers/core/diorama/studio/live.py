"""News for open pages: who has one open, and telling them how a job stands.

A page asks for a ticket with its access token and opens a WebSocket with that: a socket's address lands in logs,
so what stands in it is good for a minute and once. Pages live without news too: they poll until they get some.

pk                  sk                  holds
TICKET#<hash>       TICKET              whose it is, until it is used
LIVE#<user>         CONNECTION#<id>     an open page;   index CONNECTION#<id>
"""

import hashlib
import secrets

from diorama.errors import Conflict, NotFound, NotSignedIn
from diorama.jobs import table
from diorama.jobs.models import Job
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.stage import Contract
from diorama.studio import jobs, members

TICKET_LASTS_S = 60
CONNECTION_LASTS_S = 2 * 3600  # API Gateway closes every connection by then
OPENING_S = 10.0
"""So long a connection may be known here and not yet to API Gateway, which calls it gone until then."""


class Ticket(Contract):
    """Opens one WebSocket at `{url}?ticket={ticket}`."""

    ticket: str
    url: str
    expires_in_s: int = TICKET_LASTS_S


def sell(platform: Platform, user_id: str) -> Ticket:
    """A ticket for this user, kept as its hash."""
    ticket = secrets.token_urlsafe(32)
    pk, sk = _ticket_place(ticket)
    ends_at = platform.clock.now() + TICKET_LASTS_S
    row = {"pk": pk, "sk": sk, "user_id": user_id, "ends_at": ends_at, "ttl": int(ends_at)}
    platform.records.put(row, expected_rev=0)
    scheme, _, rest = platform.settings.public_url.partition("://")
    return Ticket(ticket=ticket, url=f"{'wss' if scheme == 'https' else 'ws'}://{rest}/live")


def connect(platform: Platform, ticket: str, connection_id: str) -> None:
    """Uses a ticket up and remembers the connection. Raises `NotSignedIn` for one that is old or used."""
    user_id = _use(platform, ticket)
    now = platform.clock.now()
    platform.records.put(
        {
            "pk": f"LIVE#{user_id}",
            "sk": f"CONNECTION#{connection_id}",
            "gsi_pk": f"CONNECTION#{connection_id}",
            "gsi_sk": user_id,
            "connection_id": connection_id,
            "opened_at": now,
            "ttl": int(now + CONNECTION_LASTS_S),
        },
        expected_rev=None,
    )


def _use(platform: Platform, ticket: str) -> str:
    refusal = NotSignedIn("This ticket is not good (any more).", "Ask for a new one.", "bad_ticket")
    row = platform.records.get(*_ticket_place(ticket))
    if row is None or row["ends_at"] <= platform.clock.now():
        raise refusal
    try:
        platform.records.delete(row["pk"], row["sk"], expected_rev=row["rev"])
    except Conflict:
        raise refusal from None  # somebody else was quicker
    return str(row["user_id"])


def _ticket_place(ticket: str) -> tuple[str, str]:
    return f"TICKET#{hashlib.sha256(ticket.encode()).hexdigest()}", "TICKET"


def disconnect(platform: Platform, connection_id: str) -> None:
    """Forgets a connection; nothing happens where it is not known."""
    for row in platform.records.query(f"CONNECTION#{connection_id}", index=True).rows:
        platform.records.delete(row["pk"], row["sk"])


def job_changed(platform: Platform, job_id: str) -> int:
    """Tells everybody in its project how a job stands now; how many pages. What is gone is forgotten."""
    job = table.find_job(platform.jobs, job_id)
    if job is None:
        return 0
    people = members.everybody(platform, job.project_id, job.user_id)
    rows = [row for one in people for row in platform.records.query(f"LIVE#{one}", "CONNECTION#").rows]
    if not rows:
        return 0
    message = _message(platform, job)
    return sum(_push(platform, row, message) for row in rows)


def _message(platform: Platform, job: Job) -> JsonObject:
    return {"type": "job", "job": jobs.details(platform, job).model_dump(mode="json")}


def _push(platform: Platform, row: JsonObject, message: JsonObject) -> bool:
    try:
        try:
            platform.outbox.push(row["connection_id"], message)
        except ValueError:  # too long for one message: the page reads it itself
            short = {"type": "job_changed", "job_id": message["job"]["job_id"]}
            platform.outbox.push(row["connection_id"], short)
    except NotFound:
        if platform.clock.now() - row["opened_at"] > OPENING_S:
            platform.records.delete(row["pk"], row["sk"])
        return False
    return True
