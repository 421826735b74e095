"""The manifest: what it may say, and that its schema is the written one."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import Refused
from diorama.tours.manifest import Manifest, json_schema, migrated, read_manifest
from diorama.uris import is_safe_path

WRITTEN = Path(__file__).parents[2] / "docs" / "manifest.schema.json"
POSE = {"position": [0, 1.6, 0], "rotation_wxyz": [1, 0, 0, 0], "target": [0, 1, -2]}
BOX = {"min": [0, 0, 0], "max": [1, 2, 3]}


STORED = Path(__file__).parent / "manifests"
COLLISION = {"path": "collision.bits", "origin": [0, 0, 0], "cube": 0.06, "cubes": [10, 20, 30], "floor": 0}
PLAN = {"path": "plan.jpg", "width_px": 9, "height_px": 9, "corner": [0, 0], "width": 5, "depth": 4}
HOTSPOT = {
    "hotspot_id": "1",
    "title": "The stove",
    "text": "Cast in 1907.",
    "position": [1, 1, 1],
    "seen_from": {"position": [0, 1.6, 0], "yaw_deg": 10, "pitch_deg": 0},
}


def level(name, splats):
    return {
        "name": name,
        "path": f"levels/{name}.sog",
        "format": "sog",
        "splats": splats,
        "sh_degree": 1,
        "bytes": 10,
        "psnr": 25.0,
        "ssim": 0.8,
        "loss_db": 0.1,
    }


def file(path):
    return {"path": path, "bytes": 10, "sha256": "0" * 64, "content_type": "image/jpeg"}


def document(**changes):
    """A small manifest that is good, with some of it changed."""
    good = {
        "format": "diorama-tour",
        "version": 1,
        "up": "+Y",
        "scale_source": "none",
        "bounds": {"robust": BOX, "full": BOX},
        "start": POSE | {"field_of_view_deg": 50},
        "camera_path": {"duration_s": 10, "poses": [POSE, POSE]},
        "levels": [level("full", 100), level("low", 40)],
        "quality": {"psnr": 25, "ssim": 0.8, "splats": 120, "held_out_views": 4, "long_side_px": 640},
        "poster": {"path": "poster.jpg", "width_px": 1280, "height_px": 720, "pose": POSE},
        "thumbnails": [],
        "files": [file("levels/full.sog"), file("levels/low.sog"), file("poster.jpg")],
    }
    return good | changes


PLACES = {
    "collision": COLLISION,
    "floor_plan": PLAN,
    "hotspots": [HOTSPOT],
    "privacy": {"visibility": "unlisted"},
    "files": [
        file(path)
        for path in ("levels/full.sog", "levels/low.sog", "poster.jpg", "collision.bits", "plan.jpg")
    ],
}


def test_the_written_schema_is_that_of_the_models():
    assert json.loads(WRITTEN.read_text()) == json_schema(), (
        "Write it anew: python -m diorama.tours.manifest > docs/manifest.schema.json"
    )


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_a_good_manifest_is_read_and_fits_the_schema():
    read = read_manifest(json.dumps(document()))
    assert read.levels[1].splats == 40
    jsonschema.validate(json.loads(read.model_dump_json()), json_schema())


def test_a_manifest_comes_back_as_it_was():
    read = read_manifest(json.dumps(document()))
    assert read_manifest(read.model_dump_json()) == read


@pytest.mark.parametrize("stored", sorted(STORED.glob("*.json")), ids=lambda path: path.stem)
def test_manifests_of_earlier_studios_are_read(stored):
    read = read_manifest(stored.read_bytes())
    assert (read.collision, read.floor_plan, read.hotspots) == (None, None, ())
    assert read.privacy.visibility == "private"
    jsonschema.validate(json.loads(stored.read_text()), json_schema())


def test_collision_plan_hotspots_and_privacy_come_back_as_they_were():
    read = read_manifest(json.dumps(document(**PLACES)))
    assert read.collision is not None
    assert read.collision.cubes == (10, 20, 30)
    assert read.hotspots[0].text == "Cast in 1907."
    assert read.privacy.visibility == "unlisted"
    assert read_manifest(read.model_dump_json()) == read


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"collision": COLLISION | {"path": "gone.bits"}}, "not among the files"),
        ({"floor_plan": PLAN | {"path": "gone.jpg"}}, "not among the files"),
        ({"collision": COLLISION | {"cubes": [10, 0, 30]}}, "cubes"),
        ({"floor_plan": PLAN | {"width": 0}}, "width"),
        ({"hotspots": [HOTSPOT | {"title": "<b>x</b>"}]}, "HTML"),
        ({"hotspots": [HOTSPOT | {"link": "javascript:x"}]}, "web page"),
        ({"hotspots": [HOTSPOT] * 101}, "at most 100"),
        ({"privacy": {"visibility": "secret"}}, "visibility"),
    ],
)
def test_damaged_places_are_refused(change, words):
    with pytest.raises(Refused, match=words):
        read_manifest(json.dumps(document(**(PLACES | change))))


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_refused(version):
    with pytest.raises(Refused, match="version") as refused:
        read_manifest(json.dumps(document(version=version)))
    assert refused.value.stable_code == "unknown_manifest_version"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"levels": [level("low", 40), level("full", 100)]}, "most splats"),
        ({"levels": []}, "levels"),
        ({"files": [file("poster.jpg")]}, "not among the files"),
        ({"files": [file("poster.jpg")] * 2}, "twice"),
        ({"bounds": {"robust": BOX, "full": {"min": [1, 0, 0], "max": [0, 1, 1]}}}, "min must not"),
        ({"start": POSE | {"field_of_view_deg": 50, "rotation_wxyz": [1, 1, 0, 0]}}, "length 1"),
        ({"poster": {"path": "../poster.jpg", "width_px": 1, "height_px": 1, "pose": POSE}}, "poster"),
        ({"surprise": 1}, "surprise"),
        ({"format": "another"}, "format"),
    ],
)
def test_a_damaged_manifest_is_refused(change, words):
    with pytest.raises(Refused, match=words) as refused:
        read_manifest(json.dumps(document(**change)))
    assert refused.value.stable_code == "damaged_manifest"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": "diorama-tour", "version": 1}'])
def test_a_text_that_is_no_manifest_is_refused(text):
    with pytest.raises(Refused):
        read_manifest(text)


def test_numbers_that_are_not_finite_are_refused():
    text = json.dumps(document(start=POSE | {"field_of_view_deg": 50, "target": [float("nan"), 0, 0]}))
    with pytest.raises(Refused, match="target"):
        read_manifest(text)


@pytest.mark.parametrize("path", ["poster.jpg", "levels/full.sog", "a/b-c/d_e.0.webp"])
def test_plain_relative_paths_are_safe(path):
    assert is_safe_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "../a",
        "a/../b",
        "a//b",
        "a/",
        ".hidden",
        "a\\b",
        "C:a",
        "a b",
        "%2e%2e/a",
        "a\n",
        "https://a",
    ],
)
def test_other_paths_are_not(path):
    assert not is_safe_path(path)


@given(st.text(max_size=30))
def test_a_safe_path_never_leaves_its_folder(path):
    if is_safe_path(path):
        assert ".." not in path.split("/")
        assert not path.startswith("/")
        assert Manifest.model_config["extra"] == "forbid"


def test_an_older_document_is_brought_up_one_version_after_the_other():
    steps = {
        1: lambda document: document | {"steps": [1]},
        2: lambda document: document | {"steps": [*document["steps"], 2]},
    }
    assert migrated({"version": 1}, steps, 3) == {"version": 3, "steps": [1, 2]}


@pytest.mark.parametrize("version", [None, 0, 4, "1", True])
def test_a_version_that_no_migration_starts_from_is_refused(version):
    with pytest.raises(Refused, match="version") as refused:
        migrated({"version": version}, {2: dict}, 3)
    assert refused.value.stable_code == "unknown_manifest_version"


def tiles(**changes):
    """What a large place's manifest says of its tiles."""
    detail = {key: value for key, value in level("full", 500_000).items() if key not in ("path", "format")}
    return {"path": "tiles/lod-meta.json", "levels": [detail | {"tiles": 8}], "bytes": 100} | changes


def test_tiles_are_named_by_a_document_that_is_among_the_files():
    listed = [*document()["files"], file("tiles/lod-meta.json")]
    made = Manifest.model_validate_json(json.dumps(document(streaming=tiles(), files=listed)))
    assert made.streaming is not None
    assert made.streaming.levels[0].tiles == 8
    with pytest.raises(ValueError, match="not among the files: tiles/lod-meta"):
        Manifest.model_validate_json(json.dumps(document(streaming=tiles())))
    around = document(streaming=tiles(environment="tiles/environment.sog"), files=listed)
    with pytest.raises(ValueError, match="not among the files: tiles/environment"):
        Manifest.model_validate_json(json.dumps(around))
