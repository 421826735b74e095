"""Who else is in a project: invited by mail, in with the code, out again.

pk               sk                holds
PROJECT#<id>     MEMBER#<user>     a member, for the list of them
PROJECT#<id>     INVITE#<id>       an invitation that nobody has taken yet
INVITE#<hash>    INVITE            where a code leads
"""

import hashlib
import secrets
from typing import Literal

from pydantic import Field

from diorama.credentials import normalised_email
from diorama.errors import Conflict, NotFound, Refused
from diorama.platform import Platform
from diorama.ports import Delete, Put, Row, Write
from diorama.stage import Contract
from diorama.studio import accounts
from diorama.studio.access import find_project, project_key
from diorama.studio.ids import new_id
from diorama.studio.letters import Notice, letter
from diorama.studio.models import Email, Project, Role

INVITED_S = 14 * 24 * 3600
MOST_MEMBERS = 50  # with the invitations

MemberRole = Literal["collaborator", "viewer"]


class NewMember(Contract):
    """Whom to invite as what."""

    email: Email
    role: MemberRole


class RoleChange(Contract):
    """What a member is to be."""

    role: MemberRole


class Member(Contract):
    """Somebody in a project, or invited to it."""

    member_id: str = Field(description="The user's id; of an invitation its own")
    email: str
    role: Role
    state: Literal["member", "invited"]
    since: float


class Members(Contract):
    """All of a project: its owner first, then members, then invitations."""

    members: tuple[Member, ...]


class InvitationCode(Contract):
    """What stands in the letter."""

    code: str = Field(min_length=1, max_length=100)


def listed(platform: Platform, user_id: str, project_id: str) -> Members:
    """Everybody in the project. Raises `NotFound`."""
    project, _ = find_project(platform, user_id, project_id, "see", "members")
    owner = accounts.profile(platform, project.owner_id)
    first = Member(
        member_id=owner.user_id, email=owner.email, role="owner", state="member", since=project.created_at
    )
    members = [_member(row) for row in _rows(platform, project_id, "MEMBER#")]
    invited = [_member(row) for row in _rows(platform, project_id, "INVITE#") if not _is_old(platform, row)]
    return Members(members=(first, *members, *invited))


def invite(platform: Platform, user_id: str, project_id: str, wanted: NewMember) -> Member:
    """Mails an invitation; one that was mailed to the address before is worth nothing from then on.

    Raises `NotFound`, `NotAllowed`, `Conflict` (a member already), `Refused` (too many).
    """
    project, _ = find_project(platform, user_id, project_id, "change", "members")
    address = normalised_email(wanted.email)
    now = listed(platform, user_id, project_id).members
    if any(member.email == address and member.state == "member" for member in now):
        raise Conflict("That person is in the project already.", "Change the role instead.", "member_already")
    if len(now) >= MOST_MEMBERS:
        raise Refused(
            f"A project has at most {MOST_MEMBERS} people.", "Remove one first.", "too_many_members"
        )
    code = secrets.token_urlsafe(24)
    at = platform.clock.now()
    member = Member(member_id=new_id(at), email=address, role=wanted.role, state="invited", since=at)
    earlier = [row for row in _rows(platform, project_id, "INVITE#") if row["value"]["email"] == address]
    withdrawn = [write for row in earlier for write in _withdrawal(row)]
    platform.records.transact([*withdrawn, *_invitation(project, member, code)])
    host = accounts.profile(platform, user_id).email
    platform.outbox.mail(letter(address, _notice(project, member, host, code, platform.settings.public_url)))
    return member


def accept(platform: Platform, user_id: str, wanted: InvitationCode) -> Project:
    """Makes whoever has the code, and the address that it was mailed to, a member; twice is once.

    Raises `Refused` for a code that is wrong, old or somebody else's.
    """
    row = platform.records.get(*_code_place(wanted.code))
    address = accounts.profile(platform, user_id).email
    if row is None or _is_old(platform, row) or row["value"]["email"] != address:
        raise Refused(
            "This invitation is not good, or not for your address.",
            "Ask for a new one, and log in with the address that it was sent to.",
            "bad_invitation",
        )
    project_id, role = row["project_id"], row["value"]["role"]
    member = Member(member_id=user_id, email=address, role=role, state="member", since=platform.clock.now())
    pk, sk = project_key(user_id, project_id)
    reference = {"pk": pk, "sk": sk, "owner_id": row["owner_id"], "role": role}
    platform.records.transact(
        [*_withdrawal(row), Put(_member_row(project_id, member), None), Put(reference, None)]
    )
    return find_project(platform, user_id, project_id)[0]


