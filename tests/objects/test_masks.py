"""Masks as PNG files: read as another program writes them, checked, and written as one kind."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from diorama.errors import Refused
from diorama.objects.masks import SIGNATURE, Mask, coverage_of, read_mask, write_mask

Picture = NDArray[np.uint8]
FILTERS = {
    "none": cv2.IMWRITE_PNG_FILTER_NONE,
    "sub": cv2.IMWRITE_PNG_FILTER_SUB,
    "up": cv2.IMWRITE_PNG_FILTER_UP,
    "average": cv2.IMWRITE_PNG_FILTER_AVG,
    "paeth": cv2.IMWRITE_PNG_FILTER_PAETH,
}
pictures = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 12), st.integers(1, 40)),
    elements=st.sampled_from([0, 0, 0, 255, 255, 1, 128, 200]),
)


def png_of(picture: Picture, *options: int) -> bytes:
    """As OpenCV writes it."""
    written, content = cv2.imencode(".png", picture, list(options))
    assert written
    return content.tobytes()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(head: tuple[int, ...], body: bytes, palette: bytes = b"") -> bytes:
    """A file of any kind: width, height, bits, colour, interlaced; the filtered rows."""
    width, height, bits, colour, interlaced = head
    ihdr = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    plte = chunk(b"PLTE", palette) if palette else b""
    return SIGNATURE + chunk(b"IHDR", ihdr) + plte + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def code_of(png: bytes, photo: tuple[int, int] | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        read_mask(png, photo)
    return refusal.value.stable_code


@pytest.mark.parametrize("name", FILTERS)
@given(picture=pictures)
def test_every_filter_is_undone(name: str, picture: Picture) -> None:
    mask = read_mask(png_of(picture, cv2.IMWRITE_PNG_FILTER, FILTERS[name]), None)
    assert (mask.width_px, mask.height_px) == picture.shape[::-1]
    assert mask.pixels == picture.tobytes()


@given(picture=pictures)
def test_what_is_written_is_read_by_another_program(picture: Picture) -> None:
    content = write_mask(Mask(picture.shape[1], picture.shape[0], picture.tobytes()))
    read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert read is not None
    assert read.dtype == np.uint8
    assert np.array_equal(read, picture)
    assert read_mask(content, picture.shape[::-1]).pixels == picture.tobytes()


@given(picture=arrays.arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 40))))
def test_a_mask_of_one_bit_is_the_same_mask(picture: NDArray[np.bool_]) -> None:
    content = png_of(np.asarray(picture * 255, np.uint8), cv2.IMWRITE_PNG_BILEVEL, 1)
    assert read_mask(content, None).pixels == np.asarray(picture * 255, np.uint8).tobytes()


@pytest.mark.parametrize(("bits", "row", "greys"), [(2, 0b00011011, [0, 85, 170, 255]), (4, 0x0F, [0, 255])])
def test_a_few_bits_a_pixel_are_spread_to_eight(bits: int, row: int, greys: list[int]) -> None:
    content = png((len(greys), 1, bits, 0, 0), bytes([0, row]))
    assert list(read_mask(content, None).pixels) == greys


def test_a_palettes_colours_count_by_how_light_they_are() -> None:
    palette = bytes([0, 0, 0, 255, 255, 255, 255, 0, 0])
    content = png((4, 1, 2, 3, 0), bytes([0, 0b00011011]), palette)
    assert list(read_mask(content, None).pixels) == [0, 255, 85, 0]


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4), np.uint16),
    ],
    ids=["colour", "transparent", "16 bits"],
)
def test_other_kinds_are_refused_with_what_to_send(picture: Picture) -> None:
    with pytest.raises(Refused, match="another kind") as refusal:
        read_mask(png_of(picture), None)
    assert "grey, 8 bits" in refusal.value.advice


def test_an_interlaced_mask_is_refused() -> None:
    assert code_of(png((1, 1, 8, 0, 1), b"\0\0")) == "wrong_kind_of_mask"


def test_a_mask_of_another_size_is_refused_before_any_pixel_is_read() -> None:
    assert code_of(png((2**31 - 1, 2**31 - 1, 8, 0, 0), b""), (40, 30)) == "wrong_size_of_mask"
    assert code_of(png((2**31 - 1, 2**31 - 1, 8, 0, 0), b"")) == "wrong_size_of_mask"
    assert code_of(png((0, 0, 8, 0, 0), b"")) == "wrong_size_of_mask"


def test_a_file_that_would_grow_beyond_its_head_is_refused() -> None:
    assert code_of(png((4, 4, 8, 0, 0), bytes(10**6))) == "damaged_mask"


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read_and_nothing_else(content: bytes) -> None:
    with pytest.raises(Refused):
        read_mask(SIGNATURE + content, None)
    assert code_of(content) in ("not_a_mask", "damaged_mask")


@given(st.data())
def test_a_damaged_file_is_refused(data: st.DataObject) -> None:
    whole = write_mask(Mask(8, 8, bytes(64)))
    at = data.draw(st.integers(len(SIGNATURE), len(whole) - 1))
    damaged = whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]
    with pytest.raises(Refused):
        read_mask(damaged, (8, 8))
    with pytest.raises(Refused):
        read_mask(whole[:at], (8, 8))


def test_a_filter_that_there_is_not_and_a_palette_that_is_missing_are_damage() -> None:
    assert code_of(png((1, 1, 8, 0, 0), b"\x05\0")) == "damaged_mask"
    assert code_of(png((1, 1, 8, 3, 0), b"\0\0")) == "damaged_mask"


def test_how_much_is_covered_is_counted_from_half_on() -> None:
    assert coverage_of(Mask(20, 10, bytes([127]) * 100 + bytes([128]) * 100)) == 0.5


@pytest.mark.parametrize(("value", "code"), [(0, "empty_mask"), (255, "full_mask")])
def test_a_mask_of_nothing_and_one_of_everything_are_refused(value: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        coverage_of(Mask(40, 30, bytes([value]) * 1200))
    assert refusal.value.stable_code == code
    assert refusal.value.advice
