"""Which files are taken, and in which parts."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.errors import Refused
from diorama.library import rules
from diorama.library.models import NewUpload

GIB = 1024**3
FIVE_TB = 5 * 10**12


@given(st.integers(1, FIVE_TB))
def test_parts_make_up_the_file_and_keep_within_what_s3_takes(size: int) -> None:
    sizes = rules.part_sizes(size)
    assert sum(sizes) == size
    assert len(sizes) <= 10_000
    assert all(part == rules.part_size_of(size) for part in sizes[:-1])
    assert 8 * 2**20 <= rules.part_size_of(size) <= 5 * GIB


@given(st.integers(1, FIVE_TB), st.integers(1, FIVE_TB))
def test_a_larger_file_never_has_smaller_parts(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert rules.part_size_of(small) <= rules.part_size_of(large)


def test_parts_are_small_for_small_files_and_comfortable_for_ten_gigabytes() -> None:
    assert rules.part_size_of(1) == 8 * 2**20
    assert rules.part_size_of(GIB) == 8 * 2**20
    assert rules.part_size_of(10 * 10**9) == 64 * 2**20
    assert len(rules.part_sizes(10 * 10**9)) == 150


def test_the_content_id_is_the_digest_of_the_parts_digests() -> None:
    digests = [hashlib.sha256(part).digest() for part in (b"one", b"two")]
    assert rules.composite_checksum(digests) == hashlib.sha256(b"".join(digests)).hexdigest() + "-2"


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (b"\x00\x00\x00\x20ftypisom\x00\x00", "iso_video"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00", "iso_video"),
        (b"\x00\x00\x00\x08wide\x00\x01\x02\x03mdat", "iso_video"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", None),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"PK\x05\x06" + bytes(18), None),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "png"),
        (b"ID3\x04\x00\x00", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\xff\xd9\x90\x64", None),
        (b"This is text, whatever its name says", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, family: str | None) -> None:
    assert rules.family_of(head) == family


@given(st.binary(max_size=64))
def test_any_first_bytes_are_looked_at_without_harm(head: bytes) -> None:
    assert rules.family_of(head) in {None, *rules.FAMILIES.values()}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "text/plain"}, "wrong_type"),
        ({"size": 0}, "empty_file"),
        ({"size": -1}, "empty_file"),
        ({"size": 1001}, "too_large"),
        ({"checksum": "0" * 64 + "-2"}, "wrong_checksum"),
    ],
)
def test_what_is_not_taken_is_refused_before_any_byte_moves(change: dict[str, object], code: str) -> None:
    wanted = NewUpload.model_validate({"name": "a.mp4", "size": 1000, "type": "video/mp4", **change})
    with pytest.raises(Refused) as refusal:
        rules.check_wanted(wanted, limit_bytes=1000)
    assert refusal.value.stable_code == code
    assert refusal.value.advice
