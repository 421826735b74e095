"""Calls handlers as API Gateway would."""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import diorama.platform
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


def handler_for(path: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    is_upload = path.startswith("/v1/uploads") or path.endswith("/uploads")
    room = "library" if is_upload else "tours" if path.startswith("/v1/tour") else "studio"
    handler: Callable[[dict[str, Any], Any], dict[str, Any]] = importlib.import_module(f"{room}.api").handler
    return handler


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("DIORAMA_PLATFORM", "tests.studio_world")
    made = make_world(tmp_path)
    CURRENT.append(made.platform)
    diorama.platform.connect.cache_clear()
    yield made
    diorama.platform.connect.cache_clear()
    CURRENT.pop()


@pytest.fixture
def api(world: World) -> Api:
    return Api(world)
