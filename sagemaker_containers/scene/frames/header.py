"""What the boxes of an MP4, MOV or AVI say, read without FFmpeg: for files it must not or can't open."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from frames.sources import VideoSource

AVI_SIZE_AT = 64
"""RIFF, LIST hdrl and avih have fixed lengths, so that the picture's size has a fixed place."""
MAX_BOXES = 10_000
TRACK_HEADER_BYTES = 104


@dataclass(frozen=True)
class Box:
    """A box of an MP4 or MOV: its kind, and where its content starts and ends in the file."""

    kind: bytes
    start: int
    end: int


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two places of a file; stops at the first that makes no sense."""
    position = start
    for _ in range(MAX_BOXES):
        if position + 8 > end:
            return
        file.seek(position)
        header = file.read(16)
        length, content = int.from_bytes(header[:4], "big"), position + 8
        if length == 1:
            length, content = int.from_bytes(header[8:16], "big"), position + 16
        elif length == 0:
            length = end - position
        if length < content - position:
            return
        yield Box(header[4:8], content, position + length)
        position += length


def has_index(path: Path) -> bool:
    """Whether an MP4 or MOV has its `moov` box, whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        return any(box.kind == b"moov" and box.end <= size for box in boxes(file, 0, size))


def declared_size(source: VideoSource) -> tuple[int, int]:
    """Width and height in pixels of the largest picture that the header declares; zeros if it says none."""
    with source.path.open("rb") as file:
        if source.container == "avi":
            file.seek(AVI_SIZE_AT)
            width, height = (int.from_bytes(file.read(4), "little") for _ in range(2))
            return width, height
        sizes = [_track_size(file, track) for track in _tracks(file, source.path.stat().st_size)]
    return max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))


def _tracks(file: BinaryIO, size: int) -> list[Box]:
    movies = [box for box in boxes(file, 0, size) if box.kind == b"moov"]
    return [
        header
        for movie in movies
        for track in boxes(file, movie.start, min(movie.end, size))
        if track.kind == b"trak"
        for header in boxes(file, track.start, min(track.end, size))
        if header.kind == b"tkhd"
    ]


def _track_size(file: BinaryIO, header: Box) -> tuple[int, int]:
    """The last eight bytes of a track's header, in 16.16 fixed point."""
    if header.end - header.start > TRACK_HEADER_BYTES:
        return 0, 0
    file.seek(header.end - 8)
    width, height = (int.from_bytes(file.read(4), "big") >> 16 for _ in range(2))
    return width, height
