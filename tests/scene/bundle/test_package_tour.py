"""The stage: from levels of detail to a bundle for any static host."""

import hashlib
import json
import shutil

import cv2
import jsonschema
import numpy as np
import pytest

import package_tour
from diorama.errors import StageError
from diorama.tours.manifest import json_schema, read_manifest
from diorama.tours.stages import PackageTourParams
from diorama.uris import is_safe_path
from splats.sog import read_sog
from splats.streamed import read_streamed
from tests.scene.bundle.conftest import ignore

SMALL = PackageTourParams(poster_width_px=320, thumbnail_width_px=128, thumbnails=4, path_poses=30)


@pytest.fixture(scope="module")
def done(packable, tmp_path_factory):
    """One bundle and its report."""
    outputs = tmp_path_factory.mktemp("tour")
    return outputs, package_tour.run(packable, outputs, SMALL, ignore)


@pytest.fixture(scope="module")
def manifest(done):
    return read_manifest((done[0] / "manifest.json").read_bytes())


def test_the_manifest_fits_the_schema(done):
    jsonschema.validate(json.loads((done[0] / "manifest.json").read_text()), json_schema())


def test_the_manifest_lists_every_file_with_its_size_and_hash(done, manifest):
    outputs, report = done
    lying = {str(path.relative_to(outputs)) for path in outputs.rglob("*") if path.is_file()}
    assert lying == {"manifest.json", *(file.path for file in manifest.files)}
    for file in manifest.files:
        data = (outputs / file.path).read_bytes()
        assert is_safe_path(file.path)
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert report.files == len(lying)
    assert report.bytes == sum((outputs / path).stat().st_size for path in lying)


def test_files_have_the_content_types_of_their_kind(manifest):
    types = {file.path: file.content_type for file in manifest.files}
    assert types["poster.jpg"] == "image/jpeg"
    assert types["levels/full.sog"] == "application/octet-stream"


def test_levels_come_with_their_certificates(done, manifest):
    assert [level.name for level in manifest.levels] == ["full", "medium", "low", "thumbnail"]
    for level in manifest.levels:
        assert len(read_sog(done[0] / level.path)) == level.splats
    assert manifest.quality.psnr == pytest.approx(
        manifest.levels[0].psnr + manifest.levels[0].loss_db, abs=1e-3
    )
    assert manifest.quality.held_out_views == 3


def test_a_visit_starts_at_a_real_camera_that_looks_level_towards_the_place(known, manifest):
    position = np.array(manifest.start.position)
    nearest = min(np.linalg.norm(view.world_from_camera[:3, 3] - position) for view in known.views)
    assert nearest < 1e-4
    w, x, y, z = manifest.start.rotation_wxyz
    right_up = 2 * (x * y + w * z)
    forward = np.array([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)])
    assert abs(right_up) < 1e-3
    to_middle = np.array([1.0, 0.9, 1.0]) - position
    assert forward @ to_middle / np.linalg.norm(to_middle) > 0.9
    ahead = np.array(manifest.start.target) - position
    assert np.allclose(ahead / np.linalg.norm(ahead), forward, atol=1e-3)


def test_pictures_have_the_sizes_that_the_manifest_says(done, manifest):
    assert manifest.poster.width_px == 320
    assert len(manifest.thumbnails) == 4
    for entry in (manifest.poster, *manifest.thumbnails):
        picture = cv2.imread(str(done[0] / entry.path))
        assert picture.shape == (entry.height_px, entry.width_px, 3)
        assert picture.std() > 15


def test_thumbnails_show_different_places(manifest):
    positions = np.array([entry.pose.position for entry in manifest.thumbnails])
    gaps = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    assert gaps[~np.eye(len(gaps), dtype=bool)].min() > 0.3


def test_equal_input_gives_an_equal_bundle(packable, done, tmp_path):
    package_tour.run(packable, tmp_path, SMALL, ignore)
    for path in done[0].rglob("*.*"):
        assert (tmp_path / path.relative_to(done[0])).read_bytes() == path.read_bytes()


