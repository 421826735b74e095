"""A folder of photos becomes one file, the same for the same photos."""

import os
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from diorama.errors import BadRequest
from local.photos import pack, photos_in


def folder_of(path: Path, *names: str) -> Path:
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(f"picture {name}".encode())
    return path


def test_the_same_photos_are_the_same_bytes_whenever_and_in_whatever_order_they_came(tmp_path: Path) -> None:
    one = folder_of(tmp_path / "one", "b.JPG", "a.jpeg", "more/c.png", "d.webp")
    other = folder_of(tmp_path / "other", "d.webp", "more/c.png", "a.jpeg", "b.JPG")
    os.utime(other / "a.jpeg", (1, 1))
    (other / "b.JPG").chmod(0o600)
    for folder in (one, other):
        pack(folder, folder.with_suffix(".zip"))
    assert one.with_suffix(".zip").read_bytes() == other.with_suffix(".zip").read_bytes()


def test_photos_are_stored_as_they_are_and_nothing_else(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", "a.jpg", "notes.txt", ".hidden.jpg", ".cache/b.jpg", "sub/c.jpg")
    pack(folder, tmp_path / "out.zip")
    with ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["a.jpg", "sub/c.jpg"]
        assert all(entry.compress_type == ZIP_STORED for entry in archive.infolist())
        assert archive.read("sub/c.jpg") == b"picture sub/c.jpg"


def test_a_folder_without_photos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no photos"):
        photos_in(folder_of(tmp_path, "notes.txt"))
