"""People and their projects. Times are Unix seconds."""

from typing import Annotated, Literal

from pydantic import Field

from diorama.stage import Contract

Plan = Literal["free", "pro", "enterprise"]
Role = Literal["owner", "collaborator", "viewer"]

Email = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$")]
"""What looks like an address; `diorama.credentials` looks closer."""


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
    role: Role = Field("owner", description="What whoever asks is in it")
    created_at: float
    updated_at: float


class DeletedProject(Project):
    """A project that can be brought back until `purged_at`."""

    deleted_at: float
    purged_at: float


class DeletedProjectPage(Contract):
    """Some deleted projects, newest first. The list goes on until the cursor is null, even where a page is short."""

    projects: tuple[DeletedProject, ...]
    cursor: str | None = None


class ProjectChange(Contract):
    """What may be changed of a project; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200)
    description: str | None = Field(None, max_length=2000)


class NewProject(Contract):
    """What a project starts with."""

    name: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=2000)


class ProjectPage(Contract):
    """Some projects, newest first. The list goes on until the cursor is null, even where a page is short."""

    projects: tuple[Project, ...]
    cursor: str | None = None
