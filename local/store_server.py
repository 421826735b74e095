"""Serves the links of a `FolderStore`: GET and HEAD of a file with Range, PUT of an upload's part.

The link is the only credential: no cookie, no header of ours, so any page may use one (CORS).
"""

from collections.abc import AsyncIterator
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from diorama.errors import BadRequest, DioramaError
from diorama.parts import CHECKSUM_HEADER
from diorama.uris import Location, parse_uri
from local.links import LinkRefused
from local.store import FolderStore

_WRITE_BYTES = 1024**2
_CORS = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "HEAD", "PUT"],
    allow_headers=[CHECKSUM_HEADER, "content-type", "range"],
    expose_headers=["etag", "content-length", "content-range", "accept-ranges"],
)


def store_app(store: FolderStore) -> Starlette:
    """The application to mount where the store's `base_url` points."""
    return Starlette(
        routes=[
            Route("/{path:path}", partial(_get, store), methods=["GET", "HEAD"]),
            Route("/{path:path}", partial(_put_part, store), methods=["PUT"]),
        ],
        middleware=[_CORS],
        exception_handlers={DioramaError: _problem},
    )


async def _get(store: FolderStore, request: Request) -> Response:
    location = _checked(store, "GET", request)
    path = await run_in_threadpool(store.path, location.uri)
    # What people upload must not run as a page of the studio's own origin.
    headers = {
        "content-security-policy": "sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "private",
    }
    return FileResponse(
        path,
        headers=headers,
        media_type=store.content_type(location.uri),
        filename=request.query_params.get("download"),
    )


async def _put_part(store: FolderStore, request: Request) -> Response:
    location = _checked(store, "PUT", request)
    facts = request.query_params
    if request.headers.get(CHECKSUM_HEADER) != facts["sha256"]:
        raise LinkRefused(f"The header {CHECKSUM_HEADER} is not the one that was signed.")
    with store.incoming_part(location.uri, facts["upload"], int(facts["part"]), facts["sha256"]) as part:
        async for content in _chunks(request):
            await run_in_threadpool(part.write, content)
    return Response(headers={"etag": part.etag, CHECKSUM_HEADER: facts["sha256"]})


def _checked(store: FolderStore, method: str, request: Request) -> Location:
    location = parse_uri(f"s3://{request.path_params['path']}")
    store.links.check(method, location, dict(request.query_params))
    return location


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces worth a trip to the disk."""
    waiting = bytearray()
    try:
        async for content in request.stream():
            waiting += content
            if len(waiting) >= _WRITE_BYTES:
                yield bytes(waiting)
                waiting.clear()
    except ClientDisconnect:
        raise BadRequest("The part broke off.", "Send it again.") from None
    yield bytes(waiting)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, DioramaError)
    body = {
        "type": "about:blank",
        "title": error.message,
        "status": error.status,
        "code": error.stable_code,
        "detail": error.advice,
    }
    return JSONResponse(body, error.status, media_type="application/problem+json")
