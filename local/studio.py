"""The studio: everything that runs in one process on one machine, started and ended in order.

    lock the folder -> settle what a dead studio left -> deliver the queue -> run executions again -> serve

Nothing here is needed for safety: the process may be killed at any moment, and the next start goes on.
"""

import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.routing import Mount

from diorama.errors import Conflict
from diorama.platform import Platform, connect
from local.accounts import LocalAccounts
from local.compute import ProcessCompute
from local.environment import local_environment
from local.events import Dispatcher
from local.executions import Executions
from local.functions import Functions
from local.gateway import gateway
from local.letters import letter_routes
from local.outbox import LocalOutbox
from local.pages import page_routes
from local.platform import STORE_PATH
from local.published import published_routes
from local.records import SqliteRecords
from local.sockets import socket_route
from local.state import DEFAULT_PORT, ROOT, StateFolder, write_private
from local.store import FolderStore
from local.store_server import store_app
from local.template import Template, read_template
from local.workers import Workers
from local.workflows import LocalWorkflows

HOST = "127.0.0.1"
_log = logging.getLogger("local.studio")


def run_studio(folder: Path, port: int = DEFAULT_PORT) -> None:
    """Serves until SIGTERM or SIGINT. Port 0: any free one. Raises `Conflict` where a studio runs already."""
    signal.signal(signal.SIGTERM, _leave)
    state = StateFolder(folder.resolve())
    with state.alone(), _listening(port) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        template = read_template(ROOT / "template.yaml")
        os.environ.update(local_environment(template.environment, state, url, os.environ))
        with _engine(template, state) as parts:
            write_private(state.studio, {"url": url, "pid": os.getpid()})
            _log.info("the studio is at %s", url)
            try:
                _serve(parts, template, state, listener)
            finally:
                state.studio.unlink(missing_ok=True)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Unwinds everything, once: impatience must not cut the ending short."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(0)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """The socket, open before anything is told about it: requests wait until we serve."""
    # With the protocol named, asyncio turns off Nagle's algorithm: it would cost 40 ms an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise Conflict(f"Port {port} can't be used: {error.strerror}.", "Name another: --port.") from None
        listener.listen(128)
        yield listener


@dataclass(frozen=True)
class _Parts:
    platform: Platform
    functions: Functions


@contextmanager
def _engine(template: Template, state: StateFolder) -> Iterator[_Parts]:
    """Everything behind the gateway, running."""
    platform = connect()
    assert isinstance(platform.workflows, LocalWorkflows)
    assert isinstance(platform.compute, ProcessCompute)
    assert isinstance(platform.outbox, LocalOutbox)
    assert isinstance(platform.accounts, LocalAccounts)
    assert isinstance(platform.store, FolderStore)
    platform.accounts.make_admin(platform.accounts.ensure(*state.demo_user()))
    platform.store.sweep()
    for records in (platform.jobs, platform.records):
        assert isinstance(records, SqliteRecords)
        records.sweep(platform.clock.now())
    platform.outbox.close_all_connections()  # no page outlives the studio that served it
    functions = Functions(template.functions)
    workers = Workers(platform.compute, state.logs, state.scratch, tidy=platform.store.sweep)
    dispatcher = Dispatcher(template, platform.outbox, functions.invoke, platform.clock)
    executions = Executions(platform.workflows, template.machines, functions.invoke, platform.clock)
    workers.recover()
    executions.recover()
    dispatcher.drain()  # the ends of what died, before their work is started again under the same names
    for part in (dispatcher, workers, executions):
        part.open()
    try:
        yield _Parts(platform, functions)
    finally:
        dispatcher.close()
        executions.close()
        workers.close()


def _serve(parts: _Parts, template: Template, state: StateFolder, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    platform = parts.platform
    assert isinstance(platform.store, FolderStore)
    assert isinstance(platform.outbox, LocalOutbox)
    assert template.sockets is not None
    sockets = [socket_route(template.sockets, parts.functions.invoke, platform.outbox)]
    app = gateway(
        template.routes,
        parts.functions.invoke,
        template.authorizer,
        hosts=[f"{HOST}:{port}", f"localhost:{port}"],
        mounts=[
            Mount(STORE_PATH, store_app(platform.store)),
            *sockets,
            *published_routes(platform.store, platform.settings.bucket),
            *letter_routes(platform, state.outbox),
            *page_routes(ROOT / "web/dist", state),
        ],
    )
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])