def changed(packable, tmp_path):
    """A copy of the inputs that a test may damage."""
    inputs = tmp_path / "in"
    shutil.copytree(packable / "scene", inputs / "scene")
    shutil.copytree((packable / "poses").resolve(), inputs / "poses")
    return inputs


@pytest.mark.parametrize("file", ["../../secret.sog", "/etc/hosts", "levels/none.sog"])
def test_a_level_whose_file_is_not_in_its_folder_is_refused(packable, tmp_path, file):
    inputs = changed(packable, tmp_path)
    document = json.loads((inputs / "scene" / "levels.json").read_text())
    document["levels"][0]["file"] = file
    (inputs / "scene" / "levels.json").write_text(json.dumps(document))
    (tmp_path / "secret.sog").write_bytes(b"secret")
    with pytest.raises(StageError, match="no file"):
        package_tour.run(inputs, tmp_path / "out", SMALL, ignore)


def test_a_damaged_level_is_refused(packable, tmp_path):
    inputs = changed(packable, tmp_path)
    (inputs / "scene" / "levels" / "full.sog").write_bytes(b"no zip")
    with pytest.raises(StageError, match="can't be read"):
        package_tour.run(inputs, tmp_path / "out", SMALL, ignore)


def test_an_unknown_scale_source_is_refused(packable, tmp_path):
    inputs = changed(packable, tmp_path)
    document = json.loads((inputs / "poses" / "cameras.json").read_text())
    (inputs / "poses" / "cameras.json").write_text(json.dumps(document | {"scale_source": "a guess"}))
    with pytest.raises(StageError, match="a guess"):
        package_tour.run(inputs, tmp_path / "out", SMALL, ignore)


@pytest.fixture(scope="module")
def large_tour(large, tmp_path_factory):
    """The bundle of the large room."""
    outputs = tmp_path_factory.mktemp("large_tour")
    report = package_tour.run(large, outputs, SMALL, ignore)
    return outputs, report, read_manifest((outputs / "manifest.json").read_bytes())


def test_a_large_place_has_every_level_in_tiles_and_the_small_ones_in_one_file_too(large_tour):
    outputs, report, manifest = large_tour
    names = ["full", "medium", "low", "thumbnail", "first"]
    assert [level.name for level in manifest.streaming.levels] == names
    assert [level.name for level in manifest.levels] == ["low", "thumbnail", "first"]
    for number, level in enumerate(manifest.streaming.levels):
        assert len(read_streamed(outputs / manifest.streaming.path, number)) == level.splats
    assert manifest.streaming.levels[-1].splats == 100
    assert manifest.streaming.levels[0].tiles > 1
    assert (report.splats, report.psnr) == (
        manifest.streaming.levels[0].splats,
        manifest.streaming.levels[0].psnr,
    )


def test_all_that_a_large_place_s_document_names_is_among_the_files(large_tour):
    outputs, _, manifest = large_tour
    listed = {file.path: file.bytes for file in manifest.files}
    document = json.loads((outputs / manifest.streaming.path).read_text())
    named = {manifest.streaming.path, *(f"tiles/{name}" for name in document["filenames"])}
    assert {path for path in listed if path.startswith("tiles/")} == named
    assert manifest.streaming.bytes == sum(listed[path] for path in named)
    assert len(document["filenames"]) == sum(level.tiles for level in manifest.streaming.levels)


def test_a_large_place_with_a_tile_missing_is_refused(large, tmp_path):
    shutil.copytree(large / "scene", tmp_path / "in" / "scene")
    (tmp_path / "in" / "poses").symlink_to(large / "poses")
    (tmp_path / "in" / "scene" / "tiles" / "0_1.sog").unlink()
    with pytest.raises(StageError, match="no file"):
        package_tour.run(tmp_path / "in", tmp_path / "out", SMALL, ignore)
