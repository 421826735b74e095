"""The demo user of the studio on this machine: who may read the state folder may be it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

from diorama.errors import Unavailable
from local.client import StudioClient
from local.state import DEFAULT_PORT, ROOT, StateFolder

PROJECT = "Demo"
START_WITHIN_S = 60
STOP_WITHIN_S = 15


@contextmanager
def studio_of(state: StateFolder) -> Iterator[str]:
    """The URL of the studio that runs in the folder, or of one that runs as long as this block does."""
    url = running_url(state)
    if url:
        yield url
        return
    process = _start(state, port=0, tethered=True)
    try:
        yield _started_url(state, process)
    finally:
        _stop(process)


@dataclass
class Staying:
    """A studio that goes on when the command that started it has ended, if `stays` is set."""

    url: str
    stays: bool = False


@contextmanager
def staying_studio(state: StateFolder) -> Iterator[Staying]:
    """The studio that runs in the folder, or one that is started, at its usual address where that is free.

    One that was started ends with this block unless `stays` was set.
    """
    url = running_url(state)
    if url:
        yield Staying(url, stays=True)
        return
    process = _start(state, _usual_or_any_port(), tethered=False)
    studio = None
    try:
        studio = Staying(_started_url(state, process))
        yield studio
    finally:
        if studio and studio.stays:
            process.returncode = 0  # not ours to wait for any more: Popen is not to warn of it
        else:
            _stop(process)


def stop_running(state: StateFolder) -> bool:
    """Ends the folder's studio, and what works for it; False where none runs. Raises `Unavailable`."""
    if running_url(state) is None:
        return False
    pid = json.loads(state.studio.read_text())["pid"]
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_WITHIN_S
    while _is_alive(pid):
        if time.monotonic() > end:
            raise Unavailable("The studio does not end.", f"{state.logs / 'studio.log'} may say why.")
        time.sleep(0.05)
        with suppress(ChildProcessError):  # where we started it, it is there until we ask how it ended
            os.waitpid(pid, os.WNOHANG)
    return True


def _usual_or_any_port() -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            return 0
    return DEFAULT_PORT


def running_url(state: StateFolder) -> str | None:
    """Where the folder's studio answers, or None. A dead one's file is not believed: its port may be
    another's by now, who must not be told our password."""
    try:
        told = json.loads(state.studio.read_text())
    except (OSError, ValueError):
        return None
    if not state.in_use() or not _is_alive(told["pid"]):
        return None
    try:
        answer = httpx.get(f"{told['url']}/v1/health", timeout=5)
    except httpx.TransportError:
        return None
    return str(told["url"]) if answer.is_success else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _start(state: StateFolder, port: int, tethered: bool) -> subprocess.Popen[bytes]:
    """Apart from our terminal's Ctrl-C; tethered, it ends with us however we end."""
    state.make()
    state.logs.mkdir(exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "local",
        "--state",
        str(state.path),
        "studio",
        "--port",
        str(port),
        *(["--tethered"] if tethered else []),
    ]
    stdin = subprocess.PIPE if tethered else subprocess.DEVNULL
    with (state.logs / "studio.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, stdin=stdin, stdout=log, stderr=log, start_new_session=True
        )


def _started_url(state: StateFolder, process: subprocess.Popen[bytes]) -> str:
    """Ours, or that of another one which was faster to take the folder."""
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end:
        url = running_url(state)
        if url:
            return url
        if process.poll() is not None and not state.in_use():
            break
        time.sleep(0.05)
    raise Unavailable("The studio did not start.", f"{state.logs / 'studio.log'} says why.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()


@contextmanager
def signed_in(state: StateFolder, url: str) -> Iterator[StudioClient]:
    """A client as the demo user."""
    with StudioClient(url) as client:
        client.sign_in(*state.demo_user())
        yield client


def sign_in_link(state: StateFolder, url: str, path: str = "/") -> str:
    """An address that opens a page of the studio at the URL as the demo user.

    Behind the `#` is a refresh token, which no server sees and which works once. Raises `DioramaError`.
    """
    email, password = state.demo_user()
    with StudioClient(url) as client:
        tokens = client.ask("POST", "/v1/auth/login", {"email": email, "password": password})
    return f"{url}{path}#demo={tokens['refresh_token']}"


def demo_project(client: StudioClient) -> str:
    """The id of the demo user's project, always the same: what was computed in it is found again."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = client.ask("GET", "/v1/projects", **({"cursor": cursor} if cursor else {}))
        found += [project for project in page["projects"] if project["name"] == PROJECT]
        cursor = page["cursor"]
        if not cursor:
            break
    project = found[-1] if found else client.ask("POST", "/v1/projects", {"name": PROJECT})
    return str(project["project_id"])
