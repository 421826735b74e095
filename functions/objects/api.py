"""Objects: /v1/objects, and their files: /v1/object-files."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from diorama.objects import actions, building, cutting, quotes, story, viewing
from diorama.objects.models import (
    CutoutView,
    NewBuild,
    NewCutout,
    NewSession,
    SessionChange,
    SessionDetails,
    SessionMetadata,
    SessionPage,
    SessionView,
)
from diorama.platform import connect
from diorama.studio.costs import KeptQuote
from diorama.studio.jobs import JobDetails
from door import OPEN, Correlation, SignedIn, handler_of
from files import leading_to
from idempotency import ONCE, once

router = Router()


@router.post("/v1/objects", status_code=202, middlewares=[once], openapi_extensions=ONCE, tags=["objects"])
def start_session(body: NewSession, user_id: SignedIn, correlation_id: Correlation) -> SessionDetails:
    """Begins a session with a photo, and the job that reads it.

    A photo that was read before is not read again.
    """
    return actions.start(connect(), user_id, body, correlation_id)


@router.get("/v1/objects", tags=["objects"])
def list_sessions(
    user_id: SignedIn,
    project_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most")] = 20,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> SessionPage:
    """The sessions of a project, or all of yours, newest first. Go on until the cursor is null."""
    return actions.listed(connect(), user_id, project_id, limit, cursor)


@router.get("/v1/objects/<session_id>", tags=["objects"])
def get_session(session_id: str, user_id: SignedIn) -> SessionDetails:
    """A session: its step, photo, cut-outs, newest build and jobs; all that is needed to go on there."""
    return actions.look(connect(), user_id, session_id)


@router.patch("/v1/objects/<session_id>", tags=["objects"])
def rename_session(session_id: str, body: SessionChange, user_id: SignedIn) -> SessionDetails:
    """Gives it another name."""
    return actions.rename(connect(), user_id, session_id, body)


@router.delete("/v1/objects/<session_id>", status_code=204, tags=["objects"])
def delete_session(session_id: str, user_id: SignedIn) -> None:
    """Deletes a session with its masks and all that was built; what runs of it is cancelled. The photo stays."""
    actions.delete(connect(), user_id, session_id)


@router.put("/v1/objects/<session_id>/cutouts/<cutout_id>", tags=["objects"])
def put_cutout(session_id: str, cutout_id: str, body: NewCutout, user_id: SignedIn) -> CutoutView:
    """Keeps an object of the photo under an id of your choice, all of it anew; at most 20 a session.

    Its mask is looked at now: it must be as large as the photo, not empty, and not the whole photo.
    """
    return cutting.put(connect(), user_id, session_id, cutout_id, body)


@router.delete("/v1/objects/<session_id>/cutouts/<cutout_id>", status_code=204, tags=["objects"])
def remove_cutout(session_id: str, cutout_id: str, user_id: SignedIn) -> None:
    """Removes an object of the photo; what was built stays."""
    cutting.remove(connect(), user_id, session_id, cutout_id)


@router.post(
    "/v1/objects/<session_id>/builds",
    status_code=202,
    middlewares=[once],
    openapi_extensions=ONCE,
    tags=["objects"],
)
def build_objects(
    session_id: str,
    user_id: SignedIn,
    correlation_id: Correlation,
    body: Annotated[NewBuild | None, Body()] = None,
) -> JobDetails:
    """Starts the job that makes objects of all cut-outs; the same again is not computed again."""
    return building.start(connect(), user_id, session_id, body or NewBuild(), correlation_id)


@router.post("/v1/objects/<session_id>/quotes", status_code=201, tags=["objects"])
def quote_build(
    session_id: str, user_id: SignedIn, body: Annotated[quotes.NewObjectQuote | None, Body()] = None
) -> KeptQuote:
    """What making objects of all cut-outs would take in time and money, as a range."""
    return quotes.ask(connect(), user_id, session_id, body or quotes.NewObjectQuote())


@router.get("/v1/objects/<session_id>/view", tags=["objects"])
def view_session(session_id: str, user_id: SignedIn, correlation_id: Correlation) -> SessionView:
    """Where the session's files can be read for an hour, without a token; whoever has the address may.

    What was read of the photo is kept for a month; then this reads it anew, and says `photo_not_ready` (409) until
    that is done.
    """
    return viewing.open_view(connect(), user_id, session_id, correlation_id)


@router.get("/v1/objects/<session_id>/metadata", tags=["objects"])
def get_metadata(session_id: str, user_id: SignedIn) -> SessionMetadata:
    """The session's story: its stages with their times, clicks, how much is covered, and what was built."""
    return story.tell(connect(), user_id, session_id)


@router.get("/v1/object-files/<token>/<path>", status_code=302, openapi_extensions=OPEN, tags=["objects"])
def get_object_file(token: str, path: str) -> Response[str]:
    """Leads to a file of the session, by a link to the store that is good for five minutes."""
    return leading_to(viewing.file_url(connect(), token, path))


handler = handler_of(router)
