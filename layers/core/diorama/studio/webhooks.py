"""Webhooks: other people's servers are told when a job ends. Signed, tried again, and every delivery is listed.

pk               sk                    holds
USER#<user>      WEBHOOK#<id>          a webhook and its secrets
WEBHOOK#<id>     DELIVERY#<time>#<n>   a delivery;   index DELIVERIES_DUE by its next try, while there is one
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from diorama.errors import Conflict, NotFound, Refused
from diorama.jobs.models import Job
from diorama.platform import Platform
from diorama.ports import JsonObject, Row
from diorama.stage import Contract
from diorama.studio.ids import new_id
from diorama.studio.jobs import view
from diorama.studio.purge import delete_partition

MOST_WEBHOOKS = 10
TRIES = 8
FIRST_WAIT_S = 60.0  # doubles, so the last try comes two hours after the first
OLD_SECRET_LASTS_S = 24 * 3600
DELIVERIES_KEPT_S = 30 * 24 * 3600
SIGNATURE = "Diorama-Signature"
DUE = "DELIVERIES_DUE"

Event = Literal["job.succeeded", "job.refused", "job.failed"]
DeliveryState = Literal["waiting", "delivered", "given_up"]
Send = Callable[[str, bytes, Mapping[str, str]], int]
"""(url, body, headers) -> the status that was answered. Raises `Refused` or `OSError` where nothing was."""


class NewWebhook(Contract):
    """Where to tell what."""

    url: str = Field(max_length=2000, description="https:// only, and not of a private network")
    events: tuple[Event, ...] = Field(("job.succeeded", "job.refused", "job.failed"), min_length=1)


class Webhook(Contract):
    """Who is told of what; the secret itself is shown once."""

    webhook_id: str
    user_id: str
    url: str
    events: tuple[Event, ...]
    created_at: float


class MadeWebhook(Webhook):
    """A webhook with its secret."""

    secret: str = Field(repr=False, description="Checks the signatures; it is not shown again")


class Webhooks(Contract):
    """Somebody's webhooks, oldest first."""

    webhooks: tuple[Webhook, ...]


class Delivery(Contract):
    """One thing that is told, however often it takes. Times are Unix seconds."""

    delivery_id: str
    webhook_id: str
    event: str
    state: DeliveryState = "waiting"
    tries: int = 0
    answered: int | None = Field(None, description="The status of the last answer")
    problem: str = Field("", description="Why the last try did not get through")
    created_at: float
    next_try_at: float | None
    payload: JsonObject


class DeliveryPage(Contract):
    """Some deliveries, newest first."""

    deliveries: tuple[Delivery, ...]
    cursor: str | None = None


# --- a person's webhooks ------------------------------------------------------------------------


def create(platform: Platform, user_id: str, wanted: NewWebhook) -> MadeWebhook:
    """A new webhook. Raises `Refused` for an address that is not told, or where there are too many."""
    if len(listed(platform, user_id).webhooks) >= MOST_WEBHOOKS:
        raise Refused(f"You have {MOST_WEBHOOKS} webhooks.", "Remove one first.", "too_many_webhooks")
    check_url(wanted.url, anywhere=platform.settings.webhooks_to_anywhere)
    now = platform.clock.now()
    webhook = Webhook(
        webhook_id=new_id(now), user_id=user_id, url=wanted.url, events=wanted.events, created_at=now
    )
    secret = _new_secret()
    platform.records.put(_row(webhook, {"secret": secret}), expected_rev=0)
    return MadeWebhook(**webhook.model_dump(), secret=secret)


def check_url(url: str, *, anywhere: bool) -> None:
    """Raises `Refused` for what is no address that we send to; where names lead is looked at when sending."""
    try:
        parts = urlsplit(url)
        good = bool(parts.hostname) and not parts.username and parts.scheme in ("https", "http")
        plain = parts.scheme == "http" or parts.port not in (None, 443)
    except ValueError:
        good = plain = False
    if not good or (plain and not anywhere):
        raise Refused(
            "That is not an address to send to.", "It looks like https://example.com/hook.", "bad_url"
        )


