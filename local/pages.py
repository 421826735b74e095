"""Serves the built pages, as CloudFront does: which file an address means, and with which headers.

The studio is one page for many addresses; its own script reads the rest of the path. Files whose names hold a
digest of their content never change; everything else is asked after each time.
"""

from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from local.state import StateFolder

STUDIO = "index.html"
PAGES = {"view": "viewer.html", "t": "tour.html", "embed": "embed.html"}
"""Pages of their own, by the first part of the address; each reads the rest of it."""

EMBED = "embed"
"""Below it, and in the embed's page, is what other people's pages load."""

DIGESTED = "assets"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NO_SNIFFING = {"x-content-type-options": "nosniff"}
SAFE = {**NO_SNIFFING, "referrer-policy": "no-referrer"}
FOR_ANY_PAGE = {"access-control-allow-origin": "*"}

# Scripts are our own files only (and WebAssembly). Styles also as attributes: components place things so.
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self'{store} data: blob:; media-src 'self'{store} blob:; worker-src 'self' blob:; "
    "connect-src 'self'{store} blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Diorama</title>
<h1>The pages are not built</h1><p>Run <code>make web</code> (it needs Node 20.19 or newer), then reload.
The API and the command line work without them.</p></html>"""


def policy(page: str, store: str = "") -> str:
    """The Content-Security-Policy of a page; `store` is the origin of its files where that is another.

    Anybody may show the embed in a frame; nobody the pages on which people are signed in.
    """
    ancestors = "*" if page == PAGES["embed"] else "'none'"
    return _POLICY.format(store=store and f" {store}", ancestors=ancestors)


def file_of(address: str) -> str:
    """The file that answers to an address: itself where its name has a suffix, else a page."""
    path = PurePosixPath(address.lstrip("/"))
    if path.suffix:
        return str(path)
    return PAGES.get(path.parts[0], STUDIO) if path.parts else STUDIO


def page_routes(folder: Path, state: StateFolder) -> list[BaseRoute]:
    """Routes for the pages in `folder` (which may be missing), behind all others."""
    pages = _Pages(folder, state)
    return [
        Route("/config.json", pages.config, methods=["GET"]),
        Route("/{path:path}", pages.answer, methods=["GET", "HEAD"]),
    ]


class _Pages:
    def __init__(self, folder: Path, state: StateFolder) -> None:
        self._folder = folder.resolve()
        self._state = state

    async def config(self, _: Request) -> Response:
        """What the pages should know of this deployment."""
        return JSONResponse({"outbox": str(self._state.outbox)}, headers={"cache-control": ASK_AGAIN})

    async def answer(self, request: Request) -> Response:
        if request.url.hostname == "localhost":  # for links to files that would be another origin
            return RedirectResponse(request.url.replace(hostname="127.0.0.1"))
        path = PurePosixPath(request.path_params["path"])
        found = self._file(path)
        if found is not None:
            is_digested = path.parts[:1] == (DIGESTED,)
            return _served(found, path, FOREVER if is_digested else ASK_AGAIN)
        if path.suffix:  # a file that is not there, not an address of a page
            return Response(status_code=404)
        found = self._file(PurePosixPath(file_of(str(path))))
        return _served(found, path, ASK_AGAIN) if found else HTMLResponse(_NOT_BUILT, 503, SAFE)

    def _file(self, path: PurePosixPath) -> Path | None:
        """The built file of that name; nothing outside of the folder."""
        if ".." in path.parts:
            return None
        found = self._folder / path
        return found if found.is_file() and found.resolve().is_relative_to(self._folder) else None


def _served(found: Path, asked: PurePosixPath, cache_control: str) -> Response:
    headers = {**SAFE, "cache-control": cache_control}
    if asked.parts[:1] == (EMBED,) or found.name == PAGES[EMBED]:
        headers |= FOR_ANY_PAGE
    if found.suffix == ".html":
        headers["content-security-policy"] = policy(found.name)
    return FileResponse(found, headers=headers)
