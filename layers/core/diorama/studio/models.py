"""People and their projects. Times are Unix seconds."""

from typing import Literal

from pydantic import Field

from diorama.stage import Contract

Plan = Literal["free", "pro", "enterprise"]


class Profile(Contract):
    """What we know of a person beside the account itself."""

    user_id: str
    email: str
    plan: Plan = "free"
    created_at: float


class Project(Contract):
    """What a person's media and jobs belong to."""

    project_id: str
    owner_id: str
    name: str
    description: str = ""
    created_at: float
    updated_at: float


class ProjectChange(Contract):
    """What may be changed of a project; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    description: str | None = Field(None, max_length=2000)


class NewProject(Contract):
    """What a project starts with."""

    name: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=2000)


class ProjectPage(Contract):
    """Some projects, and the cursor for those that follow."""

    projects: tuple[Project, ...]
    cursor: str | None = None
