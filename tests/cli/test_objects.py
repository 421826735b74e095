"""What `python -m local object` understands, and the whole command with a real studio behind it."""

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from PIL import Image

from diorama.errors import BadRequest
from local.__main__ import main
from local.objects import cutout_of, shrunk
from local.state import ROOT
from tests.journey.running_studio import processes_of
from tests.vision.cut_photos import photo


def asked(**changes: object) -> Namespace:
    said = {"click": [], "no": [], "box": None, "name": None, "path": Path("chair.jpg")}
    return Namespace(**{**said, **changes})


def test_clicks_and_a_box_are_said_in_pixels() -> None:
    cutout = cutout_of(asked(click=["1,2", "3.5,4"], no=["5,6"], box="0,1,20,30"))
    assert cutout == {
        "name": "chair",
        "clicks": [
            {"x": 1, "y": 2, "adds": True},
            {"x": 3.5, "y": 4, "adds": True},
            {"x": 5, "y": 6, "adds": False},
        ],
        "box": {"left": 0, "top": 1, "right": 20, "bottom": 30},
    }


def test_they_are_of_the_photo_as_it_was_sent() -> None:
    smaller = shrunk(cutout_of(asked(click=["100,50"], box="0,10,200,100")), 0.5)
    assert smaller["clicks"] == [{"x": 50, "y": 25, "adds": True}]
    assert smaller["box"] == {"left": 0, "top": 5, "right": 100, "bottom": 50}
    assert shrunk(cutout_of(asked(click=["1,2"])), 0.5)["box"] is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "no_clicks"),
        ({"no": ["1,2"]}, "no_clicks"),
        ({"click": ["1"]}, "bad_numbers"),
        ({"click": ["a,b"]}, "bad_numbers"),
        ({"box": "1,2,3"}, "bad_numbers"),
    ],
)
def test_what_says_nothing_is_refused(said: dict[str, object], code: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        cutout_of(asked(**said))
    assert refusal.value.stable_code == code


def test_a_photo_that_is_not_there_and_a_folder_that_is_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = ["--state", str(tmp_path / "state")]
    assert main([*state, "object", str(tmp_path / "no.jpg"), "--click", "1,2", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "no_such_path"
    here = tmp_path / "chair.jpg"
    here.write_bytes(b"")
    command = [*state, "object", str(here), "--click", "1,2", "--folder", str(tmp_path), "--json"]
    assert main(command) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "folder_exists"


@pytest.mark.slow
def test_an_object_is_made_of_a_photo_and_its_files_lie_where_it_says(tmp_path: Path) -> None:
    picture, state, folder = tmp_path / "ball.png", tmp_path / "state", tmp_path / "made"
    Image.fromarray(photo()).resize((640, 480)).save(picture)
    command = [sys.executable, "-m", "local", "--state", str(state), "object", str(picture)]
    gestures = ["--box", "0,0,320,480", "--quality", "fast", "--folder", str(folder), "--json"]
    done = subprocess.run([*command, *gestures], cwd=ROOT, capture_output=True, text=True, timeout=120)
    found = json.loads(done.stdout)
    assert (done.returncode, found["status"]) == (0, "succeeded"), found
    assert {
        str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()
    } == (found["files"])
    assert "objects/object/mesh.glb" in found["files"]
    assert processes_of(state) == []
