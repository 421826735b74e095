"""The rows of sessions.

pk                sk              holds
OBJECT#<id>       SESSION         the session;          index OBJECTS#<owner>
OBJECT#<id>       CUTOUT#<id>     what is cut out of its photo
PROJECT#<id>      OBJECT#<id>     that the session is in the project

What builds made are versions of the session's asset in the library.
"""

from collections.abc import Callable

from diorama.errors import Conflict, NotFound
from diorama.library import assets
from diorama.objects.models import BuildVersion, KeptCutout, Session
from diorama.platform import Platform
from diorama.ports import Page, Records, Row
from diorama.studio import access

TRIES = 10
MOST_READ = 1000


def find(platform: Platform, user_id: str, session_id: str, action: access.Action = "see") -> Session:
    """Raises `NotFound` for strangers, `NotAllowed` for members who may not do that with it."""
    session = read(platform.records, session_id)
    try:
        if session is not None:
            access.find_project(platform, user_id, session.project_id, action, "object")
            return session
    except NotFound:
        pass
    raise NotFound("There is no such session.", "Check the id; yours are listed at /v1/objects.")


def read(records: Records, session_id: str) -> Session | None:
    """The session, whoever asks; None where there is none (any more)."""
    row = records.get(*place(session_id))
    return Session.model_validate(row["value"]) if row else None


def change(records: Records, session_id: str, apply: Callable[[Session], Session]) -> Session | None:
    """Changes the row, however many do at once; None where the session is gone."""
    for _ in range(TRIES):
        row = records.get(*place(session_id))
        if row is None:
            return None
        changed = apply(Session.model_validate(row["value"]))
        try:
            records.put(row_of(changed), row["rev"])
        except Conflict:
            continue
        return changed
    raise Conflict("The session keeps being changed.", "Try again.")


def cutouts_of(records: Records, session_id: str) -> list[KeptCutout]:
    """What is cut out, oldest first."""
    page = records.query(f"OBJECT#{session_id}", "CUTOUT#", limit=MOST_READ)
    found = [KeptCutout.model_validate(row["value"]) for row in page.rows]
    return sorted(found, key=lambda one: (one.created_at, one.cutout_id))


def newest_build(platform: Platform, session_id: str) -> BuildVersion | None:
    """What the library holds as the newest: an earlier one may have been restored there."""
    version = assets.newest(platform, session_id)
    if version is None or version.made is None:
        return None
    return BuildVersion.model_validate(version.made.details)


def of_project(records: Records, project_id: str, limit: int, cursor: str | None) -> Page:
    """The rows that say which sessions are in a project, newest first."""
    return records.query(f"PROJECT#{project_id}", "OBJECT#", limit=limit, cursor=cursor, newest_first=True)


def of_person(records: Records, user_id: str, limit: int, cursor: str | None) -> Page:
    """The rows of all that somebody began, newest first."""
    return records.query(f"OBJECTS#{user_id}", index=True, limit=limit, cursor=cursor, newest_first=True)


def place(session_id: str) -> tuple[str, str]:
    """Where a session's row is."""
    return f"OBJECT#{session_id}", "SESSION"


def pointer_place(session: Session) -> tuple[str, str]:
    """Where the row is that says that it is in its project: for the list, and for the purge."""
    return f"PROJECT#{session.project_id}", f"OBJECT#{session.session_id}"


def row_of(session: Session) -> Row:
    """The row of a session."""
    pk, sk = place(session.session_id)
    index = {"gsi_pk": f"OBJECTS#{session.owner_id}", "gsi_sk": session.session_id}
    return {"pk": pk, "sk": sk, "value": session.model_dump(mode="json"), **index}


def pointer_row(session: Session) -> Row:
    """The row that says that it is in its project."""
    pk, sk = pointer_place(session)
    return {"pk": pk, "sk": sk, "session_id": session.session_id}


def cutout_place(session_id: str, cutout_id: str) -> tuple[str, str]:
    """Where a cut-out's row is."""
    return f"OBJECT#{session_id}", f"CUTOUT#{cutout_id}"


def cutout_row(session_id: str, kept: KeptCutout) -> Row:
    """The row of a cut-out."""
    pk, sk = cutout_place(session_id, kept.cutout_id)
    return {"pk": pk, "sk": sk, "value": kept.model_dump(mode="json")}
