"""Photos are read upright, no larger than asked, and never beyond the limit of pixels."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from diorama.errors import StageError
from diorama.tours.stages import SampleFramesParams
from frames.photos import folder_photos, natural_order
from tests.scene.films import pattern, photo

PARAMS = SampleFramesParams(min_height_px=100)


def with_exif(path: Path, picture: np.ndarray, orientation: int) -> Path:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Acme", "Phone 7"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.FocalLengthIn35mmFilm] = 26
    Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1])).save(path, exif=exif, quality=95)
    return path


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 1), (8, 3)])
def test_a_photo_taken_sideways_is_read_upright(tmp_path: Path, orientation: int, turns: int) -> None:
    lying = np.rot90(pattern(), turns)
    [read] = folder_photos((with_exif(tmp_path / "a.jpg", lying, orientation),), PARAMS)
    assert read.picture is not None
    assert read.picture.shape == (240, 320, 3)
    assert read.picture[5:50, 5:70, 2].mean() > 190
    assert (read.focal_35mm_mm, read.camera) == (26, "Acme Phone 7")


def test_a_large_photo_is_made_smaller(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg", pattern(width=1600, height=1200))
    [read] = folder_photos((path,), PARAMS.model_copy(update={"max_side_px": 400}))
    assert read.picture is not None
    assert read.picture.shape == (300, 400, 3)


def huge_png(path: Path, side_px: int) -> Path:
    """A PNG that claims `side_px` squared and holds next to nothing."""
    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    chunks = (b"IHDR" + header, b"IDAT" + zlib.compress(bytes(1000)), b"IEND")
    framed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(framed))
    return path


@pytest.mark.parametrize("side_px", [8_000, 16_384, 60_000])
def test_a_photo_with_too_many_pixels_is_refused_by_its_header(tmp_path: Path, side_px: int) -> None:
    with pytest.raises(StageError) as caught:
        list(folder_photos((huge_png(tmp_path / "a.png", side_px),), PARAMS))
    assert caught.value.stable_code == "picture_too_large"


def test_a_photo_that_is_too_small_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StageError) as caught:
        list(folder_photos((photo(tmp_path / "a.jpg", pattern()),), SampleFramesParams(min_height_px=480)))
    assert caught.value.stable_code == "picture_too_small"
    assert "320 x 240" in caught.value.message


def test_numbers_in_names_sort_as_numbers() -> None:
    assert sorted(["a10", "a9", "b1", "a"], key=natural_order) == ["a", "a9", "a10", "b1"]
