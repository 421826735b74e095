"""The end of a project: seven days after it was deleted nothing of it is left, in no table and no store.

What is in a project says so by a row `PROJECT#<id> / <KIND>#<id of the thing>`; what is known of the thing lies in the
partition `<KIND>#<id of the thing>`. So a new kind of thing is purged without being known here. A purge that is cut
off goes on where it was: the row that asks for it goes last.
"""

from collections.abc import Iterator, Sequence

from diorama.jobs import actions, rules, table
from diorama.library.keys import CUTOUTS, PUBLISHED
from diorama.platform import Platform
from diorama.ports import Page, Records, Row
from diorama.studio.models import Project

GRACE_S = 7 * 24 * 3600
OF_EVERY_PROJECT = ("raw", "requests", "checkpoints", CUTOUTS)
"""Kinds of files beside what stages write."""


def purge_due(platform: Platform, stage_kinds: Sequence[str]) -> int:
    """Purges every project whose grace is over; how many. `stage_kinds`: what stages' files are stored under."""
    count = 0
    for row in _all(platform.records, "DELETED", index=True):
        if row["purge_at"] > platform.clock.now():
            break  # in order of time
        purge(platform, row, stage_kinds)
        count += 1
    return count


def purge(platform: Platform, deleted: Row, stage_kinds: Sequence[str]) -> None:
    """Leaves nothing of a deleted project, whose row that is."""
    project = Project.model_validate(deleted["value"])
    things = f"PROJECT#{project.project_id}"
    for row in list(_all(platform.jobs, things, "JOB#")):
        _purge_job(platform, row["job_id"])
        platform.jobs.delete(row["pk"], row["sk"])
    for row in list(_all(platform.records, things)):
        _purge_thing(platform, row)
        platform.records.delete(row["pk"], row["sk"])
    bucket = platform.settings.bucket
    for kind in dict.fromkeys([*OF_EVERY_PROJECT, *stage_kinds]):
        platform.store.purge(f"s3://{bucket}/{kind}/{project.project_id}/")
    platform.records.delete(deleted["pk"], deleted["sk"])


def _purge_thing(platform: Platform, row: Row) -> None:
    """What one row of the project's own stands for."""
    kind, _, thing_id = row["sk"].partition("#")
    if kind == "MEMBER":
        platform.records.delete(f"USER#{thing_id}", row["pk"])
    elif kind == "INVITE":
        platform.records.delete(row["code_pk"], "INVITE")
    else:
        platform.store.purge(f"s3://{platform.settings.bucket}/{PUBLISHED}/{thing_id}/")
        delete_partition(platform.records, row["sk"])


def _purge_job(platform: Platform, job_id: str) -> None:
    job = table.find_job(platform.jobs, job_id)
    if job is not None and job.state not in rules.ENDED:
        actions.cancel(platform, job_id)
    for row in list(_all(platform.jobs, f"JOB#{job_id}", "STAGE#")):
        for kind, name in (("KEY", row["value"]["key"]), ("WORK", row["value"]["work"])):
            if name:
                delete_partition(platform.jobs, f"{kind}#{name}")
    for row in list(_all(platform.jobs, f"JOB#{job_id}", "WORK#")):
        delete_partition(platform.jobs, f"WORK#{row['work']}")
    delete_partition(platform.jobs, f"JOB#{job_id}")
    delete_partition(platform.records, f"NOTICE#{job_id}")


def delete_partition(records: Records, pk: str) -> None:
    """Deletes every row of a partition."""
    for row in list(_all(records, pk)):
        records.delete(row["pk"], row["sk"])


def delete_indexed(records: Records, gsi_pk: str) -> None:
    """Deletes every row that the index lists there."""
    for row in list(_all(records, gsi_pk, index=True)):
        records.delete(row["pk"], row["sk"])


def _all(records: Records, pk: str, sk_prefix: str = "", *, index: bool = False) -> Iterator[Row]:
    page = Page((), None)
    while True:
        page = records.query(pk, sk_prefix, index=index, cursor=page.cursor)
        yield from page.rows
        if page.cursor is None:
            return
