"""Events as EventBridge writes them, and the queue they leave through."""

import uuid
from datetime import UTC, datetime

from diorama.ports import JsonObject

EVENTS = "@events"
"""The queue's topic for events of the bus; no SNS topic has such a name."""


def event(source: str, detail_type: str, detail: JsonObject, time: float) -> JsonObject:
    """An event of the default bus; `time` in Unix seconds."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": "000000000000",
        "time": datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "local",
        "resources": [],
        "detail": detail,
    }
