"""What is whose, and who may do what with it."""

from diorama.errors import NotFound
from diorama.platform import Platform
from diorama.studio.models import Project


def project_key(user_id: str, project_id: str) -> tuple[str, str]:
    """Where a project's row is. Under its owner, so that finding it is being allowed to."""
    return f"USER#{user_id}", f"PROJECT#{project_id}"


def find_project(platform: Platform, user_id: str, project_id: str) -> tuple[Project, int]:
    """The project and its rev. Raises `NotFound` where it is not there or not this user's."""
    row = platform.records.get(*project_key(user_id, project_id))
    if row is None:
        raise NotFound("There is no such project.", "Check the id; yours are listed at /v1/projects.")
    return Project.model_validate(row["value"]), row["rev"]
