"""Uploads: /v1/projects/{project_id}/uploads and /v1/uploads."""

from aws_lambda_powertools.event_handler.api_gateway import Router

from diorama.library import actions
from diorama.library.models import NewUpload, PartLinks, UploadView, WantedParts
from diorama.platform import connect
from door import SignedIn, handler_of
from idempotency import ONCE, once

router = Router()


@router.post(
    "/v1/projects/<project_id>/uploads",
    status_code=201,
    middlewares=[once],
    openapi_extensions=ONCE,
    tags=["uploads"],
)
def begin_upload(project_id: str, body: NewUpload, user_id: SignedIn) -> UploadView:
    """Announces a file: type and size are checked before any byte moves.

    With its checksum, a file whose content is there already, or on its way, gives that upload again.
    """
    return actions.begin(connect(), user_id, project_id, body)


@router.post("/v1/uploads/<upload_id>/parts", tags=["uploads"])
def sign_parts(upload_id: str, body: WantedParts, user_id: SignedIn) -> PartLinks:
    """Links to PUT parts to, good for 15 minutes, each with the headers that must go along."""
    return actions.sign_parts(connect(), user_id, upload_id, body)


@router.get("/v1/uploads/<upload_id>", tags=["uploads"])
def get_upload(upload_id: str, user_id: SignedIn) -> UploadView:
    """An upload and which of its parts are there: what is missing is what to send."""
    return actions.look(connect(), user_id, upload_id)


@router.post("/v1/uploads/<upload_id>/complete", tags=["uploads"])
def complete_upload(upload_id: str, user_id: SignedIn) -> UploadView:
    """Joins the parts and checks the real bytes. Go on with the `upload_id` of the answer.

    It differs from the one asked for where the same content was there already.
    """
    return actions.complete(connect(), user_id, upload_id)


@router.delete("/v1/uploads/<upload_id>", status_code=204, tags=["uploads"])
def delete_upload(upload_id: str, user_id: SignedIn) -> None:
    """Drops an upload and its bytes; refused where something was made from it."""
    actions.delete(connect(), user_id, upload_id)


handler = handler_of(router)
