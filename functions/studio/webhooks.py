"""Webhooks: /v1/webhooks. Routes of `studio.api`."""

from aws_lambda_powertools.event_handler.api_gateway import Router

from diorama.platform import connect
from diorama.studio import webhooks
from door import InSession
from paging import Cursor, Limit

router = Router()


@router.get("/v1/webhooks", tags=["webhooks"])
def list_webhooks(user_id: InSession) -> webhooks.Webhooks:
    """Your webhooks."""
    return webhooks.listed(connect(), user_id)


@router.post("/v1/webhooks", status_code=201, tags=["webhooks"])
def create_webhook(body: webhooks.NewWebhook, user_id: InSession) -> webhooks.MadeWebhook:
    """Has a server of yours told when your jobs end; the secret that signs is shown this once.

    `Diorama-Signature: t=<Unix seconds>,v1=<hex>`: HMAC-SHA256 with the secret over `<t>.<body>`.
    """
    return webhooks.create(connect(), user_id, body)


@router.delete("/v1/webhooks/<webhook_id>", status_code=204, tags=["webhooks"])
def remove_webhook(webhook_id: str, user_id: InSession) -> None:
    """Tells it nothing more."""
    webhooks.remove(connect(), user_id, webhook_id)


@router.post("/v1/webhooks/<webhook_id>/rotate", tags=["webhooks"])
def rotate_webhook(webhook_id: str, user_id: InSession) -> webhooks.MadeWebhook:
    """A new secret; for a day the old one signs as well (two `v1`)."""
    return webhooks.rotate(connect(), user_id, webhook_id)


@router.post("/v1/webhooks/<webhook_id>/test", status_code=202, tags=["webhooks"])
def test_webhook(webhook_id: str, user_id: InSession) -> webhooks.Delivery:
    """Has it told something that means nothing, within a minute."""
    return webhooks.test(connect(), user_id, webhook_id)


@router.get("/v1/webhooks/<webhook_id>/deliveries", tags=["webhooks"])
def list_deliveries(
    webhook_id: str, user_id: InSession, limit: Limit = 50, cursor: Cursor = None
) -> webhooks.DeliveryPage:
    """What it was told in the last 30 days, and what it answered."""
    return webhooks.deliveries(connect(), user_id, webhook_id, limit, cursor)
