"""The state `Keep the tour` of the tours machine: the tour's record names its bundle from now on."""

from typing import Any

from diorama.platform import connect
from diorama.ports import JsonObject
from diorama.stage import Contract
from diorama.tours import actions, rules
from diorama.tours.models import TourVersion
from journal import journal


class KeepInput(Contract):
    """What the machine hands over."""

    tour_id: str
    job_id: str
    attempt: int
    bundle: str
    frames: str
    poses: str
    report: JsonObject


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry."""
    asked = KeepInput.model_validate(event)
    platform = connect()
    version = TourVersion(
        job_id=asked.job_id,
        attempt=asked.attempt,
        bundle=asked.bundle,
        frames=asked.frames,
        poses=asked.poses,
        report=asked.report,
        made_at=platform.clock.now(),
    )
    kept = actions.keep(platform, asked.tour_id, version)
    journal().info("keep the tour", tour_id=asked.tour_id, job_id=asked.job_id, kept=kept is not None)
    return {"tour_id": asked.tour_id, "made": rules.made_of(asked.report)}