def change(platform: Platform, user_id: str, project_id: str, member_id: str, wanted: RoleChange) -> Member:
    """Another role for a member. Raises `NotFound`, `NotAllowed`."""
    project, _ = find_project(platform, user_id, project_id, "change", "members")
    row = platform.records.get(*_member_place(project_id, member_id))
    if row is None:
        raise _no_such_member()
    member = _member(row).model_copy(update={"role": wanted.role})
    pk, sk = project_key(member_id, project_id)
    reference = {"pk": pk, "sk": sk, "owner_id": project.owner_id, "role": wanted.role}
    platform.records.transact([Put(_member_row(project_id, member), row["rev"]), Put(reference, None)])
    return member


def remove(platform: Platform, user_id: str, project_id: str, member_id: str) -> None:
    """Takes a member out, or an invitation back; members may take themselves out.

    Raises `NotFound`, `NotAllowed`.
    """
    leaving = member_id == user_id
    find_project(platform, user_id, project_id, "leave" if leaving else "change", "members")
    invitation = platform.records.get(*_invite_place(project_id, member_id))
    member = platform.records.get(*_member_place(project_id, member_id))
    if invitation is not None:
        platform.records.transact(_withdrawal(invitation))
    elif member is not None:
        platform.records.transact(
            [Delete(*_member_place(project_id, member_id)), Delete(*project_key(member_id, project_id))]
        )
    else:
        raise _no_such_member()


def everybody(platform: Platform, project_id: str, user_id: str) -> list[str]:
    """The ids of all who are in a project now, found from one who is or was: then of its members alone."""
    row = platform.records.get(*project_key(user_id, project_id))
    found = [_member(row).member_id for row in _rows(platform, project_id, "MEMBER#")]
    owners = [] if row is None else [str(row.get("owner_id", user_id))]
    return [*owners, *found]


def _notice(project: Project, member: Member, host: str, code: str, public_url: str) -> Notice:
    may = {"collaborator": "look at everything in it, and work on it", "viewer": "look at everything in it"}
    return Notice(
        subject=f"{host} invites you to {project.name}",
        greeting=f"{host} invites you to {project.name}.",
        lines=(
            f"You may {may[member.role]}.",
            f"The invitation is good for {INVITED_S // 86400} days, for this address alone. "
            "If you have no account yet, sign up with it first.",
        ),
        link_text="Take the invitation",
        link=f"{public_url}/invitations#{code}",
    )


def _invitation(project: Project, member: Member, code: str) -> list[Write]:
    pk, sk = _code_place(code)
    content = {
        "value": member.model_dump(mode="json"),
        "project_id": project.project_id,
        "owner_id": project.owner_id,
        "code_pk": pk,
        "ttl": int(member.since + INVITED_S),
    }
    place = _invite_place(project.project_id, member.member_id)
    return [Put({"pk": pk, "sk": sk, **content}, 0), Put({"pk": place[0], "sk": place[1], **content}, 0)]


def _withdrawal(row: Row) -> list[Write]:
    """Deletes an invitation, from either of its rows."""
    place = _invite_place(row["project_id"], row["value"]["member_id"])
    return [Delete(*place), Delete(row["code_pk"], "INVITE")]


def _is_old(platform: Platform, row: Row) -> bool:
    return bool(row["ttl"] <= platform.clock.now())


def _rows(platform: Platform, project_id: str, prefix: str) -> list[Row]:
    return list(platform.records.query(f"PROJECT#{project_id}", prefix, limit=2 * MOST_MEMBERS).rows)


def _member(row: Row) -> Member:
    return Member.model_validate(row["value"])


def _member_row(project_id: str, member: Member) -> Row:
    pk, sk = _member_place(project_id, member.member_id)
    return {"pk": pk, "sk": sk, "value": member.model_dump(mode="json")}


def _member_place(project_id: str, user_id: str) -> tuple[str, str]:
    return f"PROJECT#{project_id}", f"MEMBER#{user_id}"


def _invite_place(project_id: str, invitation_id: str) -> tuple[str, str]:
    return f"PROJECT#{project_id}", f"INVITE#{invitation_id}"


def _code_place(code: str) -> tuple[str, str]:
    return f"INVITE#{hashlib.sha256(code.strip().encode(errors='replace')).hexdigest()}", "INVITE"


def _no_such_member() -> NotFound:
    return NotFound("There is no such member.", "The members are listed at /v1/projects/{id}/members.")
