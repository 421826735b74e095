"""The schedule's call: mends what lost messages left open."""

from typing import Any

from diorama.costs import spent
from diorama.jobs.models import Job
from diorama.jobs.reconcile import reconcile
from diorama.platform import connect
from diorama.studio import audit, batches, notices, webhooks
from diorama.tours import batches as tour_batches
from telling import tell


def handler(_event: dict[str, Any], _context: object) -> None:
    """Lambda's entry."""
    platform = connect()

    def ended(job: Job) -> None:
        spent.settle(platform, job)
        batches.watch(platform, job.job_id)
        tell(job.job_id)
        notices.job_ended(platform, job)
        webhooks.job_ended(platform, job)
        audit.note_end(platform, job)

    reconcile(platform, ended)
    tour_batches.go_on_all(platform)
