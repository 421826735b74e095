"""Projects: made, listed, changed and deleted."""

from diorama.errors import Conflict
from diorama.jobs import table
from diorama.platform import Platform
from diorama.ports import Delete, Put, Row
from diorama.studio.access import find_project, project_key, project_of_row
from diorama.studio.ids import new_id
from diorama.studio.models import NewProject, Project, ProjectChange, ProjectPage


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
    pk, sk = project_key(project.owner_id, project_id)
    platform.records.transact([Delete(pk, sk, rev), Put(_deleted_row(project, platform.clock.now()), 0)])


def publication_place(project_id: str, subject_id: str) -> tuple[str, str]:
    """Where a product notes that something of a project is public."""
    return f"PROJECT#{project_id}", f"PUBLISHED#{subject_id}"


def _row(project: Project) -> Row:
    pk, sk = project_key(project.owner_id, project.project_id)
    return {"pk": pk, "sk": sk, "value": project.model_dump(mode="json", exclude={"role"})}


def _deleted_row(project: Project, now: float) -> Row:
    return {
        "pk": f"USER#{project.owner_id}",
        "sk": f"DELETED#{project.project_id}",
        "value": project.model_dump(mode="json", exclude={"role"}),
        "deleted_at": now,
        "gsi_pk": "DELETED",
        "gsi_sk": f"{now:017.6f}#{project.project_id}",
    }
