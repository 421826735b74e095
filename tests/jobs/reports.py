"""What a worker would leave in the store."""

import json

from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.request import StageRequest

PROBLEM = {"code": "too_dark", "message": "It is too dark.", "advice": "Add light."}


def finish(platform: Platform, item: StageRequest, outcome: str = "succeeded") -> JsonObject:
    """Leaves the report of a stage; which it gives back."""
    report: JsonObject = {"outcome": outcome, **PROBLEM} if outcome == "refused" else {"outcome": outcome}
    platform.store.put(f"{item.output}/report.json", json.dumps(report).encode())
    return report
