"""The whole command as people type it, with a real studio behind it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from local.client import StudioClient
from local.demo import running_url, signed_in
from local.state import ROOT, StateFolder
from tests.journey.running_studio import QUICK, processes_of, wait_for

pytestmark = pytest.mark.slow
DATA = Path(os.environ.get("DIORAMA_TEST_DATA") or ROOT.parent / "shared" / "data")
FOX = DATA / "tours" / "fox"


def start(
    state: Path, *arguments: str, defaults: dict[str, dict[str, Any]] | None = None
) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "local", "--state", str(state), "tour", *arguments]
    env = {**os.environ, "DIORAMA_STAGE_DEFAULTS": json.dumps(defaults or {})}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, env=env)


def told(process: "subprocess.Popen[str]", within_s: float) -> tuple[int, dict[str, Any]]:
    out, _ = process.communicate(timeout=within_s)
    found: dict[str, Any] = json.loads(out)
    return process.returncode, found


@pytest.fixture
def white_walls(tmp_path: Path) -> Path:
    """Photos that can be read, and from which nothing can be made."""
    folder = tmp_path / "white"
    folder.mkdir()
    for n in range(12):
        Image.new("RGB", (640, 480), (250 - n, 250, 250)).save(folder / f"{n:02}.png")
    return folder


def test_what_nothing_can_be_made_from_is_refused_in_words_and_nothing_goes_on(
    tmp_path: Path, white_walls: Path
) -> None:
    state = tmp_path / "state"
    code, found = told(start(state, str(white_walls), "--json"), within_s=90)
    assert (code, found["status"]) == (1, "refused"), found
    assert found["code"]
    assert found["message"]
    assert found["advice"]
    assert found["job_id"]
    assert processes_of(state) == []


@pytest.mark.skipif(not FOX.is_dir(), reason="the test data is not here (DIORAMA_TEST_DATA)")
def test_ctrl_c_cancels_within_ten_seconds_and_leaves_nothing_running(tmp_path: Path) -> None:
    state = tmp_path / "state"
    process = start(state, str(FOX), "--json")
    wait_for(lambda: any((state / "work").glob("*")), within_s=60)
    time.sleep(2)
    interrupted = time.monotonic()
    process.send_signal(signal.SIGINT)
    code, found = told(process, within_s=10)
    assert (code, found["status"]) == (1, "cancelled"), found
    assert processes_of(state) == []
    assert time.monotonic() - interrupted < 10


def lift_out(client: StudioClient, project_id: str, tour_id: str) -> None:
    """Makes an object of what is in the middle of the tour's first frame."""
    found = client.ask("GET", f"/v1/tours/{tour_id}/frames")
    frame = found["frames"][0]
    assert httpx.get(frame["picture_url"]).content.startswith(b"\xff\xd8\xff")
    new = {"project_id": project_id, "tour_frame": {"tour_id": tour_id, "frame": frame["name"]}}
    place = f"/v1/objects/{client.ask('POST', '/v1/objects', new)['session_id']}"
    photo = wait_for(lambda: client.ask("GET", place)["photo"], within_s=60)
    left, right = 0.3 * photo["width_px"], 0.7 * photo["width_px"]
    top, bottom = 0.3 * photo["height_px"], 0.7 * photo["height_px"]
    box = {"left": left, "top": top, "right": right, "bottom": bottom}
    client.ask("PUT", f"{place}/cutouts/thing", {"name": "thing", "box": box})
    params = {"quality": "fast", "splats": 2000, "texture_side_px": 256, "max_faces": 2000}
    client.ask("POST", f"{place}/builds", {"params": params})
    built = wait_for(lambda: client.ask("GET", place)["build"], within_s=120)
    assert built["objects"][0]["files"]["objects/thing/mesh.glb"] > 0


def test_a_tour_is_made_an_object_lifted_out_of_it_and_its_studio_stays_until_it_is_stopped(
    tmp_path: Path, short_clip: Path
) -> None:
    state = tmp_path / "state"
    code, found = told(start(state, str(short_clip), "--stay", "--json", defaults=QUICK), within_s=240)
    assert (code, found["status"]) == (0, "succeeded"), found
    url = running_url(StateFolder(state))
    assert url
    assert found["view_url"] == f"{url}/view/{found['tour_id']}"
    with signed_in(StateFolder(state), url) as client:
        lift_out(client, found["project_id"], found["tour_id"])
    stop = [sys.executable, "-m", "local", "--state", str(state), "stop"]
    assert subprocess.run(stop, cwd=ROOT, capture_output=True, text=True).stdout == "The studio has ended.\n"
    assert processes_of(state) == []
