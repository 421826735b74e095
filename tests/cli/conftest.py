"""The API over HTTP, as the studio serves it, with nothing behind it that works."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from starlette.routing import Mount

import diorama.platform
from local.client import StudioClient
from local.functions import Functions
from local.gateway import gateway
from local.state import ROOT
from local.store_server import store_app
from local.template import read_template
from tests.studio_world import CURRENT, World, make_world

EMAIL, PASSWORD = "ann@example.test", "correct horse battery 9"


@dataclass
class Served:
    """A served world and its one user."""

    world: World
    url: str
    user_id: str

    clients: list[StudioClient] = field(default_factory=list)

    def client(self) -> StudioClient:
        """Signed in; closed after the test."""
        client = StudioClient(self.url)
        self.clients.append(client)
        client.sign_in(EMAIL, PASSWORD)
        return client


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    world = make_world(tmp_path / "world", url)
    monkeypatch.setenv("DIORAMA_PLATFORM", "tests.studio_world")
    CURRENT.append(world.platform)
    diorama.platform.connect.cache_clear()
    accounts = world.platform.accounts
    template = read_template(ROOT / "template.yaml")
    app = gateway(
        template.routes,
        Functions(template.functions).invoke,
        template.authorizer,
        hosts=[url.removeprefix("http://")],
        mounts=[Mount("/store", store_app(world.store))],
    )
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    served = Served(world, url, accounts.ensure(EMAIL, PASSWORD))  # type: ignore[attr-defined]
    yield served
    for client in served.clients:
        client.__exit__()
    server.should_exit = True
    thread.join()
    listener.close()
    diorama.platform.connect.cache_clear()
    CURRENT.pop()
