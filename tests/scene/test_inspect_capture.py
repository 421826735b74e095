"""The stage as a whole, on a generated film that is spoilt here and there."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

import inspect_capture
from bench.degraded import Harm, blurred, degraded
from diorama.errors import StageError
from diorama.tours.stages import InspectCaptureParams, InspectCaptureReport, SampleFramesParams
from examples.textured_room import film_room
from tests.stages import Told

PARAMS = InspectCaptureParams(
    sample_frames=SampleFramesParams(min_height_px=240, min_fps=1, min_duration_s=0, min_frames=8)
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    video = tmp_path_factory.mktemp("film") / "room.mp4"
    film_room(video, seconds=12, width_px=640, height_px=360, fps=6)
    return video


def inspected(
    video: Path, folder: Path, told: Told, params: InspectCaptureParams = PARAMS
) -> InspectCaptureReport:
    (folder / "in" / "video").mkdir(parents=True)
    shutil.copy(video, folder / "in" / "video")
    return inspect_capture.run(folder / "in", folder / "out", params, told)


@pytest.mark.slow
def test_a_good_film_is_expected_to_be_placed_whole(room: Path, tmp_path: Path, told: Told) -> None:
    report = inspected(room, tmp_path, told)
    assert report.enough
    assert report.expected_share > 0.9
    assert report.looks == report.usable == 24
    assert {stretch.problem for stretch in report.stretches} <= {"turning", "standing"}
    looks = json.loads((tmp_path / "out" / "capture.json").read_text())["looks"]
    assert len(looks) == 24
    percents = [percent for percent, _ in told.steps]
    assert percents == sorted(percents)


@pytest.mark.slow
def test_a_blurred_third_is_named_and_less_is_expected(room: Path, tmp_path: Path, told: Told) -> None:
    harm = Harm("a third blurred", blurred(12), from_share=0.34, to_share=0.67)
    report = inspected(degraded(room, harm, tmp_path / "bad.mp4"), tmp_path, told)
    (stretch,) = [stretch for stretch in report.stretches if stretch.problem == "blurred"]
    assert abs(stretch.start_s - 4) < 1
    assert abs(stretch.end_s - 8) < 1
    assert "again, with a steady hand" in stretch.advice
    assert report.expected_share < 0.9


def test_the_same_video_is_judged_the_same(room: Path, tmp_path: Path, told: Told) -> None:
    inspected(room, tmp_path / "one", told)
    inspected(room, tmp_path / "two", told)
    one, two = ((tmp_path / name / "out" / "capture.json").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_video_that_would_be_refused_is_said_so(room: Path, tmp_path: Path, told: Told) -> None:
    report = inspected(room, tmp_path, told, InspectCaptureParams())
    assert not report.enough
    assert "1080" in report.warnings[0]


def test_photos_are_not_judged(tmp_path: Path, told: Told) -> None:
    photo = tmp_path / "one.jpg"
    cv2.imwrite(str(photo), np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(StageError) as caught:
        inspected(photo, tmp_path / "in", told)
    assert caught.value.stable_code == "no_video"
