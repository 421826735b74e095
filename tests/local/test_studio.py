"""The studio as its own process, started and ended as a person does it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PATHS = [ROOT / "layers/core", ROOT / "functions", ROOT]
Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def run() -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "local", "--state", str(tmp_path / "state"), "studio", "--port", "0"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
        process = subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def serving(folder: Path, process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What the studio says of itself, once it says so."""
    for _ in range(300):
        assert process.poll() is None, process.communicate()[1]
        if (folder / "studio.json").exists():
            told: dict[str, Any] = json.loads((folder / "studio.json").read_text())
            if told["pid"] == process.pid:
                return told
        time.sleep(0.05)
    raise AssertionError("the studio did not start")


@pytest.mark.slow
def test_a_studio_serves_lets_its_demo_user_in_and_ends_when_told(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    process = start()
    told = serving(folder, process)
    assert told["url"].startswith("http://127.0.0.1:")
    assert (folder / "studio.json").stat().st_mode & 0o777 == 0o600
    demo = json.loads((folder / "demo.json").read_text())
    with httpx.Client(base_url=told["url"], timeout=10) as client:
        assert client.get("/v1/projects").status_code == 401
        answer = client.post("/v1/auth/login", json=demo)
        assert answer.status_code == 200, answer.text
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert client.get("/v1/projects", headers=bearer).status_code == 200
        assert client.get("/v1/health", headers={"Host": "evil.example"}).status_code == 421
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert not (folder / "studio.json").exists()


@pytest.mark.slow
def test_a_second_studio_in_the_folder_refuses(start: Start, tmp_path: Path) -> None:
    serving(tmp_path / "state", start())
    second = start()
    assert "is running" in second.communicate(timeout=20)[1]
    assert second.returncode == 1


@pytest.mark.slow
def test_a_killed_studio_leaves_the_folder_to_the_next(start: Start, tmp_path: Path) -> None:
    first = start()
    serving(tmp_path / "state", first)
    first.kill()
    first.wait()
    second = start()
    assert serving(tmp_path / "state", second)["pid"] == second.pid
    second.send_signal(signal.SIGINT)
    assert second.wait(10) == 130