def listed(platform: Platform, user_id: str) -> Webhooks:
    """All webhooks of somebody."""
    return Webhooks(webhooks=tuple(Webhook.model_validate(row["value"]) for row in _rows(platform, user_id)))


def rotate(platform: Platform, user_id: str, webhook_id: str) -> MadeWebhook:
    """A new secret; for a day both sign, so that nothing is lost meanwhile. Raises `NotFound`."""
    row = _find(platform, user_id, webhook_id)
    webhook, secret = Webhook.model_validate(row["value"]), _new_secret()
    old_until = platform.clock.now() + OLD_SECRET_LASTS_S
    changed = _row(webhook, {"secret": secret, "old_secret": row["secret"], "old_until": old_until})
    platform.records.put(changed, expected_rev=row["rev"])
    return MadeWebhook(**webhook.model_dump(), secret=secret)


def remove(platform: Platform, user_id: str, webhook_id: str) -> None:
    """Tells it nothing more, and forgets what it was told. Raises `NotFound`."""
    row = _find(platform, user_id, webhook_id)
    platform.records.delete(row["pk"], row["sk"])
    delete_partition(platform.records, f"WEBHOOK#{webhook_id}")


def remove_all(platform: Platform, user_id: str) -> None:
    """Of somebody who leaves."""
    for webhook in listed(platform, user_id).webhooks:
        remove(platform, user_id, webhook.webhook_id)


def deliveries(
    platform: Platform, user_id: str, webhook_id: str, limit: int, cursor: str | None
) -> DeliveryPage:
    """What it was told, or is to be. Raises `NotFound`, `BadRequest` (cursor)."""
    _find(platform, user_id, webhook_id)
    page = platform.records.query(
        f"WEBHOOK#{webhook_id}", "DELIVERY#", limit=limit, cursor=cursor, newest_first=True
    )
    found = tuple(Delivery.model_validate(row["value"]) for row in page.rows)
    return DeliveryPage(deliveries=found, cursor=page.cursor)


# --- telling ------------------------------------------------------------------------------------


def job_ended(platform: Platform, job: Job) -> None:
    """Has the webhooks of whoever started the job told, each once an attempt."""
    event = f"job.{job.state}"
    for row in _rows(platform, job.user_id):
        webhook = Webhook.model_validate(row["value"])
        if event in webhook.events:
            about, data = f"{job.job_id}-{job.attempt}", view(job).model_dump(mode="json")
            _queue(platform, webhook, event, about, data, job.ended_at or job.created_at)


def test(platform: Platform, user_id: str, webhook_id: str) -> Delivery:
    """Has a webhook told something that means nothing. Raises `NotFound`."""
    webhook = Webhook.model_validate(_find(platform, user_id, webhook_id)["value"])
    now = platform.clock.now()
    return _queue(platform, webhook, "test", new_id(now), {}, now)


def _queue(
    platform: Platform, webhook: Webhook, event: str, about: str, data: JsonObject, at: float
) -> Delivery:
    """`at` and `about` make the same news the same row, whoever brings it."""
    delivery_id = f"{about}-{webhook.webhook_id}"
    payload = {"event": event, "delivery_id": delivery_id, "created_at": at, "data": data}
    delivery = Delivery(
        delivery_id=delivery_id,
        webhook_id=webhook.webhook_id,
        event=event,
        created_at=at,
        next_try_at=platform.clock.now(),
        payload=payload,
    )
    try:
        platform.records.put(_delivery_row(delivery, webhook.user_id), expected_rev=0)
    except Conflict:
        return delivery  # it is on its way already
    return delivery


