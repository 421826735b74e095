"""Reading photos out of a zip that a stranger made. Nothing is ever unpacked to disk."""

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from diorama.errors import StageError
from diorama.tours.stages import SampleFramesParams
from frames.photos import Photo, natural_order, read_photo_bytes
from frames.sources import PHOTO_SUFFIXES, is_litter

RATIO_FREE_BYTES = 1 << 20
"""Small entries may pack well; a ratio says something only above this size."""
PACK_AGAIN = "Pack the photos themselves into a plain zip, without links, passwords or other zips."


def zip_photos(path: Path, params: SampleFramesParams) -> Iterator[Photo]:
    """The photos of a zip in the order of their names. Raises `StageError` before reading an unsafe one."""
    try:
        with ZipFile(path) as archive:
            entries = photo_entries(archive, params)
            yield from (_read(archive, entry, params) for entry in entries)
    except BadZipFile as error:
        raise StageError("zip_unreadable", "The zip file is damaged or incomplete.", PACK_AGAIN) from error


def photo_entries(archive: ZipFile, params: SampleFramesParams) -> list[ZipInfo]:
    """The entries that are photos. Every entry, photo or not, must pass the checks."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in entries:
        check_entry(entry, params)
    check_totals(entries, params)
    photos = [
        entry
        for entry in entries
        if PurePosixPath(entry.filename).suffix.lower() in PHOTO_SUFFIXES and not is_litter(entry.filename)
    ]
    if not photos:
        message = f"The zip holds {len(entries)} files, and none of them is a JPEG, PNG or WebP photo."
        raise StageError("zip_without_photos", message, "A video is uploaded as it is, not in a zip.")
    return sorted(photos, key=lambda entry: natural_order(entry.filename))


def check_entry(entry: ZipInfo, params: SampleFramesParams) -> None:
    """Raises `StageError` for an entry with a dangerous path, a link, a password or a bomb's ratio."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        raise _unsafe(f"an entry that points outside of it ('{entry.filename[:80]}')")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _unsafe(f"a link ('{entry.filename[:80]}')")
    if entry.flag_bits & 1:
        raise StageError("zip_encrypted", "The zip is locked with a password.", PACK_AGAIN)
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > RATIO_FREE_BYTES and ratio > params.max_zip_ratio:
        raise StageError(
            "zip_bomb",
            f"An entry of the zip grows {ratio:.0f} times when unpacked; at most {params.max_zip_ratio:g} "
            "times is accepted.",
            PACK_AGAIN,
        )


def _unsafe(what: str) -> StageError:
    return StageError("zip_unsafe", f"The zip holds {what}.", PACK_AGAIN)


def check_totals(entries: list[ZipInfo], params: SampleFramesParams) -> None:
    """Raises `StageError` for too many entries, or too many bytes once unpacked."""
    if len(entries) > params.max_photos:
        raise StageError(
            "too_many_photos",
            f"The zip holds {len(entries)} files; at most {params.max_photos} are accepted.",
            "Leave out photos that show the same as others.",
        )
    total_bytes = sum(entry.file_size for entry in entries)
    if total_bytes > params.max_unzipped_bytes:
        raise StageError(
            "zip_bomb",
            f"The zip unpacks to {total_bytes / 1e9:.1f} GB; "
            f"at most {params.max_unzipped_bytes / 1e9:.1f} GB are accepted.",
            "Export the photos at a smaller size, or leave some out.",
        )


def _read(archive: ZipFile, entry: ZipInfo, params: SampleFramesParams) -> Photo:
    """One photo. An entry that holds more than it declared, or is damaged, counts as unreadable."""
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        return Photo(entry.filename, None)
    if len(content) > entry.file_size:
        return Photo(entry.filename, None)
    return read_photo_bytes(entry.filename, content, params)
