"""Names of files may hold anything; keys may not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.library import keys


@given(st.text(max_size=300))
def test_any_name_becomes_one_plain_segment(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", keys.safe_name(name))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("My walk (1).MP4", "My-walk-1-.MP4"),
        ("../../etc/passwd", "passwd"),
        (r"C:\films\walk.mov", "walk.mov"),
        (".hidden", "hidden"),
        ("居間.mp4", "mp4"),
        ("", "file"),
        ("x" * 200 + ".mp4", "x" * 96 + ".mp4"),
    ],
)
def test_a_name_keeps_what_is_harmless(name: str, safe: str) -> None:
    assert keys.safe_name(name) == safe


def test_an_upload_lies_under_its_project() -> None:
    assert keys.raw_uri("media", "p1", "u1", 1, "walk.mp4") == "s3://media/raw/p1/u1/1/walk.mp4"
