"""Looking at a tour that is not published: links to its files that say nothing about who may see them.

The page asks once with its access token and gets a folder's address; everything it loads lies below that. The
token in it stands in the path, so relative names work, and is kept as its hash only.
"""

import hashlib
import secrets

from pydantic import Field

from diorama.errors import Conflict, NotFound, NotSignedIn
from diorama.platform import Platform
from diorama.ports import Row
from diorama.stage import Contract
from diorama.tours import actions
from diorama.tours.manifest import is_safe_path

VIEW_LASTS_S = 3600
LINK_LASTS_S = 300
HIDDEN = frozenset({"log.txt", "report.json"})
"""Of a bundle, but for its makers."""


class TourView(Contract):
    """Where a tour's files are for a while; relative to `files_url` lie manifest.json and all it names."""

    tour_id: str
    name: str
    files_url: str = Field(description="Ends with a slash; no token is needed below it")
    expires_at: float = Field(description="When it stops working, Unix seconds: ask again before")


def open_view(platform: Platform, user_id: str, tour_id: str) -> TourView:
    """Lets whoever has the address read the tour's newest bundle for an hour.

    Raises `NotFound`, or `Conflict` while there is nothing to look at.
    """
    tour = actions.find(platform, user_id, tour_id)
    if tour.version is None:
        raise Conflict("This tour is not ready to be looked at.", "See how its job stands.", "tour_not_ready")
    token = secrets.token_urlsafe(32)
    expires_at = platform.clock.now() + VIEW_LASTS_S
    platform.records.put(_row(token, tour.version.bundle, expires_at), expected_rev=0)
    files_url = f"{platform.settings.public_url}/v1/tour-files/{token}/"
    return TourView(tour_id=tour_id, name=tour.name, files_url=files_url, expires_at=expires_at)


def file_url(platform: Platform, token: str, path: str) -> str:
    """A link to one file of the bundle that the token stands for; whether it exists, the store will say.

    Raises `NotSignedIn` for a token that is no longer good, `NotFound` for a path that is none of the bundle's.
    """
    row = platform.records.get(*_place(token))
    if row is None or row["expires_at"] <= platform.clock.now():
        raise NotSignedIn("This view of the tour has expired.", "Open the tour again.", "view_expired")
    if not is_safe_path(path) or path in HIDDEN:
        raise NotFound("There is no such file in this tour.", "Its manifest.json names them all.")
    return platform.store.url(f"{row['bundle']}/{path}", LINK_LASTS_S)


def _place(token: str) -> tuple[str, str]:
    return f"VIEW#{hashlib.sha256(token.encode()).hexdigest()}", "VIEW"


def _row(token: str, bundle: str, expires_at: float) -> Row:
    pk, sk = _place(token)
    return {"pk": pk, "sk": sk, "bundle": bundle, "expires_at": expires_at, "ttl": int(expires_at)}
