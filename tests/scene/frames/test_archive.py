"""Zips made to harm are refused before anything of them is read; harmless ones give their photos."""

import stat
import zipfile
from pathlib import Path

import cv2
import pytest

from diorama.errors import StageError
from diorama.tours.stages import SampleFramesParams
from frames.archive import zip_photos
from frames.photos import Photo
from tests.scene.films import pattern

PARAMS = SampleFramesParams(min_height_px=100)
JPEG = cv2.imencode(".jpg", pattern())[1].tobytes()


def packed(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], deflate: bool = False) -> Path:
    method = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def photos(path: Path, params: SampleFramesParams = PARAMS) -> list[Photo]:
    return list(zip_photos(path, params))


def code(path: Path, params: SampleFramesParams = PARAMS) -> str:
    with pytest.raises(StageError) as caught:
        photos(path, params)
    return caught.value.stable_code


def test_photos_come_in_natural_order_and_litter_is_passed_over(tmp_path: Path) -> None:
    names = ("b/10.jpg", "b/9.jpg", "__MACOSX/b/._9.jpg", ".DS_Store", "notes.txt")
    found = photos(packed(tmp_path / "a.zip", *((name, JPEG) for name in names)))
    assert [photo.name for photo in found] == ["b/9.jpg", "b/10.jpg"]
    assert found[0].picture is not None
    assert found[0].picture.shape == (240, 320, 3)


@pytest.mark.parametrize(
    "name",
    ["../evil.jpg", "a/../../evil.jpg", "/etc/evil.jpg", "..\\evil.jpg", "C:\\evil.jpg", "C:/evil.jpg"],
)
def test_an_entry_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    assert code(packed(tmp_path / "a.zip", ("1.jpg", JPEG), (name, JPEG))) == "zip_unsafe"
    assert [path.name for path in tmp_path.rglob("*")] == ["a.zip"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("1.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert code(packed(tmp_path / "a.zip", (link, b"/etc/passwd"))) == "zip_unsafe"


def test_a_file_that_grows_too_much_is_refused(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.zip", ("1.png", bytes(40_000_000)), deflate=True)
    assert code(bomb) == "zip_bomb"


def test_too_many_bytes_in_all_are_refused(tmp_path: Path) -> None:
    params = PARAMS.model_copy(update={"max_unzipped_bytes": 2 * len(JPEG)})
    fine = packed(tmp_path / "a.zip", ("1.jpg", JPEG), ("2.jpg", JPEG))
    assert len(photos(fine, params)) == 2
    assert code(packed(tmp_path / "b.zip", *((f"{i}.jpg", JPEG) for i in range(3))), params) == "zip_bomb"


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    params = PARAMS.model_copy(update={"max_photos": 3})
    assert (
        code(packed(tmp_path / "a.zip", *((f"{i}.jpg", JPEG) for i in range(4))), params) == "too_many_photos"
    )


def test_an_entry_that_holds_more_than_it_declares_is_not_read_on(tmp_path: Path) -> None:
    """Both headers of the entry claim a tenth of what it unpacks to."""
    path = packed(tmp_path / "a.zip", ("1.jpg", JPEG), ("2.jpg", bytes(900_000)), deflate=True)
    content = path.read_bytes()
    path.write_bytes(content.replace((900_000).to_bytes(4, "little"), (90_000).to_bytes(4, "little")))
    found = photos(path)
    assert [photo.picture is None for photo in found] == [False, True]


def test_a_damaged_photo_counts_as_unreadable(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("1.jpg", JPEG), ("2.jpg", b"no photo"))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"no photo", b"NO PHOTO", 1))
    assert [photo.picture is None for photo in photos(path)] == [False, True]


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("1.jpg", JPEG))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert code(path) == "zip_encrypted"


def test_a_zip_without_photos_is_refused(tmp_path: Path) -> None:
    assert code(packed(tmp_path / "a.zip", ("film.mp4", b"x"))) == "zip_without_photos"


def test_half_a_zip_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("1.jpg", JPEG), ("2.jpg", JPEG))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert code(path) == "zip_unreadable"
