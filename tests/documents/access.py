"""docs/access.md: every route of the API, asked by everybody. The same walk is a test.

`python -m tests.documents.access > docs/access.md` (`make documents`).
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from journal import journal
from openapi import document
from tests.documents.things import Asked, body_of, make_things
from tests.functions.calling import Api, standing_in

ROOT = Path(__file__).parents[2]
WHO = ("owner", "collaborator", "viewer", "admin", "stranger", "reading key", "nobody")
"""Whoever asks: three in the project, an admin and a stranger outside of it, the owner's API key that only reads,
and somebody who is not signed in."""

USERS = {"owner": "ann", "collaborator": "bob", "viewer": "vic", "stranger": "eve"}


def routes() -> list[str]:
    """Every route of the API document, as "GET /v1/projects"."""
    paths = document()["paths"]
    return [f"{method.upper()} {path}" for path in sorted(paths) for method in sorted(paths[path])]


def walk(wanted: list[str] | None = None) -> dict[str, dict[str, int]]:
    """Route -> who -> the status of the answer. Whatever was changed is made anew before the next one asks."""
    with _Places() as places:
        return {route: places.ask_all(route) for route in wanted or routes()}


class _Places:
    """Worlds with one of each thing; the same one again as long as nobody has changed it."""

    def __init__(self) -> None:
        self._stack, self._asked = ExitStack(), None

    def __enter__(self) -> "_Places":
        return self

    def __exit__(self, *_: object) -> None:
        self.forget()

    _asked: Asked | None

    def unused(self) -> Asked:
        if self._asked is None:
            folder = self._stack.enter_context(tempfile.TemporaryDirectory())
            world = self._stack.enter_context(standing_in(Path(folder), requests_per_minute=100_000))
            self._asked = make_things(Api(world))
        return self._asked

    def ask_all(self, route: str) -> dict[str, int]:
        """Who -> the answer. Where no token is asked for, everybody is nobody to the route."""
        if route in _open_routes():
            return dict.fromkeys(WHO, self.ask(route, "nobody"))
        return {who: self.ask(route, who) for who in WHO}

    def ask(self, route: str, who: str) -> int:
        status = _ask(self.unused(), route, who)
        if not route.startswith("GET") and status < HTTPStatus.BAD_REQUEST:
            self.forget()
        return status

    def forget(self) -> None:
        self._asked = None
        self._stack.close()


@cache
def _open_routes() -> frozenset[str]:
    paths = document()["paths"].items()
    return frozenset(
        f"{method.upper()} {path}"
        for path, operations in paths
        for method, operation in operations.items()
        if operation.get("security") == []
    )


def _ask(asked: Asked, route: str, who: str) -> int:
    things = asked.things
    if "/deleted-projects/" in route:
        things = {**things, "project_id": things["deleted_id"]}
    method, path = route.format(**things).split(" ")
    headers = {"Authorization": f"Bearer {asked.token}"}
    answer = asked.api(
        method,
        path,
        body_of(route, asked),
        claims=_claims(asked, route, who),
        headers=headers,
        query=QUERIES.get(route),
    )
    return answer.status


QUERIES: dict[str, dict[str, str]] = {}


def _claims(asked: Asked, route: str, who: str) -> dict[str, Any]:
    world = asked.api.world
    if who == "nobody":
        return {}
    if route.partition(" ")[2].startswith("/v1/auth/") and who != "reading key":
        return world.claims(asked.account_id)  # one's own account, whoever one is elsewhere
    if who == "admin":
        return world.claims("ada", groups="admin")
    if who == "reading key":
        return world.claims("ann", token_use="api_key", scopes="read", key_id="k1")
    return world.claims(USERS[who])


def page(outcomes: dict[str, dict[str, int]]) -> str:
    """The page with the table."""
    return "\n".join([*_HEAD, *_lines(outcomes), ""])


_HEAD = [
    "# Who may do what",
    "",
    "Made by `make documents`, which asks every route as everybody; do not edit. The numbers are the answers: 2xx and",
    "409 (allowed, but not as things stand) are a yes; 404 is what is not there for whoever asks; 403 is seen, but not",
    "allowed; 401 is not signed in. The rule behind it is the table in `diorama/studio/access.py`.",
    "",
    "*Owner*, *collaborator* and *viewer* are in the project; *admin* and *stranger* are not, and an admin runs the",
    "studio; *reading key* is the owner's API key with the scope `read`; *nobody* is not signed in.",
    "",
]


def _lines(outcomes: dict[str, dict[str, int]]) -> Iterator[str]:
    yield f"| route | {' | '.join(WHO)} |"
    yield f"| --- |{' --- |' * len(WHO)}"
    for route, answers in outcomes.items():
        yield f"| `{route}` | {' | '.join(str(answers[who]) for who in WHO)} |"


if __name__ == "__main__":
    journal().setLevel("CRITICAL")  # it writes to stdout too
    sys.stdout.write(page(walk()))
