"""A photo becomes an object: through the API alone, with the real machine and the real stages behind it."""

import base64
import io
from pathlib import Path
from typing import Any

import cv2
import httpx
import pytest
from PIL import Image

from tests.journey.running_studio import RunningStudio
from tests.vision.cut_photos import ball, photo

pytestmark = pytest.mark.slow
QUICK = {"quality": "fast", "splats": 2000, "texture_side_px": 256, "max_faces": 2000}


def begun(studio: RunningStudio, folder: Path) -> dict[str, Any]:
    """A session whose photo is read."""
    path = folder / "things.png"
    Image.fromarray(photo()).save(path)
    project = studio.project()
    new = {"project_id": project, "upload_id": studio.upload(project, path, "image/png")}
    session: dict[str, Any] = studio.ask("POST", "/v1/objects", json=new)
    assert session["step"] == "encoding"
    read = studio.ended(session["encode_job"]["job_id"], within_s=60)
    assert read["status"] == "succeeded", read["problem"]
    return session


def sent(mask: Any) -> str:
    return base64.b64encode(cv2.imencode(".png", mask)[1].tobytes()).decode()


def built(studio: RunningStudio, place: str) -> dict[str, Any]:
    job = studio.ask("POST", f"{place}/builds", json={"params": QUICK})
    return studio.ended(job["job_id"], within_s=120)


def test_a_photo_is_cut_out_built_looked_at_built_again_and_deleted(
    studio: RunningStudio, tmp_path: Path
) -> None:
    place = f"/v1/objects/{begun(studio, tmp_path)['session_id']}"
    assert studio.ask("GET", place)["step"] == "cutting"
    cutout = {"name": "ball", "mask_png": sent(ball()), "segmenter": "hand"}
    assert studio.ask("PUT", f"{place}/cutouts/ball", json=cutout)["coverage"] > 0
    clicks = [{"x": x, "y": y, "adds": True} for x, y in inside(ball())]
    studio.ask("PUT", f"{place}/cutouts/clicked", json={"name": "clicked", "clicks": clicks})

    job = built(studio, place)
    assert job["status"] == "succeeded", job["problem"]
    assert [stage["cached"] for stage in job["stages"]] == [True, False], "the photo was read before"
    session = studio.ask("GET", place)
    assert session["step"] == "done"
    assert [one["cutout_id"] for one in session["build"]["objects"]] == ["ball", "clicked"]

    view = studio.ask("GET", f"{place}/view")
    for one in session["build"]["objects"]:
        for path, size in one["files"].items():
            assert len(fetched(view, f"{view['build']}{path}")) == size
    assert Image.open(io.BytesIO(fetched(view, f"{view['photo']}photo.jpg"))).size == photo().shape[1::-1]
    assert fetched(view, session["cutouts"][0]["mask"]).startswith(b"\x89PNG")
    assert httpx.get(f"{view['files_url']}photo/report.json").status_code == 404

    story = studio.ask("GET", f"{place}/metadata")
    assert [stage["stage"] for stage in story["stages"]] == ["embed_photo", "embed_photo", "build_object"]
    assert story["build"]["stages"]["build_object"]["seconds"]
    assert "/v1/downloads/" in letters(studio)

    again = built(studio, place)
    assert [stage["cached"] for stage in again["stages"]] == [True, True], "nothing has changed"
    studio.ask("DELETE", place)
    stored = [path for path in (studio.folder / "store").rglob("*") if path.is_file()]
    assert not [path for path in stored if "cutouts" in path.parts or "objects" in path.parts]


def inside(mask: Any) -> list[tuple[float, float]]:
    """The middle of what is marked."""
    rows, columns = mask.nonzero()
    return [(float(columns.mean()), float(rows.mean()))]


def fetched(view: dict[str, Any], path: str) -> bytes:
    answer = httpx.get(f"{view['files_url']}{path}", follow_redirects=True)
    answer.raise_for_status()
    return answer.content


def letters(studio: RunningStudio) -> str:
    return "".join(path.read_text() for path in studio.folder.glob("outbox/*.eml"))


def test_a_photo_that_is_none_is_refused_in_words(studio: RunningStudio, tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 not much of a photo")
    project = studio.project()
    new = {"project_id": project, "upload_id": studio.upload(project, path, "image/jpeg")}
    session = studio.ask("POST", "/v1/objects", json=new)
    job = studio.ended(session["encode_job"]["job_id"], within_s=60)
    assert job["status"] == "refused"
    assert all(job["problem"][part] for part in ("code", "message", "advice"))
    assert studio.ask("GET", f"/v1/objects/{session['session_id']}")["step"] == "failed"
