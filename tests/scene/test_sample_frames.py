"""The stage as a whole: real files in, images and metadata out."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from diorama.errors import StageError
from tests.scene.conftest import Sample
from tests.scene.films import film, pattern, photo, sound_only
from tests.stages import Told


def metadata(outputs: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((outputs / "metadata.json").read_text())
    return document


def names(outputs: Path) -> list[str]:
    return sorted(path.name for path in (outputs / "images").iterdir())


def pictures(count: int, width: int = 320, height: int = 240, step: int = 6) -> list[Any]:
    return [pattern(index, width, height, step) for index in range(count)]


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mp4", "libx264", "yuv420p"),
        ("a.mov", "libx264", "yuv420p"),
        ("a.avi", "mpeg4", "yuv420p"),
        ("a.avi", "libx264", "yuv420p"),
        ("a.avi", "mjpeg", "yuvj420p"),
        ("a.mp4", "libx265", "yuv420p"),
        ("a.mov", "libx265", "yuv420p10le"),
        ("a.mp4", "libx264", "yuv420p10le"),
    ],
)
def test_each_container_and_codec_is_read(
    inputs: Path, outputs: Path, sample: Sample, name: str, codec: str, pix_fmt: str
) -> None:
    film(inputs / "video" / name, pictures(40), codec=codec, pix_fmt=pix_fmt)
    report = sample()
    assert (report.source, report.width_px, report.height_px) == ("video", 320, 240)
    assert report.candidates == report.kept == 8
    assert names(outputs) == [f"{number:05d}.jpg" for number in range(1, 9)]
    times = [entry["time_s"] for entry in metadata(outputs)["candidates"]]
    assert all(0.5 * slot <= time_s < 0.5 * slot + 0.5 for slot, time_s in enumerate(times))
    red = cv2.imread(str(outputs / "images" / "00001.jpg"))[:50, :70].mean((0, 1))
    assert red[2] > 190
    assert red[0] < 60


def test_high_dynamic_range_is_brought_to_usual_brightness(
    inputs: Path, outputs: Path, sample: Sample
) -> None:
    """Diffuse white (203 cd/m2, ITU-R BT.2408) is 58 % of the PQ signal, and white in the stored picture."""
    white = [np.full((240, 320, 3), 148, np.uint8) for _ in range(20)]
    for index, picture in enumerate(white):
        picture[::2, index::7] = 60
    transfer = {"x265-params": "log-level=none:transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc"}
    film(inputs / "video" / "a.mp4", white, codec="libx265", pix_fmt="yuv420p10le", options=transfer)
    sample()
    stored = cv2.imread(str(outputs / "images" / "00001.jpg"))
    assert np.percentile(stored, 80) > 235


@pytest.mark.parametrize("rotation_deg", [90, 180, 270])
def test_a_turned_video_is_stored_upright(
    inputs: Path, outputs: Path, sample: Sample, rotation_deg: int
) -> None:
    lying = [np.ascontiguousarray(np.rot90(picture, -rotation_deg // 90)) for picture in pictures(40)]
    film(inputs / "video" / "a.mp4", lying, rotation_deg=rotation_deg)
    report = sample()
    assert (report.width_px, report.height_px) == (320, 240)
    stored = cv2.imread(str(outputs / "images" / "00001.jpg"))
    assert stored.shape == (240, 320, 3)
    assert stored[10:50, 10:70, 2].mean() > 190
    assert stored[10:50, 10:70, 0].mean() < 60


def test_time_comes_from_the_time_stamps(inputs: Path, outputs: Path, sample: Sample) -> None:
    times_ms = [0, 900, 1000, 2600, 2700, 2800, 5300, 7100, 7200, 9000]
    film(inputs / "video" / "a.mp4", pictures(10), times_ms=times_ms)
    sample()
    found = {round(entry["time_s"] * 1000) for entry in metadata(outputs)["candidates"]}
    assert found <= set(times_ms)
    assert {0, 5300, 9000} <= found


def test_with_few_frames_all_are_kept_and_none_is_invented(
    inputs: Path, outputs: Path, sample: Sample
) -> None:
    film(inputs / "video" / "a.mp4", pictures(29), fps=1)
    report = sample()
    assert report.candidates == report.kept == 29
    assert len(names(outputs)) == 29


def test_large_frames_are_stored_smaller(inputs: Path, sample: Sample) -> None:
    film(inputs / "video" / "a.mp4", pictures(20, 640, 480))
    report = sample(max_side_px=320)
    assert (report.width_px, report.height_px) == (320, 240)


def test_every_candidate_is_explained(inputs: Path, outputs: Path, sample: Sample) -> None:
    still = [pattern(0)] * 60
    moving = pictures(340, step=3)
    film(inputs / "video" / "a.mp4", still + moving, options={"crf": "12"})
    report = sample(keep_all_below=10)
    entries = metadata(outputs)["candidates"]
    assert len(entries) == report.candidates == 80
    assert sum(entry["kept"] for entry in entries) == report.kept == len(names(outputs))
    assert all(
        entry["kept"] == (entry["reason"] is None) == (entry["image"] is not None) for entry in entries
    )
    assert sum(report.dropped.values()) == report.candidates - report.kept > 0


def test_progress_only_grows(inputs: Path, sample: Sample, told: Told) -> None:
    film(inputs / "video" / "a.mp4", pictures(40))
    sample()
    percents = [percent for percent, _ in told.steps]
    assert percents == sorted(percents)
    assert 0 <= percents[0] <= percents[-1] <= 100


def test_photos_are_taken_in_the_order_of_their_numbers(inputs: Path, outputs: Path, sample: Sample) -> None:
    for number in (10, 9, 2, 1, 11):
        photo(inputs / "video" / f"IMG_{number}.jpg", pattern(number))
    report = sample()
    assert (report.source, report.kept) == ("photos", 5)
    found = [entry["name"] for entry in metadata(outputs)["candidates"]]
    assert found == ["IMG_1.jpg", "IMG_2.jpg", "IMG_9.jpg", "IMG_10.jpg", "IMG_11.jpg"]


def test_copies_and_unreadable_photos_are_left_out(inputs: Path, outputs: Path, sample: Sample) -> None:
    for number in range(5):
        photo(inputs / "video" / f"{number}.png", pattern(number))
    photo(inputs / "video" / "5.png", pattern(2))
    (inputs / "video" / "6.jpg").write_bytes(b"\xff\xd8\xff\xe0 not much of a photo")
    report = sample()
    assert report.kept == 5
    assert report.dropped == {"exact_copy": 1, "unreadable": 1}
    assert report.warnings == ("1 of 7 photos can't be read.",)


def test_a_video_that_breaks_off_late_is_used_up_to_there(inputs: Path, sample: Sample) -> None:
    path = film(inputs / "video" / "a.mp4", pictures(200), movflags="faststart")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.8)])
    report = sample()
    assert report.readable_s is not None
    assert 10 < report.readable_s < 19
    assert "breaks off" in report.warnings[0]


def refusal(sample: Sample, outputs: Path, **changes: object) -> StageError:
    """The refusal, after checking that it is written for people and leaves nothing behind."""
    with pytest.raises(StageError) as caught:
        sample(**changes)
    error = caught.value
    assert len(error.message) > 20
    assert len(error.advice) > 20
    assert [path for path in outputs.rglob("*") if path.is_file()] == []
    return error


def test_an_empty_folder_is_refused(outputs: Path, sample: Sample) -> None:
    assert refusal(sample, outputs).stable_code == "no_input"


def test_an_empty_file_is_refused(inputs: Path, outputs: Path, sample: Sample) -> None:
    (inputs / "video" / "a.mp4").touch()
    assert refusal(sample, outputs).stable_code == "empty_file"


def test_two_videos_are_refused(inputs: Path, outputs: Path, sample: Sample) -> None:
    for name in ("a.mp4", "b.mp4"):
        film(inputs / "video" / name, pictures(5))
    assert refusal(sample, outputs).stable_code == "unclear_input"


def test_a_text_named_as_a_video_is_refused(inputs: Path, outputs: Path, sample: Sample) -> None:
    (inputs / "video" / "a.mp4").write_text("Dear diary, today I filmed the kitchen.")
    assert refusal(sample, outputs).stable_code == "not_a_video"


def test_a_playlist_named_as_a_video_reads_no_other_file(inputs: Path, outputs: Path, sample: Sample) -> None:
    other = film(inputs.parent / "secret.mp4", pictures(20))
    (inputs / "video" / "a.mp4").write_text(f"ffconcat version 1.0\nfile '{other}'\n")
    assert refusal(sample, outputs).stable_code == "not_a_video"


def test_a_video_without_its_index_is_refused(inputs: Path, outputs: Path, sample: Sample) -> None:
    path = film(inputs / "video" / "a.mp4", pictures(60))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refusal(sample, outputs).stable_code == "video_truncated"


def test_a_video_of_which_most_is_missing_is_refused(inputs: Path, outputs: Path, sample: Sample) -> None:
    path = film(inputs / "video" / "a.mp4", pictures(200), movflags="faststart")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.3)])
    error = refusal(sample, outputs)
    assert error.stable_code == "video_truncated"
    assert "20.0 s" in error.message


def test_sound_without_picture_is_refused(inputs: Path, outputs: Path, sample: Sample) -> None:
    sound_only(inputs / "video" / "a.mp4")
    assert refusal(sample, outputs).stable_code == "no_picture"


def test_three_frames_are_too_few(inputs: Path, outputs: Path, sample: Sample) -> None:
    film(inputs / "video" / "a.mp4", pictures(3), fps=1)
    error = refusal(sample, outputs)
    assert error.stable_code == "too_few_frames"
    assert "3 frames" in error.message
    assert "at least 4" in error.message


def test_a_white_wall_is_refused(inputs: Path, outputs: Path, sample: Sample) -> None:
    random = np.random.default_rng(0)
    wall = [random.integers(232, 236, (240, 320, 3), np.uint8) for _ in range(100)]
    film(inputs / "video" / "a.mp4", wall)
    assert refusal(sample, outputs).stable_code == "nothing_to_see"


@pytest.mark.parametrize(
    ("limit", "code", "words"),
    [
        ({"min_height_px": 480}, "picture_too_small", "320 x 240"),
        ({"min_fps": 24}, "frame_rate_too_low", "10.00"),
        ({"min_duration_s": 60}, "video_too_short", "4.0 s"),
        ({"max_duration_s": 2}, "video_too_long", "4.0 s"),
        ({"max_pixels": 10_000}, "picture_too_large", "320 x 240"),
        ({"min_frames": 20}, "too_few_frames", "8 frames"),
    ],
)
def test_a_refusal_names_the_limit_and_what_was_found(
    inputs: Path, outputs: Path, sample: Sample, limit: dict[str, float], code: str, words: str
) -> None:
    film(inputs / "video" / "a.mp4", pictures(40))
    error = refusal(sample, outputs, **limit)
    assert error.stable_code == code
    assert words in error.message


def claim_size(path: Path, width: int, height: int) -> None:
    """Changes the size that an AVI of JPEGs claims, in its headers and in every JPEG."""
    content = bytearray(path.read_bytes())
    header, pixels = content.index(b"avih"), content.index(b"strf")
    content[header + 40 : header + 48] = struct.pack("<II", width, height)
    content[pixels + 12 : pixels + 20] = struct.pack("<ii", width, height)
    for found in re.finditer(rb"\xff\xc0\x00\x11\x08", bytes(content)):
        content[found.end() : found.end() + 4] = struct.pack(">HH", height, width)
    path.write_bytes(content)


def test_a_picture_of_16k_by_16k_is_refused_by_its_header(
    inputs: Path, outputs: Path, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(inputs / "video" / "a.avi", pictures(20), codec="mjpeg", pix_fmt="yuvj420p")
    claim_size(path, 16384, 16384)
    monkeypatch.setattr("sample_frames.VideoReader", lambda *_: pytest.fail("it was decoded"))
    error = refusal(sample, outputs)
    assert error.stable_code == "picture_too_large"
    assert "16384 x 16384" in error.message
