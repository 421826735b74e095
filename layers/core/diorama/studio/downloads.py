"""Links that stand in letters: our own token route, which leads to a link of a few minutes.

A signed link of the store dies with the right of whoever signed it, within hours; a letter is read later. The token
is kept as its hash. DOWNLOAD#<hash> / DOWNLOAD holds the file.
"""

import hashlib
import secrets

from diorama.errors import NotFound
from diorama.platform import Platform

LASTS_S = 24 * 3600
LINK_LASTS_S = 300


def offer(platform: Platform, uri: str, name: str, project_id: str) -> str:
    """An address that lets whoever has it fetch the file for a day."""
    token = secrets.token_urlsafe(32)
    pk, sk = _place(token)
    ends_at = platform.clock.now() + LASTS_S
    row = {"pk": pk, "sk": sk, "uri": uri, "name": name, "ends_at": ends_at, "ttl": int(ends_at)}
    platform.records.put({**row, "project_id": project_id}, expected_rev=0)
    return f"{platform.settings.public_url}/v1/downloads/{token}"


def link(platform: Platform, token: str) -> str:
    """A link of five minutes to what was offered. Raises `NotFound` for an old or made-up token."""
    row = platform.records.get(*_place(token))
    if row is None or row["ends_at"] <= platform.clock.now():
        raise NotFound(
            "This link has expired.", "Log in and download it from the studio.", "download_expired"
        )
    return platform.store.url(row["uri"], LINK_LASTS_S, row["name"])


def _place(token: str) -> tuple[str, str]:
    return f"DOWNLOAD#{hashlib.sha256(token.encode(errors='replace')).hexdigest()}", "DOWNLOAD"
