"""Calls handlers as API Gateway would, in a small world of their own."""

import importlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diorama.platform
from local.gateway import find_route
from local.template import read_template
from tests.studio_world import CURRENT, LambdaContext, World, event, make_world


@dataclass
class Answer:
    """What a handler answered."""

    status: int
    headers: dict[str, list[str]]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Api:
    """The doors of all rooms."""

    world: World

    def __call__(
        self, method: str, path: str, body: object = None, user: str | None = None, **more: Any
    ) -> Answer:
        claims = more.pop("claims", None) or (self.world.claims(user) if user else None)
        answer = handler_for(path)(event(method, path, body, claims, **more), LambdaContext())
        return Answer(answer["statusCode"], answer["multiValueHeaders"], answer["body"])


METHODS = ("GET", "POST", "PATCH", "DELETE")
ROUTES = read_template(Path(__file__).parents[2] / "template.yaml")


def handler_for(path: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The handler that the template leads a path to; the studio's where it leads nowhere."""
    found = next((match for method in METHODS if (match := find_route(ROUTES.routes, method, path))), None)
    function = ROUTES.functions[found.route.function if found else "StudioApi"]
    module, _, name = function.handler.rpartition(".")
    handler: Callable[[dict[str, Any], Any], dict[str, Any]] = getattr(importlib.import_module(module), name)
    return handler


@contextmanager
def standing_in(folder: Path, **settings: Any) -> Iterator[World]:
    """A world that keeps everything in the folder, and that the handlers find as their platform."""
    made = make_world(folder, **settings)
    before = os.environ.get("DIORAMA_PLATFORM")
    os.environ["DIORAMA_PLATFORM"] = "tests.studio_world"
    CURRENT.append(made.platform)
    diorama.platform.connect.cache_clear()
    try:
        yield made
    finally:
        diorama.platform.connect.cache_clear()
        CURRENT.pop()
        made.database.close()
        os.environ.pop("DIORAMA_PLATFORM")
        if before is not None:
            os.environ["DIORAMA_PLATFORM"] = before