def deliver_due(platform: Platform, send: Send) -> int:
    """Tries every delivery whose time has come, once; how many got through."""
    through = 0
    for row in list(platform.records.query(DUE, index=True).rows):
        delivery = Delivery.model_validate(row["value"])
        if delivery.next_try_at is None or delivery.next_try_at > platform.clock.now():
            break  # in order of time
        webhook = platform.records.get(*_place(row["user_id"], delivery.webhook_id))
        if webhook is None:
            platform.records.delete(row["pk"], row["sk"])
            continue
        tried = _try(platform, delivery, webhook, send)
        through += tried.state == "delivered"
        platform.records.put(_delivery_row(tried, row["user_id"]), expected_rev=None)
    return through


def _try(platform: Platform, delivery: Delivery, webhook: Row, send: Send) -> Delivery:
    body = json.dumps(delivery.payload, separators=(",", ":")).encode()
    now = platform.clock.now()
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: signature(body, _secrets(webhook, now), int(now)),
    }
    answered, problem = None, ""
    try:
        answered = send(webhook["value"]["url"], body, headers)
    except Refused as error:
        problem = error.message
    except OSError as error:
        problem = f"No answer: {type(error).__name__}."
    tries = delivery.tries + 1
    if answered is not None and 200 <= answered < 300:
        state: DeliveryState = "delivered"
    else:
        problem = problem or f"It answered {answered}."
        state = "given_up" if tries >= TRIES else "waiting"
    next_try_at = now + FIRST_WAIT_S * 2 ** (tries - 1) if state == "waiting" else None
    return delivery.model_copy(
        update={
            "state": state,
            "tries": tries,
            "answered": answered,
            "problem": problem,
            "next_try_at": next_try_at,
        }
    )


def signature(body: bytes, with_secrets: list[str], time: int) -> str:
    """`t=<time>,v1=<hex>`: HMAC-SHA256 over `<time>.<body>`, once a secret that is good. Old ones are replays."""
    signed = str(time).encode() + b"." + body
    digests = [hmac.digest(secret.encode(), signed, hashlib.sha256).hex() for secret in with_secrets]
    return ",".join([f"t={time}", *(f"v1={digest}" for digest in digests)])


def _secrets(webhook: Row, now: float) -> list[str]:
    old = [webhook["old_secret"]] if webhook.get("old_until", 0) > now else []
    return [webhook["secret"], *old]


# --- rows ---------------------------------------------------------------------------------------


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _place(user_id: str, webhook_id: str) -> tuple[str, str]:
    return f"USER#{user_id}", f"WEBHOOK#{webhook_id}"


def _row(webhook: Webhook, kept: JsonObject) -> Row:
    pk, sk = _place(webhook.user_id, webhook.webhook_id)
    return {"pk": pk, "sk": sk, "value": webhook.model_dump(mode="json"), **kept}


def _rows(platform: Platform, user_id: str) -> list[Row]:
    return list(platform.records.query(f"USER#{user_id}", "WEBHOOK#", limit=MOST_WEBHOOKS).rows)


def _find(platform: Platform, user_id: str, webhook_id: str) -> Row:
    row = platform.records.get(*_place(user_id, webhook_id))
    if row is None:
        raise NotFound("There is no such webhook.", "Yours are listed at /v1/webhooks.")
    return row


def _delivery_row(delivery: Delivery, user_id: str) -> Row:
    row: Row = {
        "pk": f"WEBHOOK#{delivery.webhook_id}",
        "sk": f"DELIVERY#{delivery.created_at:017.6f}#{delivery.delivery_id}",
        "value": delivery.model_dump(mode="json"),
        "user_id": user_id,
        "ttl": int(delivery.created_at + DELIVERIES_KEPT_S),
    }
    if delivery.next_try_at is None:
        return row
    return {**row, "gsi_pk": DUE, "gsi_sk": f"{delivery.next_try_at:017.6f}#{delivery.delivery_id}"}
