"""Uploads and assets: /v1/projects/{project_id}/uploads, /v1/uploads and /v1/assets."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from diorama.library import actions, assets
from diorama.library.models import NewUpload, PartLinks, UploadView, WantedParts
from diorama.platform import connect
from door import SignedIn, handler_of
from idempotency import ONCE, once
from paging import Cursor, Limit

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


@router.get("/v1/assets", tags=["assets"])
def list_assets(
    user_id: SignedIn,
    project: Annotated[str | None, Query(max_length=64)] = None,
    kind: assets.Kind | None = None,
    q: Annotated[str, Query(max_length=200, description="Words that all stand in the name")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> assets.AssetPage:
    """What you own, newest first, project by project. Go on until the cursor is null: a page may be short."""
    which = assets.AssetFilter(project_id=project, kind=kind, words=q)
    return assets.listed(connect(), user_id, which, limit, cursor)


@router.get("/v1/assets/<asset_id>", tags=["assets"])
def get_asset(asset_id: str, user_id: SignedIn) -> assets.Asset:
    """One of your assets."""
    return assets.look(connect(), user_id, asset_id)


@router.delete("/v1/assets/<asset_id>", status_code=204, tags=["assets"])
def delete_asset(asset_id: str, user_id: SignedIn) -> None:
    """Takes an asset away with all its versions; a file that something else needs stays for that.

    What a product made goes with its project.
    """
    actions.delete_asset(connect(), user_id, asset_id)


@router.get("/v1/assets/<asset_id>/versions", tags=["assets"])
def list_versions(
    asset_id: str, user_id: SignedIn, limit: Limit = 50, cursor: Cursor = None
) -> assets.VersionPage:
    """Every content that the asset has had, newest first."""
    return assets.versions(connect(), user_id, asset_id, limit, cursor)


@router.post("/v1/assets/<asset_id>/restore", tags=["assets"])
def restore_asset(asset_id: str, body: assets.WantedVersion, user_id: SignedIn) -> assets.Asset:
    """Makes an earlier version the newest again; none is lost by it."""
    return assets.restore(connect(), user_id, asset_id, body)


@router.get("/v1/assets/<asset_id>/url", tags=["assets"])
def get_asset_url(
    asset_id: str,
    user_id: SignedIn,
    version: Annotated[int | None, Query(ge=1, description="The newest where left out")] = None,
    download: Annotated[
        bool, Query(description="To save it, under its name; else to show or stream it")
    ] = False,
) -> assets.AssetUrl:
    """A link to the content, good for 15 minutes; refused for what is many files, as a tour is."""
    return assets.url(connect(), user_id, asset_id, version, download=download)


handler = handler_of(router)
