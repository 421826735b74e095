"""Projects and the people in them: /v1/projects. Routes of `studio.api`."""

from aws_lambda_powertools.event_handler.api_gateway import Router

from diorama.platform import connect
from diorama.studio import costs, members, projects
from diorama.studio.models import DeletedProjectPage, NewProject, Project, ProjectChange, ProjectPage
from door import InSession, SignedIn
from idempotency import ONCE, once
from paging import Cursor, Limit

router = Router()


@router.post("/v1/projects", status_code=201, middlewares=[once], openapi_extensions=ONCE, tags=["projects"])
def create_project(body: NewProject, user_id: SignedIn) -> Project:
    """A new project."""
    return projects.create(connect(), user_id, body)


@router.get("/v1/projects", tags=["projects"])
def list_projects(user_id: SignedIn, limit: Limit = 50, cursor: Cursor = None) -> ProjectPage:
    """Your projects, newest first."""
    return projects.listed(connect(), user_id, limit, cursor)


@router.get("/v1/deleted-projects", tags=["projects"])
def list_deleted_projects(user_id: SignedIn, limit: Limit = 50, cursor: Cursor = None) -> DeletedProjectPage:
    """Projects of yours that were deleted and can still be brought back."""
    return projects.deleted(connect(), user_id, limit, cursor)


@router.post("/v1/deleted-projects/<project_id>/restore", tags=["projects"])
def restore_project(project_id: str, user_id: SignedIn) -> Project:
    """Brings a deleted project back, with all that is in it."""
    return projects.restore(connect(), user_id, project_id)


@router.get("/v1/projects/<project_id>", tags=["projects"])
def get_project(project_id: str, user_id: SignedIn) -> Project:
    """One of your projects."""
    return projects.found(connect(), user_id, project_id)


@router.patch("/v1/projects/<project_id>", tags=["projects"])
def change_project(project_id: str, body: ProjectChange, user_id: SignedIn) -> Project:
    """Changes what is named; the rest stays."""
    return projects.change(connect(), user_id, project_id, body)


@router.delete("/v1/projects/<project_id>", status_code=204, tags=["projects"])
def delete_project(project_id: str, user_id: SignedIn) -> None:
    """Takes a project and all that is in it out of sight; refused while a job of it runs or a tour is published.

    It can be brought back for seven days; then nothing of it is left.
    """
    projects.delete(connect(), user_id, project_id)


@router.get("/v1/projects/<project_id>/costs", tags=["projects"])
def get_project_costs(project_id: str, user_id: SignedIn) -> costs.ProjectCosts:
    """What the jobs of a project have cost, those that still run as far as their stages have ended."""
    return costs.of_project(connect(), user_id, project_id)


@router.get("/v1/projects/<project_id>/members", tags=["projects"])
def list_members(project_id: str, user_id: SignedIn) -> members.Members:
    """Everybody in the project, and who is invited."""
    return members.listed(connect(), user_id, project_id)


@router.post("/v1/projects/<project_id>/members", status_code=201, tags=["projects"])
def invite_member(project_id: str, body: members.NewMember, user_id: SignedIn) -> members.Member:
    """Mails an invitation, good for 14 days; it replaces one that was mailed to the address before."""
    return members.invite(connect(), user_id, project_id, body)


@router.patch("/v1/projects/<project_id>/members/<member_id>", tags=["projects"])
def change_member(
    project_id: str, member_id: str, body: members.RoleChange, user_id: SignedIn
) -> members.Member:
    """Another role for a member."""
    return members.change(connect(), user_id, project_id, member_id, body)


@router.delete("/v1/projects/<project_id>/members/<member_id>", status_code=204, tags=["projects"])
def remove_member(project_id: str, member_id: str, user_id: SignedIn) -> None:
    """Takes a member out, or an invitation back; members may take themselves out."""
    members.remove(connect(), user_id, project_id, member_id)


@router.post("/v1/invitations/accept", tags=["projects"])
def accept_invitation(body: members.InvitationCode, user_id: InSession) -> Project:
    """Takes an invitation with the code from its letter; the answer is the project."""
    return members.accept(connect(), user_id, body)
