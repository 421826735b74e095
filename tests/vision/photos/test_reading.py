"""Photos of every kind become one kind, and each bad one has its own answer."""

import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from diorama.errors import StageError
from diorama.objects.stages import EmbedPhotoParams
from photos.reading import Photo, read_photo
from tests.vision.photos import pictures
from tests.vision.photos.pictures import BLUE, RED, encoded, halves

Pixels = NDArray[np.int64]


def read(folder: Path, content: bytes, **params: int) -> Photo:
    (folder / "photo").write_bytes(content)
    return read_photo(folder / "photo", EmbedPhotoParams.model_validate(params))


def pixels(photo: Photo) -> Pixels:
    assert photo.picture.mode == "RGB"
    return np.asarray(photo.picture).astype(np.int64)


def refusal(folder: Path, content: bytes, **params: int) -> StageError:
    with pytest.raises(StageError) as caught:
        read(folder, content, **params)
    assert caught.value.message
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_exif_says(tmp_path: Path, orientation: int) -> None:
    photo = read(tmp_path, pictures.turned(orientation))
    where = {1: "top", 2: "top", 3: "bottom", 4: "bottom", 5: "left", 6: "right", 7: "right", 8: "left"}
    found = pixels(photo)
    middles = {
        "top": found[5, found.shape[1] // 2],
        "bottom": found[-5, found.shape[1] // 2],
        "left": found[found.shape[0] // 2, 5],
        "right": found[found.shape[0] // 2, -5],
    }
    assert np.abs(middles[where[orientation]] - RED).max() < 12
    expected = (120, 80) if orientation < 5 else (80, 120)
    assert photo.picture.size == expected == (photo.source_width_px, photo.source_height_px)


def test_an_unknown_orientation_is_upright(tmp_path: Path) -> None:
    assert read(tmp_path, pictures.turned(9)).picture.size == (120, 80)


def test_damaged_exif_is_told_and_does_no_harm(tmp_path: Path) -> None:
    orientation_in_words = struct.pack("<2sHIHHHI4sI", b"II", 42, 8, 1, 0x0112, 2, 4, b"abc", 0)
    photo = read(tmp_path, encoded(halves(), "JPEG", exif=b"Exif\0\0" + orientation_in_words))
    assert photo.picture.size == (120, 80)
    assert photo.warnings == ("The photo's EXIF data is damaged; it is taken to be upright as it is.",)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_are_read(tmp_path: Path, kind: str) -> None:
    found = pixels(read(tmp_path, encoded(halves(), kind, quality=95)))
    assert np.abs(found[20, 60] - RED).max() < 12
    assert np.abs(found[60, 60] - BLUE).max() < 12


def test_the_second_picture_of_a_phones_jpeg_is_left_aside(tmp_path: Path) -> None:
    second = Image.new("RGB", (120, 80), BLUE)
    content = encoded(halves(), "MPO", save_all=True, append_images=[second], quality=95)
    assert np.abs(pixels(read(tmp_path, content))[20, 60] - RED).max() < 12


def test_large_photos_are_shrunk_and_small_ones_are_not_blown_up(tmp_path: Path) -> None:
    photo = read(tmp_path, encoded(halves(1500, 1000), "JPEG"), max_side_px=600)
    assert (photo.picture.size, photo.source_width_px, photo.source_height_px) == ((600, 400), 1500, 1000)
    assert read(tmp_path, encoded(halves()), max_side_px=600).picture.size == (120, 80)


@pytest.mark.parametrize("colours", ["RGB", "grey"])
def test_sixteen_bits_become_eight_without_being_cut_off(tmp_path: Path, colours: str) -> None:
    ramp = np.linspace(0, 65535, 128).astype(np.uint16)
    values = np.repeat(ramp[None], 70, axis=0)
    content = pictures.sixteen_bits(np.repeat(values[..., None], 3, axis=2) if colours == "RGB" else values)
    expected = np.repeat(values[..., None], 3, axis=2) / 257
    assert np.abs(pixels(read(tmp_path, content)) - expected).max() <= 1


def test_cmyk_has_the_colours_of_its_inks(tmp_path: Path) -> None:
    inks = Image.merge("CMYK", [Image.new("L", (100, 80), ink) for ink in (255, 0, 0, 64)])
    found = pixels(read(tmp_path, encoded(inks, "JPEG", quality=95)))
    assert np.abs(found - (0, 191, 191)).max() < 8


def test_grey_palettes_and_bits_become_rgb(tmp_path: Path) -> None:
    assert pixels(read(tmp_path, encoded(Image.new("L", (90, 80), 77)))).tolist()[0][0] == [77, 77, 77]
    assert pixels(read(tmp_path, encoded(halves().convert("P", palette=Image.Palette.ADAPTIVE)))).shape == (
        80,
        120,
        3,
    )
    assert pixels(read(tmp_path, encoded(Image.new("1", (90, 80), 1)))).min() == 255


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (100, 80), (10, 20, 30, 0))
    clear.paste((200, 30, 40, 255), (0, 0, 50, 80))
    for content in (encoded(clear), encoded(clear, "WEBP", lossless=True)):
        found = pixels(read(tmp_path, content))
        assert found[40, 90].tolist() == [255, 255, 255]
        assert found[40, 10].tolist() == [200, 30, 40]
    half = Image.new("LA", (100, 80), (0, 128))
    assert np.abs(pixels(read(tmp_path, encoded(half))) - 127).max() <= 1


def test_a_transparent_colour_of_a_palette_is_white(tmp_path: Path) -> None:
    picture = halves().convert("P", palette=Image.Palette.ADAPTIVE, colors=2)
    blue = picture.getpixel((60, 70))
    found = pixels(read(tmp_path, encoded(picture, transparency=blue)))
    assert found[70, 60].tolist() == [255, 255, 255]
    assert np.abs(found[10, 60] - RED).max() < 12


@pytest.mark.parametrize(("mode", "colour"), [("RGB", (55, 55, 55)), ("RGBA", (55, 55, 55, 255))])
def test_colours_of_a_profile_become_srgb(tmp_path: Path, mode: str, colour: tuple[int, ...]) -> None:
    content = encoded(Image.new(mode, (80, 80), colour), icc_profile=pictures.linear_profile())
    # 55 of 255 as light is 0.2157, which sRGB (IEC 61966-2-1) writes as 1.055 x^(1/2.4) - 0.055: 128.
    assert np.abs(pixels(read(tmp_path, content)) - 128).max() <= 1


def test_a_profile_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    photo = read(tmp_path, encoded(halves(), icc_profile=b"this is no profile" * 20))
    assert len(photo.warnings) == 1
    assert "colour profile" in photo.warnings[0]
    assert pixels(photo)[10, 10].tolist() == list(RED)


JPEG = encoded(halves(), "JPEG", quality=95)
WEBP = encoded(halves(), "WEBP", quality=95)


@pytest.mark.parametrize(
    ("content", "params", "code"),
    [
        (b"", {}, "empty_photo"),
        (b"These are words.", {}, "not_a_photo"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), {}, "heic_photo"),
        (encoded(halves(), "GIF"), {}, "not_a_photo"),
        (encoded(halves(), "TIFF"), {}, "not_a_photo"),
        (encoded(halves(), "BMP"), {}, "not_a_photo"),
        (JPEG[:10], {}, "damaged_photo"),
        (JPEG[: len(JPEG) // 2], {}, "damaged_photo"),
        (encoded(halves())[:-60], {}, "damaged_photo"),
        (WEBP[: len(WEBP) // 2], {}, "damaged_photo"),
        (pictures.animated("PNG"), {}, "animated_photo"),
        (pictures.animated("WEBP"), {}, "animated_photo"),
        (JPEG, {"max_bytes": len(JPEG) - 1}, "photo_too_large"),
        (encoded(halves(300, 100)), {"max_source_side_px": 299}, "too_many_pixels"),
        (pictures.bomb(), {}, "too_many_pixels"),
        (encoded(halves(200, 63)), {}, "photo_too_small"),
    ],
    ids=[
        "0 bytes", "words", "HEIC", "GIF", "TIFF", "BMP", "JPEG's head", "half a JPEG", "cut PNG", "cut WebP",
        "animated PNG", "animated WebP", "many bytes", "many pixels", "bomb", "small",
    ],
)  # fmt: skip
def test_each_bad_photo_has_its_own_answer(
    tmp_path: Path, content: bytes, params: dict[str, int], code: str
) -> None:
    assert refusal(tmp_path, content, **params).stable_code == code


def test_forty_megapixels_are_no_reason_to_refuse(tmp_path: Path) -> None:
    photo = read(tmp_path, encoded(halves(7680, 5200), "JPEG", quality=50))
    assert (photo.picture.size, photo.source_width_px) == ((2048, 1387), 7680)


@given(st.binary(max_size=400), st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 2000))
def test_spoilt_bytes_are_refused_or_read_but_break_nothing(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, kind: str, place: int
) -> None:
    whole = encoded(halves(), kind)
    folder = tmp_path_factory.mktemp("spoilt")
    spoilt = whole[: place % len(whole)] + noise + whole[place % len(whole) + len(noise) :]
    with suppress(StageError):
        assert read(folder, spoilt).picture.mode == "RGB"
