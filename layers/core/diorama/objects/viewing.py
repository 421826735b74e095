"""The files of a session: what was read of its photo, its masks, and what was built last."""

from diorama.errors import Conflict, NotFound
from diorama.library.keys import cutouts_uri
from diorama.objects import actions, sessions
from diorama.objects.models import Session, SessionView
from diorama.platform import Platform
from diorama.stage import REPORT
from diorama.studio import views
from diorama.studio.ids import new_id

ROOM = "object-files"


def open_view(platform: Platform, user_id: str, session_id: str, correlation_id: str) -> SessionView:
    """Lets whoever has the address read the session's files for an hour, unless it is deleted before.

    What was read of a photo is kept for a month; after that it is read anew here. Raises `NotFound`, and `Conflict`
    while the photo is being read.
    """
    session = sessions.find(platform, user_id, session_id)
    _check_photo(platform, session, correlation_id)
    assert session.embedding is not None
    build = sessions.newest_build(platform, session_id)
    masks = f"{cutouts_uri(platform.settings.bucket, session.project_id, session_id)}/masks"
    folders = {"photo": session.embedding.folder, "masks": masks}
    if build is not None:
        folders["build"] = build.folder
    view = views.open_view(platform, ROOM, folders, sessions.place(session_id))
    return SessionView(
        session_id=session_id,
        photo="photo/",
        masks="masks/",
        build="build/" if build else None,
        **view._asdict(),
    )


def _check_photo(platform: Platform, session: Session, correlation_id: str) -> None:
    if session.embedding is not None:
        try:
            platform.store.get(f"{session.embedding.folder}/{REPORT}", 0, 1)
            return
        except NotFound:
            _read_again(platform, session, correlation_id)
    raise Conflict("The photo is not read yet.", "Wait for the session's encode job.", "photo_not_ready")


def _read_again(platform: Platform, session: Session, correlation_id: str) -> None:
    encode_job_id = new_id(platform.clock.now())
    update = {"embedding": None, "encode_job_id": encode_job_id}
    changed = sessions.change(platform.records, session.session_id, lambda now: now.model_copy(update=update))
    if changed is not None:
        actions.encode(platform, changed, correlation_id)


def file_url(platform: Platform, token: str, path: str) -> str:
    """A link to one file. Raises `NotSignedIn`, `NotFound`, as `views.file_url`."""
    return views.file_url(platform, ROOM, token, path)
