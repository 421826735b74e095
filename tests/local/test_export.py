"""Taking a tour out of the studio: what is written, and what is refused."""

import hashlib
import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import BadRequest, NotFound, Unavailable
from diorama.tours.manifest import Hotspot, read_manifest
from local.export import MANIFEST, Added, Bundle, file_bytes, file_name, held_files, write_file, write_folder
from local.exported_hotspots import written
from local.exported_page import Tour, Viewer, folder_page, read_viewer
from local.state import ROOT
from tests.tours.test_manifest import document

CONTENT = {"levels/full.sog": b"fine" * 900, "levels/low.sog": b"coarse" * 300, "poster.jpg": b"\xff\xd8"}
VIEWER = Viewer((ROOT / "web/public/export/page.html").read_text(), "show()", "main { color: red }")
HELD = re.compile(r'<script type="text/plain" data-path="([^"]+)" data-type="([^"]+)">([^<]*)</script>')


def manifest_text() -> bytes:
    files = [
        {
            "path": path,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "content_type": "image/jpeg",
        }
        for path, content in CONTENT.items()
    ]
    good: dict[str, object] = document(files=files)  # type: ignore[no-untyped-call]
    return json.dumps(good).encode()


def bundle(**changes: bytes) -> Bundle:
    files = {MANIFEST: manifest_text(), **CONTENT, **changes}

    def read(path: str) -> bytes:
        if path not in files:
            raise NotFound(path)
        return files[path]

    return Bundle(Tour("t1", "A flat"), read)


def test_a_folder_has_the_page_the_viewer_and_the_tour(tmp_path: Path) -> None:
    folder = tmp_path / "new/flat"
    write_folder(folder, bundle(), VIEWER)
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert written == {
        "index.html",
        "viewer/viewer.js",
        "viewer/viewer.css",
        "tour/manifest.json",
        *(f"tour/{path}" for path in CONTENT),
    }
    assert (folder / "tour/poster.jpg").read_bytes() == CONTENT["poster.jpg"]
    page = (folder / "index.html").read_text()
    assert re.findall(r'(?:src|href)="([^"]+)"', page) == [
        "viewer/viewer.css",
        "tour/manifest.json",
        "tour/poster.jpg",
        "viewer/viewer.js",
    ]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BadRequest, match="not empty"):
        write_folder(tmp_path, bundle(), VIEWER)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_nothing_is_left_of_what_came_damaged(tmp_path: Path) -> None:
    damaged = bundle(**{"levels/low.sog": b"other"})
    with pytest.raises(Unavailable, match=r"levels/low\.sog"):
        write_folder(tmp_path / "folder", damaged, VIEWER)
    with pytest.raises(Unavailable, match=r"levels/low\.sog"):
        write_file(tmp_path / "flat.html", damaged, held_files(read_manifest(manifest_text()), None), VIEWER)
    assert list(tmp_path.iterdir()) == []


def test_a_file_holds_all_that_the_manifest_names_and_is_as_large_as_it_says(tmp_path: Path) -> None:
    target = tmp_path / "flat.html"
    files = held_files(read_manifest(manifest_text()), None)
    write_file(target, bundle(), files, VIEWER)
    held = HELD.findall(target.read_text())
    assert [path for path, _, _ in held] == [MANIFEST, *CONTENT]
    size = file_bytes(files, len(manifest_text()), VIEWER)
    assert target.stat().st_size == pytest.approx(size, abs=1500)


def test_tiles_are_left_out_of_one_file() -> None:
    said = json.loads(manifest_text())
    level = {key: value for key, value in said["levels"][0].items() if key not in ("path", "format")}
    streaming = {"path": "tiles/lod-meta.json", "levels": [{**level, "tiles": 1}], "bytes": 10}
    tiles = [{**said["files"][0], "path": f"tiles/{name}"} for name in ("lod-meta.json", "0_0.sog")]
    manifest = read_manifest(json.dumps({**said, "streaming": streaming, "files": said["files"] + tiles}))
    assert [file.path for file in held_files(manifest, None)] == list(CONTENT)


def test_finer_levels_are_left_out_where_one_is_named() -> None:
    manifest = read_manifest(manifest_text())
    assert [file.path for file in held_files(manifest, "low")] == ["levels/low.sog", "poster.jpg"]
    with pytest.raises(BadRequest, match="no level huge"):
        held_files(manifest, "huge")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_name_escapes_from_the_page(name: str) -> None:
    page = folder_page(Tour("t1", name), "poster.jpg", VIEWER)
    assert page.count("<script") == 2
    (note,) = re.findall(r'id="tour">(.*?)</script>', page, re.DOTALL)
    assert json.loads(note)["name"] == name
    (title,) = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
    assert html.unescape(title) == f"{name} · Diorama"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("A flat, furnished", "a-flat-furnished"), ("Häuschen 2", "häuschen-2"), ("…", "tour")],
)
def test_a_file_is_called_like_the_tour(name: str, expected: str) -> None:
    assert file_name(name) == expected


def test_pages_that_are_not_built_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="not built"):
        read_viewer(tmp_path)


def test_the_viewer_may_stand_in_a_page() -> None:
    """Nothing in it ends the script that it stands in."""
    built = ROOT / "web/dist"
    if not (built / "export").is_dir():
        pytest.skip("the pages are not built: make web")
    viewer = read_viewer(built)
    assert re.search(r"</script|<!--", viewer.script, re.IGNORECASE) is None
    assert "</style" not in viewer.style
    assert "@import" not in viewer.style
    assert "url(" not in viewer.style


def test_hotspots_are_said_in_the_page_and_their_files_lie_beside_the_tour(tmp_path: Path) -> None:
    media = {
        "kind": "image",
        "name": "Stove.JPG",
        "content_type": "image/jpeg",
        "bytes": 3,
        "url": "http://x/1",
    }
    seen_from = {"position": [0.0, 1.5, 2.0], "yaw_deg": -12.345678, "pitch_deg": 90.0}
    spot = {
        "hotspot_id": "h1",
        "title": "Stove",
        "text": "1 < 2",
        "link": None,
        "position": [1.0, -0.00001, 2.5],
        "seen_from": seen_from,
        "media": media,
        "created_at": 1.0,
        "media_upload_id": "u1",
    }
    page = folder_page(Tour("t1", "A flat", written([spot])), "poster.jpg", VIEWER)
    (note,) = re.findall(r'id="tour">(.*?)</script>', page, re.DOTALL)
    (told,) = json.loads(note)["hotspots"]
    assert told == {
        "hotspot_id": "h1",
        "title": "Stove",
        "text": "1 < 2",
        "link": None,
        "position": [1, 0, 2.5],
        "seen_from": {"position": [0, 1.5, 2], "yaw_deg": -12.3457, "pitch_deg": 90},
        "media": {"kind": "image", "path": "hotspots/h1.jpg"},
    }
    Hotspot.model_validate_json(json.dumps(told))
    assert '"position":[1,0,2.5]' in note

    from_url = Bundle(
        Tour("t1", "A flat"),
        bundle(**{"http://x/1": b"jpg"}).read,
        [Added("hotspots/h1.jpg", 3, "image/jpeg", "http://x/1")],
    )
    write_folder(tmp_path / "flat", from_url, VIEWER)
    assert (tmp_path / "flat/tour/hotspots/h1.jpg").read_bytes() == b"jpg"
