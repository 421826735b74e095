"""Into a project by invitation, and out again."""

import pytest

from diorama.errors import Conflict, NotAllowed, NotFound, Refused
from diorama.jobs import table
from diorama.library import actions as library
from diorama.studio import jobs, members, projects
from diorama.studio.access import find_project
from diorama.studio.jobs import JobFilter
from diorama.studio.members import InvitationCode, NewMember, RoleChange
from diorama.studio.models import ProjectChange
from tests.studio_jobs import a_job
from tests.studio_world import MP4, World


@pytest.fixture
def project(world: World) -> str:
    world.person("ann")
    return world.project("ann").project_id


def invited(
    world: World, project: str, email: str = "bob@example.test", role: str = "viewer"
) -> InvitationCode:
    members.invite(world.platform, "ann", project, NewMember.model_validate({"email": email, "role": role}))
    return InvitationCode(code=world.outbox.mails[-1].text.partition("#")[2].split()[0])


def shown(world: World, project: str) -> list[tuple[str, str, str]]:
    found = members.listed(world.platform, "ann", project).members
    return [(member.email, member.role, member.state) for member in found]


def test_who_takes_an_invitation_finds_the_project_among_their_own(world: World, project: str) -> None:
    world.person("bob")
    code = invited(world, project)
    letter = world.outbox.mails[-1]
    assert letter.to == "bob@example.test"
    assert "ann@example.test invites you to House" in letter.subject
    assert shown(world, project)[1:] == [("bob@example.test", "viewer", "invited")]
    taken = members.accept(world.platform, "bob", code)
    assert (taken.project_id, taken.role) == (project, "viewer")
    assert projects.listed(world.platform, "bob", 10, None).projects == (taken,)
    assert shown(world, project) == [
        ("ann@example.test", "owner", "member"),
        ("bob@example.test", "viewer", "member"),
    ]


def test_an_invitation_works_once_for_one_address_and_a_fortnight(world: World, project: str) -> None:
    world.person("bob")
    world.person("eve")
    code = invited(world, project)
    for user, wrong in (("eve", code), ("bob", InvitationCode(code="guess"))):
        with pytest.raises(Refused, match="not good"):
            members.accept(world.platform, user, wrong)
    members.accept(world.platform, "bob", code)
    with pytest.raises(Refused):
        members.accept(world.platform, "bob", code)
    late = invited(world, project, "eve@example.test")
    world.clock.time += members.INVITED_S
    with pytest.raises(Refused):
        members.accept(world.platform, "eve", late)
    assert ("eve@example.test", "viewer", "invited") not in shown(world, project)


def test_a_newer_invitation_replaces_the_one_before(world: World, project: str) -> None:
    world.person("bob")
    old, new = invited(world, project), invited(world, project, " BOB@example.test", "collaborator")
    assert len(shown(world, project)) == 2
    with pytest.raises(Refused):
        members.accept(world.platform, "bob", old)
    assert members.accept(world.platform, "bob", new).role == "collaborator"
    with pytest.raises(Conflict):
        invited(world, project)


def test_a_withdrawn_invitation_is_worth_nothing(world: World, project: str) -> None:
    world.person("bob")
    code = invited(world, project)
    invitation = members.listed(world.platform, "ann", project).members[1]
    members.remove(world.platform, "ann", project, invitation.member_id)
    with pytest.raises(Refused):
        members.accept(world.platform, "bob", code)


def test_a_viewer_looks_and_a_collaborator_works(world: World, project: str) -> None:
    world.member("bob", project, "viewer")
    platform = world.platform
    upload = world.uploaded("ann", project)
    assert library.look(platform, "bob", upload.upload_id).state == "complete"
    with pytest.raises(NotAllowed, match="As a viewer"):
        world.begin("bob", project, MP4 + b"more")
    with pytest.raises(NotAllowed):
        projects.change(platform, "bob", project, ProjectChange(name="Mine"))
    members.change(platform, "ann", project, "bob", RoleChange(role="collaborator"))
    assert projects.change(platform, "bob", project, ProjectChange(name="Ours")).name == "Ours"
    assert find_project(platform, "ann", project)[0].role == "owner"
    world.uploaded("bob", project, MP4 + b"more")
    for act in (
        lambda: projects.delete(platform, "bob", project),
        lambda: members.invite(platform, "bob", project, NewMember(email="c@example.test", role="viewer")),
        lambda: members.remove(platform, "bob", project, "ann"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_member_sees_the_projects_jobs_whoever_started_them(world: World, project: str) -> None:
    world.member("bob", project, "viewer")
    table.add_job(world.platform.jobs, a_job(project_id=project))
    found = jobs.listed(world.platform, "bob", JobFilter(project_id=project), 10, None)
    assert [job.job_id for job in found.jobs] == ["job1"]
    assert jobs.look(world.platform, "bob", "job1").job_id == "job1"
    with pytest.raises(NotAllowed):
        jobs.cancel(world.platform, "bob", "job1")


def test_who_is_taken_out_or_leaves_is_a_stranger_again(world: World, project: str) -> None:
    for user, by in (("bob", "ann"), ("eve", "eve")):
        world.member(user, project, "collaborator")
        members.remove(world.platform, by, project, user)
        with pytest.raises(NotFound):
            find_project(world.platform, user, project)
        assert projects.listed(world.platform, user, 10, None).projects == ()
    with pytest.raises(NotFound):
        members.remove(world.platform, "ann", project, "nobody")
    with pytest.raises(NotAllowed):
        members.remove(world.platform, "ann", project, "ann")


def test_a_deleted_project_is_out_of_its_members_sight_too(world: World, project: str) -> None:
    world.member("bob", project, "collaborator")
    projects.delete(world.platform, "ann", project)
    assert projects.listed(world.platform, "bob", 10, None).projects == ()
    with pytest.raises(NotFound):
        find_project(world.platform, "bob", project)


def test_a_project_holds_fifty_people_at_most(world: World, project: str) -> None:
    for n in range(members.MOST_MEMBERS - 1):
        invited(world, project, f"p{n}@example.test")
    with pytest.raises(Refused, match="at most 50"):
        invited(world, project, "one-more@example.test")
