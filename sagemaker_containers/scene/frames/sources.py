"""What a person gave us: one video, one zip of photos, or photos. Told by content, not by name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from diorama.errors import StageError

Container = Literal["mov", "avi"]
PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
VIDEO_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".avi"})
LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
QUICKTIME_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


@dataclass(frozen=True)
class VideoSource:
    """A video; `container` is FFmpeg's name of the one demuxer that may read it."""

    path: Path
    container: Container


@dataclass(frozen=True)
class ZipSource:
    """A zip that should hold photos."""

    path: Path


@dataclass(frozen=True)
class FolderSource:
    """Photos as files, in the order of their names."""

    paths: tuple[Path, ...]


Source = VideoSource | ZipSource | FolderSource


def is_litter(name: str) -> bool:
    """Whether a file is something that an operating system left, not a person."""
    parts = name.replace("\\", "/").lower().split("/")
    return any(part.startswith(".") or part in LITTER for part in parts)


def find_source(folder: Path) -> Source:
    """The one video, the one zip, or all photos below `folder`. Raises `StageError`."""
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not is_litter(str(path.relative_to(folder)))
    )
    if not found:
        raise StageError("no_input", "There is no file to work on.", "Upload a video or some photos.")
    if len(found) == 1:
        return _single(found[0])
    photos = tuple(path for path in found if path.suffix.lower() in PHOTO_SUFFIXES)
    videos = [path for path in found if path.suffix.lower() in VIDEO_SUFFIXES]
    if videos or not photos:
        message = (
            f"There are {len(found)} files: {len(photos)} JPEG, PNG or WebP photos, {len(videos)} videos."
        )
        raise StageError("unclear_input", message, "Upload one video, one zip of photos, or photos only.")
    return FolderSource(photos)


def _single(path: Path) -> Source:
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        raise StageError(
            "empty_file", "The file is empty (0 bytes).", "Export or copy the video again, then upload it."
        )
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        return VideoSource(path, "avi")
    if start[4:8] in QUICKTIME_BOXES:
        return VideoSource(path, "mov")
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return ZipSource(path)
    if path.suffix.lower() in PHOTO_SUFFIXES:
        return FolderSource((path,))
    raise StageError(
        "not_a_video",
        f"The file '{path.name}' does not hold a video that can be read here.",
        "Upload an MP4, MOV or AVI video as the camera wrote it, or a zip of JPEG photos.",
    )
