"""Addresses of files that only some may see: folders of the store, for an hour, below a token.

The page asks once with its access token and gets an address; everything it loads lies below that. The token stands in
the path, so relative names work, and is kept as its hash only. VIEW#<hash> / VIEW holds the folders, and the place of
the row of whatever they belong to: once that is deleted the address leads nowhere, also where its files are kept for
somebody else.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from diorama.errors import NotFound, NotSignedIn
from diorama.platform import Platform
from diorama.ports import Row
from diorama.uris import is_safe_path

VIEW_LASTS_S = 3600
LINK_LASTS_S = 300
HIDDEN = frozenset({"log.txt", "report.json"})
"""Of what stages write, but for its makers."""
ALONE = "."
"""The name of a folder that is the only one: its files are right below the token."""


class View(NamedTuple):
    """The address, with a slash at its end, and when it stops working."""

    files_url: str
    expires_at: float


def open_view(
    platform: Platform, room: str, folders: Mapping[str, str], owner_place: tuple[str, str]
) -> View:
    """Lets whoever has the address read the folders for an hour, or until the row at `owner_place` is gone.

    `room`: the first part of the address; `folders`: what a path begins with -> URI of that folder, or one `ALONE`.
    """
    token = secrets.token_urlsafe(32)
    expires_at = platform.clock.now() + VIEW_LASTS_S
    platform.records.put(_row(room, token, folders, owner_place, expires_at), expected_rev=0)
    return View(f"{platform.settings.public_url}/v1/{room}/{token}/", expires_at)


def file_url(platform: Platform, room: str, token: str, path: str) -> str:
    """A link to one file of the folders that the token stands for; whether it exists, the store will say.

    Raises `NotSignedIn` for a token that is no longer good, `NotFound` for a path that is none of theirs.
    """
    row = platform.records.get(*_place(room, token))
    if row is None or row["expires_at"] <= platform.clock.now() or not _is_owned(platform, row):
        raise NotSignedIn("This view has expired.", "Open it again.", "view_expired")
    folders: dict[str, str] = row["folders"]
    name, below = (ALONE, path) if ALONE in folders else _split(path)
    if name not in folders or not is_safe_path(below) or below in HIDDEN:
        raise NotFound("There is no such file here.", "Look at the names that belong to this view.")
    return platform.store.url(f"{folders[name]}/{below}", LINK_LASTS_S)


def _is_owned(platform: Platform, view: Row) -> bool:
    place = view.get("owner_place")  # views of an earlier studio have none: they are opened again
    return place is not None and platform.records.get(*place) is not None


def _split(path: str) -> tuple[str, str]:
    name, _, below = path.partition("/")
    return name, below


def _place(room: str, token: str) -> tuple[str, str]:
    return f"VIEW#{hashlib.sha256(f'{room}/{token}'.encode(errors='replace')).hexdigest()}", "VIEW"


def _row(
    room: str, token: str, folders: Mapping[str, str], owner_place: tuple[str, str], expires_at: float
) -> Row:
    pk, sk = _place(room, token)
    of_whom = {"folders": dict(folders), "owner_place": list(owner_place)}
    return {"pk": pk, "sk": sk, **of_whom, "expires_at": expires_at, "ttl": int(expires_at)}
