"""Photo and cut-outs in, objects out: what is built, what is told, and what is refused."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from build_object import run
from diorama.catalog import stage_named
from diorama.errors import StageError
from diorama.objects.cutouts import Click, Cutout
from diorama.objects.stages import BuildObjectParams, BuildObjectReport
from splats.ply import read_ply
from splats.sog import read_sog
from tests.stages import Told
from tests.vision.cut_photos import ball, board, write_inputs

PARAMS = BuildObjectParams(quality="fast", splats=2000, texture_side_px=256, max_faces=2000)
EVERY_FILE = {
    *("splats.ply", "splats.sog", "picture.webp"),
    *("mesh.glb", "full.glb", "mesh.obj.zip", "mesh.stl", "mesh.usdz"),
}


def build(inputs: Path, outputs: Path, told: Told | None = None) -> BuildObjectReport:
    outputs.mkdir()
    report: BuildObjectReport = run(inputs, outputs, PARAMS, told or Told())
    return report


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    write_inputs(folder / "in", {"ball": ball(), "board": board()})
    build(folder / "in", folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def report(outputs: Path) -> BuildObjectReport:
    return BuildObjectReport.model_validate_json((outputs / "objects.json").read_text())


def test_the_stage_is_known_by_its_name() -> None:
    assert stage_named("build_object").container == "vision"


def test_every_object_has_all_its_files_and_the_report_says_how_large_they_are(
    outputs: Path, report: BuildObjectReport
) -> None:
    for built in report.objects:
        folder = outputs / "objects" / built.cutout_id
        assert {path.name for path in folder.iterdir()} == EVERY_FILE
        assert built.files == {
            f"objects/{built.cutout_id}/{p.name}": p.stat().st_size for p in folder.iterdir()
        }
    assert set(report.scene_files) == {"scene/splats.ply", "scene/splats.sog", "scene/mesh.glb"}
    deep = [path for path in outputs.rglob("*.*") if path.parent != outputs]
    assert report.bytes == sum(path.stat().st_size for path in deep)


def test_objects_stand_on_the_ground_and_their_longest_side_is_1(report: BuildObjectReport) -> None:
    for built in report.objects:
        low, high = np.array(built.bounds_min), np.array(built.bounds_max)
        assert low[1] == pytest.approx(0, abs=1e-5)
        assert (high - low).max() == pytest.approx(1, abs=1e-5)
        assert low[[0, 2]] == pytest.approx(-high[[0, 2]], abs=1e-5)


def test_meshes_are_closed_and_the_one_for_the_web_is_small(report: BuildObjectReport) -> None:
    for built in report.objects:
        assert built.is_watertight
        assert built.is_web_watertight
        assert built.web_faces <= PARAMS.max_faces < built.faces


def test_splats_lie_in_both_files_and_have_the_objects_colour(
    outputs: Path, report: BuildObjectReport
) -> None:
    for built, colour in zip(report.objects, [(230, 120, 30), (40, 70, 200)], strict=True):
        folder = outputs / "objects" / built.cutout_id
        exact, packed = read_ply(folder / "splats.ply"), read_sog(folder / "splats.sog")
        assert len(exact) == len(packed) == built.splats == PARAMS.splats
        median = exact.base_colors.median(0).values * 255
        assert np.allclose(median, colour, atol=12)
        assert exact.base_colors[:, 1].max() * 255 < colour[1] + 40  # nothing of the green ground


def test_the_picture_shows_the_object_without_a_background(outputs: Path) -> None:
    picture = np.asarray(Image.open(outputs / "objects" / "ball" / "picture.webp"))
    assert picture.shape == (512, 512, 4)
    assert picture[256, 256, 3] > 240
    assert picture[4, 4, 3] == 0


def test_the_story_tells_clicks_coverage_and_times(outputs: Path, report: BuildObjectReport) -> None:
    story = json.loads((outputs / "metadata.json").read_text())
    assert story["cutouts"][0]["coverage"] == pytest.approx((ball() > 0).mean(), abs=1e-6)
    assert story["stages"]["build_object"]["seconds"] == report.seconds
    assert [told["splats"] for told in story["objects"]] == [2000, 2000]


def test_it_tells_of_every_object_and_never_goes_back(tmp_path: Path, told: Told) -> None:
    build(write_inputs(tmp_path / "in", {"ball": ball(), "board": board()}), tmp_path / "out", told)
    percents = [percent for percent, _ in told.steps]
    assert percents == sorted(percents)
    for name in ("The ball", "The board"):
        assert sum(name in message for _, message in told.steps) >= 3


def test_equal_input_gives_equal_files(outputs: Path, tmp_path: Path) -> None:
    build(write_inputs(tmp_path / "in", {"ball": ball(), "board": board()}), tmp_path / "out")
    for path in sorted((outputs / "objects").rglob("*.*")):
        again = tmp_path / "out" / path.relative_to(outputs)
        assert again.read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("mask", "code", "words"),
    [
        (np.zeros((120, 160), np.uint8), "empty_mask", "empty"),
        (np.full((120, 160), 255, np.uint8), "whole_mask", "whole photo"),
        (np.full((60, 80), 255, np.uint8), "wrong_size", "80 x 60"),
        (np.full((120, 160, 3), 255, np.uint8), "bad_mask", "grey PNG"),
        (np.full((120, 160), 65535, np.uint16), "bad_mask", "grey PNG"),
    ],
)
def test_a_mask_that_nothing_can_be_made_of_is_refused_by_the_cut_outs_name(
    tmp_path: Path, mask: NDArray[np.uint8], code: str, words: str
) -> None:
    inputs = write_inputs(tmp_path / "in", {"ball": ball(), "cup": mask})
    with pytest.raises(StageError, match=words) as refused:
        build(inputs, tmp_path / "out")
    assert refused.value.stable_code == code
    assert "The cup" in refused.value.message
    assert refused.value.advice


def test_a_missing_mask_is_refused(tmp_path: Path) -> None:
    inputs = write_inputs(tmp_path / "in", {"ball": ball()})
    (inputs / "cutouts" / "ball.png").unlink()
    with pytest.raises(StageError, match="mask of 'The ball' is missing"):
        build(inputs, tmp_path / "out")


def test_a_mask_outside_the_cut_outs_folder_is_not_read(tmp_path: Path) -> None:
    cutout = Cutout(cutout_id="ball", name="The ball", mask="../ball.png")
    inputs = write_inputs(tmp_path / "in", {}, cutouts=[cutout])
    cv2.imwrite(str(inputs / "ball.png"), ball())
    with pytest.raises(StageError, match="is missing"):
        build(inputs, tmp_path / "out")


def test_a_mask_in_another_format_is_refused(tmp_path: Path) -> None:
    inputs = write_inputs(tmp_path / "in", {"ball": ball()})
    Image.fromarray(ball()).save(inputs / "cutouts" / "ball.png", "JPEG")
    with pytest.raises(StageError, match="grey PNG"):
        build(inputs, tmp_path / "out")


def test_cut_outs_of_another_photo_are_refused(tmp_path: Path) -> None:
    other = np.zeros((100, 100, 3), np.uint8)
    inputs = write_inputs(tmp_path / "in", {"ball": ball()}, picture=other)
    text = (inputs / "cutouts" / "cutouts.json").read_text()
    (inputs / "cutouts" / "cutouts.json").write_text(text.replace('"width_px":100', '"width_px":160'))
    with pytest.raises(StageError, match="photo of 160 x 100"):
        build(inputs, tmp_path / "out")


def test_a_cut_out_with_neither_mask_nor_clicks_is_refused(tmp_path: Path) -> None:
    inputs = write_inputs(tmp_path / "in", {}, cutouts=[Cutout(cutout_id="ball", name="The ball")])
    with pytest.raises(StageError, match="neither a mask nor clicks"):
        build(inputs, tmp_path / "out")


def test_a_cut_out_with_clicks_alone_gets_its_mask_from_them(tmp_path: Path) -> None:
    clicks = (
        Click(x=45.5, y=60.5, adds=True),
        Click(x=30.5, y=50.5, adds=True),
        Click(x=5.5, y=5.5, adds=False),
    )
    cutout = Cutout(cutout_id="ball", name="The ball", clicks=clicks)
    build(write_inputs(tmp_path / "in", {}, cutouts=[cutout]), tmp_path / "out")
    story = json.loads((tmp_path / "out" / "metadata.json").read_text())
    assert story["cutouts"][0]["coverage"] == pytest.approx((ball() > 0).mean(), rel=0.15)
    assert story["cutouts"][0]["clicks"][0]["x"] == 45.5


def test_a_damaged_document_is_refused(tmp_path: Path) -> None:
    inputs = write_inputs(tmp_path / "in", {"ball": ball()})
    (inputs / "cutouts" / "cutouts.json").write_text("{")
    with pytest.raises(StageError, match="can't be read"):
        build(inputs, tmp_path / "out")
