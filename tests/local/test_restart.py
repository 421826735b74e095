"""A studio that ends, well or badly: its work ends with it, and the next studio goes on.

Runs in a copy of the repository whose stages only wait and keep count.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from diorama.tours.stages import STAGES
from local.client import StudioClient
from local.sending import send
from local.state import StateFolder

ROOT = Path(__file__).parents[2]
COPIED = ["functions", "layers", "local", "statemachine", "template.yaml"]
TINY_VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 1000
STAGE = """
import time
from pathlib import Path
from diorama.tours.stages import {report}

RUNS = Path(__file__).with_suffix(".runs")

def run(inputs, outputs, params, progress):
    with RUNS.open("a") as runs:
        runs.write("started\\n")
    for percent in range(0, 100, 10):
        progress(percent, "waiting")
        time.sleep(0.1)
    (outputs / "result.txt").write_text("whole")
    with RUNS.open("a") as runs:
        runs.write("finished\\n")
    return {report}.model_construct(outcome="succeeded")
"""


class Studio:
    """A studio in the copy, killed and started as often as a test likes."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.state = root, StateFolder(folder)
        self.process: subprocess.Popen[bytes] | None = None
        self.clients: list[StudioClient] = []

    def start(self) -> None:
        paths = [self.root / "layers/core", self.root / "functions", self.root]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local", "--state", str(self.state.path), "studio", "--port", "0"],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        assert self.process is not None
        for _ in range(600):
            if self.state.studio.exists() and self._told()["pid"] == self.process.pid:
                return
            assert self.process.poll() is None, "the studio ended"
            time.sleep(0.05)
        raise AssertionError("the studio did not start")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def client(self) -> StudioClient:
        self.wait()
        client = StudioClient(self._told()["url"])
        client.sign_in(*self.state.demo_user())
        self.clients.append(client)
        return client

    def _told(self) -> Any:
        return json.loads(self.state.studio.read_text())

    def lines(self, stage: str) -> list[str]:
        path = self.root / "sagemaker_containers/scene" / f"{stage}.runs"
        return path.read_text().split() if path.exists() else []

    def left_running(self) -> list[str]:
        """Workers and stages of this copy that still run."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                here = str(self.root) in (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if here and ("diorama.work" in command or "diorama.run" in command):
                found.append(command)
        return found


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    root = tmp_path / "copy"
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / name)
    stages = root / "sagemaker_containers/scene"
    stages.mkdir(parents=True)
    for stage in STAGES:
        (stages / f"{stage.name}.py").write_text(STAGE.format(report=stage.report.__name__))
    studio = Studio(root, tmp_path / "state")
    studio.start()
    yield studio
    studio.kill()
    for client in studio.clients:
        client._http.close()


def begin(studio: Studio, tmp_path: Path) -> str:
    """Starts a tour; its job's id."""
    client = studio.client()
    video = tmp_path / "walk.mp4"
    video.write_bytes(TINY_VIDEO)
    project = client.ask("POST", "/v1/projects", {"name": "Killed"})["project_id"]
    upload = send(client, project, video, "walk.mp4", "video/mp4", lambda _: None)
    body = {"project_id": project, "upload_id": upload["upload_id"], "name": "walk"}
    job_id: str = client.ask("POST", "/v1/tours", body)["job"]["job_id"]
    return job_id


def ended(studio: Studio, job_id: str) -> str:
    """How the job ended."""
    client = studio.client()

    def look() -> str:
        status: str = client.ask("GET", f"/v1/jobs/{job_id}")["status"]
        return status if status in ("succeeded", "failed", "refused", "cancelled") else ""

    return wait_for(look, within_s=60)


def wait_for(what: Callable[[], Any], within_s: float = 20) -> Any:
    """The first answer that is not empty."""
    give_up_at = time.monotonic() + within_s
    while not (found := what()):
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.05)
    return found


@pytest.mark.slow
def test_a_finished_stage_is_not_run_again_after_a_kill(studio: Studio, tmp_path: Path) -> None:
    job_id = begin(studio, tmp_path)
    wait_for(lambda: studio.lines("solve_poses"))
    studio.kill()
    studio.start()
    assert ended(studio, job_id) == "succeeded"
    assert studio.lines("sample_frames") == ["started", "finished"]
    assert studio.lines("solve_poses") == ["started", "started", "finished"]


@pytest.mark.slow
def test_nothing_outlives_a_killed_studio(studio: Studio, tmp_path: Path) -> None:
    begin(studio, tmp_path)
    wait_for(lambda: studio.lines("sample_frames"))
    assert studio.left_running()
    studio.kill()
    wait_for(lambda: not studio.left_running())


@pytest.mark.slow
def test_a_studio_that_is_told_to_end_takes_its_work_along_and_the_next_goes_on(
    studio: Studio, tmp_path: Path
) -> None:
    job_id = begin(studio, tmp_path)
    wait_for(lambda: studio.lines("sample_frames"))
    assert studio.process is not None
    studio.process.send_signal(signal.SIGTERM)
    assert studio.process.wait(10) == 0
    assert studio.left_running() == []
    studio.start()
    assert ended(studio, job_id) == "succeeded"
