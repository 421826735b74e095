"""Tells open pages of a job that has changed: called by every door behind which one does."""

from diorama.platform import connect
from diorama.studio import live
from journal import journal


def tell(job_id: str) -> None:
    """Never fails: pages find out by polling too, and no work is to be repeated for their sake."""
    try:
        live.job_changed(connect(), job_id)
    except Exception:
        journal().exception("pages were not told", job_id=job_id)
