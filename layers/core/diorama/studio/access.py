"""What is whose, and who may do what with it: one table for all rooms.

pk               sk                holds
USER#<owner>     PROJECT#<id>      the project
USER#<member>    PROJECT#<id>      whose project it is, and the member's role in it

So finding a project is being allowed to see it, and one query lists all of somebody's.
"""

from collections.abc import Mapping
from typing import Literal

from diorama.errors import NotAllowed, NotFound
from diorama.platform import Platform
from diorama.ports import Row
from diorama.studio.models import Project, Role

Standing = Literal["owner", "collaborator", "viewer", "admin", "stranger"]
Thing = Literal["project", "members", "upload", "asset", "job", "tour", "object", "studio"]
Action = Literal["see", "change", "delete", "start", "leave", "run"]

_ALL: frozenset[Standing] = frozenset({"owner", "collaborator", "viewer"})
_MAKERS: frozenset[Standing] = frozenset({"owner", "collaborator"})
_OWNER: frozenset[Standing] = frozenset({"owner"})
_ADMIN: frozenset[Standing] = frozenset({"admin"})

TABLE: Mapping[Thing, Mapping[Action, frozenset[Standing]]] = {
    "project": {"see": _ALL, "change": _MAKERS, "delete": _OWNER},
    "members": {"see": _ALL, "change": _OWNER, "leave": _ALL - _OWNER},
    "upload": {"see": _ALL, "start": _MAKERS, "delete": _MAKERS},
    "asset": {"see": _ALL, "change": _MAKERS, "delete": _MAKERS},
    "job": {"see": _ALL, "start": _MAKERS, "change": _MAKERS},
    "tour": {"see": _ALL, "start": _MAKERS, "change": _MAKERS, "delete": _MAKERS},
    "object": {"see": _ALL, "start": _MAKERS, "change": _MAKERS, "delete": _MAKERS},
    "studio": {"see": _ADMIN, "run": _ADMIN},
}
"""Thing -> action -> who may. To change a job is to cancel it or to try it again; to change a tour is also to publish
it. What is not in the table nobody may: an admin runs the studio, and is a stranger to people's projects."""


def can(user: Standing, action: Action, thing: Thing) -> bool:
    """Whether somebody of that standing may do that with such a thing."""
    return user in TABLE[thing].get(action, frozenset())


def project_key(user_id: str, project_id: str) -> tuple[str, str]:
    """Where a person's row of a project is: the project itself, or the member's way to it."""
    return f"USER#{user_id}", f"PROJECT#{project_id}"


def find_project(
    platform: Platform, user_id: str, project_id: str, action: Action = "see", thing: Thing = "project"
) -> tuple[Project, int]:
    """The project, with the person's role in it, and its rev.

    Raises `NotFound` for strangers, and `NotAllowed` for members who may not do that with what is in it.
    """
    row = platform.records.get(*project_key(user_id, project_id))
    found = project_of_row(platform, row) if row else None
    if found is None:
        raise NotFound("There is no such project.", "Check the id; yours are listed at /v1/projects.")
    project, _ = found
    if not can(project.role, action, thing):
        raise NotAllowed(
            f"As {_ARTICLE[project.role]} {project.role} you may not do this here.",
            "Ask the project's owner.",
        )
    return found


def project_of_row(platform: Platform, row: Row) -> tuple[Project, int] | None:
    """The project that a person's row stands for, with that person's role; None where it was deleted."""
    if "value" in row:
        return Project.model_validate({**row["value"], "role": "owner"}), row["rev"]
    _, _, project_id = row["sk"].partition("#")
    owners = platform.records.get(*project_key(row["owner_id"], project_id))
    if owners is None:
        return None
    return Project.model_validate({**owners["value"], "role": row["role"]}), owners["rev"]


_ARTICLE: Mapping[Role, str] = {"owner": "the", "collaborator": "a", "viewer": "a"}
