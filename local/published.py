"""Serves what is published, as CloudFront does: files of one folder of the store, to everybody.

A version never changes, so browsers keep its files for good; which version counts they ask again soon.
"""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from diorama.errors import BadRequest, NotFound
from diorama.library.keys import PUBLISHED
from local.pages import FOREVER, NO_SNIFFING
from local.store import FolderStore

NOTE = "tour.json"
NOTE_KEPT_S = 60

# Any page may show a tour's files; none of them may run as a page of our own.
FILE_HEADERS = {
    **NO_SNIFFING,
    "content-security-policy": "sandbox",
    "access-control-allow-origin": "*",
    "cache-control": FOREVER,
}
NOTE_HEADERS = {**FILE_HEADERS, "cache-control": f"public, max-age={NOTE_KEPT_S}"}


def published_routes(store: FolderStore, bucket: str) -> list[BaseRoute]:
    """Routes for visitors of published tours."""
    answer = partial(_answer, store, bucket)
    return [Route(f"/{PUBLISHED}/{{path:path}}", answer, methods=["GET", "HEAD"])]


async def _answer(store: FolderStore, bucket: str, request: Request) -> Response:
    path: str = request.path_params["path"]
    uri = f"s3://{bucket}/{PUBLISHED}/{path}"
    try:
        found = await run_in_threadpool(store.path, uri)
    except (NotFound, BadRequest):
        return Response(status_code=403)  # S3 does not tell those who may not list whether a file exists
    is_note = path.rpartition("/")[2] == NOTE
    headers = NOTE_HEADERS if is_note else FILE_HEADERS
    return FileResponse(found, headers=headers, media_type=store.content_type(uri))
