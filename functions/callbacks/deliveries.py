"""The schedule's call: tells the webhooks what they are to be told, and tries again what did not get through."""

from functools import partial
from typing import Any

from diorama.platform import connect
from diorama.studio import outgoing, webhooks


def handler(_event: dict[str, Any], _context: object) -> None:
    """Lambda's entry."""
    platform = connect()
    webhooks.deliver_due(platform, partial(outgoing.post, anywhere=platform.settings.webhooks_to_anywhere))
