"""The schedule's call: mends what lost messages left open."""

from typing import Any

from diorama.costs import spent
from diorama.jobs.models import Job
from diorama.jobs.reconcile import reconcile
from diorama.platform import connect
from diorama.studio import audit, notices, webhooks
from telling import tell


def handler(_event: dict[str, Any], _context: object) -> None:
    """Lambda's entry."""
    platform = connect()

    def ended(job: Job) -> None:
        spent.settle(platform, job)
        tell(job.job_id)
        notices.job_ended(platform, job)
        webhooks.job_ended(platform, job)
        audit.note_end(platform, job)

    reconcile(platform, ended)
