"""The demo user of the studio on this machine: who may read the state folder may be it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from diorama.errors import Unavailable
from local.client import StudioClient
from local.state import ROOT, StateFolder

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
    process = _start(state)
    try:
        yield _started_url(state, process)
    finally:
        _stop(process)


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


def _start(state: StateFolder) -> subprocess.Popen[bytes]:
    """Tethered, so that it ends with us however we end, and apart from our terminal's Ctrl-C."""
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
        "0",
        "--tethered",
    ]
    with (state.logs / "studio.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
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


def sign_in_link(state: StateFolder, url: str) -> str:
    """An address that opens the studio at the URL as the demo user.

    Behind the `#` is a refresh token, which no server sees and which works once. Raises `DioramaError`.
    """
    email, password = state.demo_user()
    with StudioClient(url) as client:
        tokens = client.ask("POST", "/v1/auth/login", {"email": email, "password": password})
    return f"{url}/#demo={tokens['refresh_token']}"


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
