"""The letters that lie in the outbox, for the admin of the studio on this machine to read in the page.

Letters hold codes that let people in, so the bearer must be an admin's, as for /v1/admin.
"""

from email import message_from_bytes, policy
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from diorama.errors import NotSignedIn
from diorama.platform import Platform
from diorama.studio.identity import claims_of, person_of
from local.gateway import problem

NEWEST = 100


def letter_routes(platform: Platform, folder: Path) -> list[BaseRoute]:
    """`GET /local/letters`: the newest letters whole, newest first."""

    async def letters(request: Request) -> Response:
        if not await run_in_threadpool(_is_admin, platform, request):
            return problem(404, "not_found", "There is nothing here.", "Log in as the demo user.")
        found = await run_in_threadpool(newest_letters, folder)
        return JSONResponse({"letters": found}, headers={"cache-control": "no-store"})

    return [Route("/local/letters", letters, methods=["GET"])]


def newest_letters(folder: Path) -> list[dict[str, str]]:
    """What each letter says, newest first; their names begin with the time."""
    paths = sorted(folder.glob("*.eml"), reverse=True)[:NEWEST]
    return [_shown(path) for path in paths]


def _shown(path: Path) -> dict[str, str]:
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    text, page = (letter.get_body((kind,)) for kind in ("plain", "html"))
    return {
        "name": path.name,
        "to": str(letter["To"]),
        "subject": str(letter["Subject"]),
        "sent": str(letter["Date"]),
        "text": text.get_content() if text else "",
        "html": page.get_content() if page else "",
    }


def _is_admin(platform: Platform, request: Request) -> bool:
    _, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        claims = claims_of(platform, token.strip())
        return person_of(claims, platform.settings, platform.clock.now()).is_admin
    except NotSignedIn:
        return False
