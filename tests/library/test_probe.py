"""What headers tell of a file, against what a decoder finds in it."""

import io
import struct
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from diorama.library.probe import Found, found_in
from diorama.library.rules import Family

EXAMPLE = Path(__file__).parents[2] / "examples/furnished_flat/furnished_flat.mp4"


def reader(content: bytes) -> Callable[[int, int], bytes]:
    return lambda start, length: content[start : start + length]


def probed(family: Family, content: bytes) -> Found:
    return found_in(family, len(content), reader(content))


def film(path: Path, frames: int, fps: Fraction, size: tuple[int, int], **options: str) -> bytes:
    with av.open(str(path), "w", options=options) as output:
        stream = output.add_stream("mpeg4", rate=fps)
        stream.width, stream.height = size
        for n in range(frames):
            picture = np.full((size[1], size[0], 3), n, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    return path.read_bytes()


@pytest.mark.parametrize("options", [{}, {"movflags": "faststart"}], ids=["index last", "index first"])
@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_a_film_tells_its_length_its_frames_and_its_size(
    tmp_path: Path, name: str, options: dict[str, str]
) -> None:
    content = film(tmp_path / name, 45, Fraction(30), (64, 48), **options)
    found = probed("iso_video", content)
    assert found == Found(duration_s=1.5, frames=45, width_px=64, height_px=48)


def test_an_avi_tells_the_same(tmp_path: Path) -> None:
    found = probed("avi", film(tmp_path / "a.avi", 50, Fraction(25), (64, 48)))
    assert (found.frames, found.width_px, found.height_px) == (50, 64, 48)
    assert found.duration_s == pytest.approx(2.0)


def test_the_example_is_as_its_decoder_says() -> None:
    with av.open(str(EXAMPLE)) as video:
        stream = video.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        expected = (float(stream.duration * stream.time_base), stream.frames, stream.width, stream.height)
    found = probed("iso_video", EXAMPLE.read_bytes())
    assert found.duration_s == pytest.approx(expected[0])
    assert (found.frames, found.width_px, found.height_px) == expected[1:]


def zipped(names: list[str], suffix: str, compression: int) -> bytes:
    photo = cv2.imencode(suffix, np.zeros((60, 80, 3), np.uint8))[1].tobytes()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name in names:
            archive.writestr(name, photo)
    return content.getvalue()


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"]
)
def test_a_zip_tells_how_many_photos_it_has_and_how_large_the_first_is(suffix: str, compression: int) -> None:
    names = ["notes.txt", *(f"in/{n}{suffix.upper()}" for n in range(7)), f"__MACOSX/1{suffix}"]
    found = probed("zip", zipped(names, suffix, compression))
    assert found == Found(photos=7, width_px=80, height_px=60)


@pytest.mark.parametrize(
    "options",
    [{"quality": 80}, {"lossless": True}, {"quality": 80, "exif": b"Exif\0\0"}],
    ids=["lossy", "lossless", "extended"],
)
def test_a_webp_photo_tells_its_size(options: dict[str, Any]) -> None:
    content = io.BytesIO()
    Image.new("RGB", (301, 207), (9, 99, 199)).save(content, "WEBP", **options)
    assert probed("webp", content.getvalue()) == Found(photos=1, width_px=301, height_px=207)


def test_a_zip_without_photos_has_none() -> None:
    assert probed("zip", zipped(["notes.txt"], ".png", zipfile.ZIP_STORED)) == Found(photos=0)


def test_a_film_of_more_than_four_gigabytes_is_read_by_its_long_box(tmp_path: Path) -> None:
    content = film(tmp_path / "a.mp4", 3, Fraction(30), (64, 48))
    at = content.index(b"moov") - 4
    [size] = struct.unpack(">I", content[at : at + 4])
    long = struct.pack(">I4sQ", 1, b"moov", size + 8) + content[at + 8 : at + size]
    assert probed("iso_video", struct.pack(">I4sQ", 1, b"mdat", 16) + long).frames == 3


@given(
    st.sampled_from(["iso_video", "avi", "zip", "jpeg", "png", "webp"]), st.binary(max_size=300), st.data()
)
def test_what_cannot_be_read_tells_nothing_and_breaks_nothing(
    family: Family, content: bytes, data: st.DataObject
) -> None:
    starts = {"iso_video": b"\x00\x00\x00\x20moov", "avi": b"avih", "zip": b"PK\x05\x06", "jpeg": b"\xff\xd8"}
    starts["webp"] = b"RIFF\0\0\0\0WEBPVP8"
    place = data.draw(st.integers(0, len(content)))
    assert isinstance(probed(family, content[:place] + starts.get(family, b"") + content[place:]), Found)


def test_a_broken_index_of_a_real_film_breaks_nothing(tmp_path: Path) -> None:
    content = bytearray(film(tmp_path / "a.mp4", 5, Fraction(30), (64, 48)))
    start = content.index(b"moov")
    for place in range(start, len(content)):
        broken = content.copy()
        broken[place] ^= 0xFF
        assert isinstance(probed("iso_video", bytes(broken)), Found)
