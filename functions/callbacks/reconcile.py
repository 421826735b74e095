"""The schedule's call: mends what lost messages left open."""

from typing import Any

from diorama.jobs.reconcile import reconcile
from diorama.platform import connect
from diorama.studio import notices


def handler(_event: dict[str, Any], _context: object) -> None:
    """Lambda's entry."""
    platform = connect()
    reconcile(platform, lambda job: notices.job_ended(platform, job))
