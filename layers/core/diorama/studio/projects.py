"""Projects: made, listed, changed and deleted."""

from diorama.errors import Conflict, NotFound
from diorama.jobs import table
from diorama.platform import Platform
from diorama.ports import Delete, Put, Row
from diorama.studio.access import find_project, project_key, project_of_row
from diorama.studio.ids import new_id
from diorama.studio.models import (
    DeletedProject,
    DeletedProjectPage,
    NewProject,
    Project,
    ProjectChange,
    ProjectPage,
)
from diorama.studio.purge import GRACE_S


def create(platform: Platform, user_id: str, wanted: NewProject) -> Project:
    """A new project of this user."""
    now = platform.clock.now()
    project = Project(
        project_id=new_id(now),
        owner_id=user_id,
        name=wanted.name,
        description=wanted.description,
        created_at=now,
        updated_at=now,
    )
    platform.records.put(_row(project), expected_rev=0)
    return project


def listed(platform: Platform, user_id: str, limit: int, cursor: str | None) -> ProjectPage:
    """This user's projects and those shared with them, newest first.

    Raises `BadRequest` for a cursor that is not ours.
    """
    page = platform.records.query(
        f"USER#{user_id}", "PROJECT#", limit=limit, cursor=cursor, newest_first=True
    )
    found = [project_of_row(platform, row) for row in page.rows]
    return ProjectPage(projects=tuple(one[0] for one in found if one), cursor=page.cursor)


def found(platform: Platform, user_id: str, project_id: str) -> Project:
    """Raises `NotFound`."""
    return find_project(platform, user_id, project_id)[0]


def change(platform: Platform, user_id: str, project_id: str, wanted: ProjectChange) -> Project:
    """Raises `NotFound`; `Conflict` where somebody else changed it at the same time."""
    project, rev = find_project(platform, user_id, project_id, "change")
    changes = wanted.model_dump(exclude_unset=True, exclude_none=True)
    changed = project.model_copy(update={**changes, "updated_at": platform.clock.now()})
    platform.records.put(_row(changed), expected_rev=rev)
    return changed


def delete(platform: Platform, user_id: str, project_id: str) -> None:
    """Takes a project out of sight at once and remembers when, for the purge that empties it later.

    Raises `NotFound`, or `Conflict` while a job of it runs or something of it is published.
    """
    project, rev = find_project(platform, user_id, project_id, "delete")
    if any(job.project_id == project_id for job in table.open_jobs(platform.jobs)):
        raise Conflict("A job of this project is running.", "Cancel it first.", "jobs_running")
    if platform.records.query(*publication_place(project_id, ""), limit=1).rows:
        raise Conflict("Something of this project is published.", "Unpublish it first.", "published")
    now = platform.clock.now()
    _hide(platform, project, rev, now, now + GRACE_S)


def restore(platform: Platform, user_id: str, project_id: str) -> Project:
    """Brings a deleted project back while its grace lasts. Raises `NotFound`."""
    row = platform.records.get(*_deleted_place(user_id, project_id))
    if row is None or row["purge_at"] <= platform.clock.now():
        raise NotFound("There is no such deleted project.", "They are kept for seven days.")
    project = Project.model_validate(row["value"])
    platform.records.transact([Delete(row["pk"], row["sk"], row["rev"]), Put(_row(project), 0)])
    return project


def deleted(platform: Platform, user_id: str, limit: int, cursor: str | None) -> DeletedProjectPage:
    """This user's deleted projects that can be brought back. Raises `BadRequest` (cursor)."""
    page = platform.records.query(
        f"USER#{user_id}", "DELETED#", limit=limit, cursor=cursor, newest_first=True
    )
    projects = tuple(
        DeletedProject(
            **Project.model_validate(row["value"]).model_dump(),
            deleted_at=row["deleted_at"],
            purged_at=row["purge_at"],
        )
        for row in page.rows
        if row["purge_at"] > platform.clock.now()
    )
    return DeletedProjectPage(projects=projects, cursor=page.cursor)


def abandon_all(platform: Platform, user_id: str) -> None:
    """Deletes every project of somebody who leaves, at once and without grace; memberships end.

    What runs is cancelled and what is published goes with the purge.
    """
    now = platform.clock.now()
    cursor = None
    while True:
        page = platform.records.query(f"USER#{user_id}", "PROJECT#", cursor=cursor)
        for row in page.rows:
            if "value" in row:
                _hide(platform, Project.model_validate(row["value"]), row["rev"], now, now)
            else:
                _, _, project_id = row["sk"].partition("#")
                platform.records.transact(
                    [Delete(row["pk"], row["sk"]), Delete(f"PROJECT#{project_id}", f"MEMBER#{user_id}")]
                )
        for row in platform.records.query(f"USER#{user_id}", "DELETED#").rows:
            project = Project.model_validate(row["value"])
            platform.records.put(_deleted_row(project, row["deleted_at"], now), expected_rev=row["rev"])
        cursor = page.cursor
        if cursor is None:
            return


def _hide(platform: Platform, project: Project, rev: int, now: float, purge_at: float) -> None:
    pk, sk = project_key(project.owner_id, project.project_id)
    platform.records.transact([Delete(pk, sk, rev), Put(_deleted_row(project, now, purge_at), 0)])


def publication_place(project_id: str, subject_id: str) -> tuple[str, str]:
    """Where a product notes that something of a project is public."""
    return f"PROJECT#{project_id}", f"PUBLISHED#{subject_id}"


def _row(project: Project) -> Row:
    pk, sk = project_key(project.owner_id, project.project_id)
    return {"pk": pk, "sk": sk, "value": project.model_dump(mode="json", exclude={"role"})}


def _deleted_place(user_id: str, project_id: str) -> tuple[str, str]:
    return f"USER#{user_id}", f"DELETED#{project_id}"


def _deleted_row(project: Project, now: float, purge_at: float) -> Row:
    pk, sk = _deleted_place(project.owner_id, project.project_id)
    return {
        "pk": pk,
        "sk": sk,
        "value": project.model_dump(mode="json", exclude={"role"}),
        "deleted_at": now,
        "purge_at": purge_at,
        "gsi_pk": "DELETED",
        "gsi_sk": f"{purge_at:017.6f}#{project.project_id}",
    }
