"""What is in a media file, from a few reads of its headers: length, frames, size of the picture, photos of a ZIP.

MP4 and MOV: ISO/IEC 14496-12; AVI: Microsoft's RIFF; ZIP: APPNOTE 6.3; sizes of photos from JPEG's frame header
(ISO/IEC 10918-1), PNG's IHDR and WebP's first chunk (RFC 9649). What can't be read is left
out: whoever needs it decodes the file anyway.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pydantic import Field

from diorama.errors import DioramaError
from diorama.library.models import Upload
from diorama.library.rules import FAMILIES, Family
from diorama.platform import Platform
from diorama.stage import Contract

Read = Callable[[int, int], bytes]
"""`read(start, length)`: up to so many bytes of the file."""

LARGEST_INDEX = 32 * 2**20
MOST_BOXES = 1000
PHOTO_HEAD = 256 * 1024
PHOTOS = (".jpg", ".jpeg", ".png", ".webp")


class Found(Contract):
    """What is in a file, as far as its headers tell."""

    duration_s: float | None = Field(None, ge=0, le=1e6)
    frames: int | None = Field(None, ge=0, le=10**8)
    width_px: int | None = Field(None, ge=0, le=100_000)
    height_px: int | None = Field(None, ge=0, le=100_000)
    photos: int | None = Field(None, ge=0, le=10**6, description="Photos in a ZIP file")


def probe(platform: Platform, upload: Upload) -> Found:
    """What is in an upload that has arrived."""
    family = FAMILIES.get(upload.type)
    if family is None:
        return Found()
    return found_in(family, upload.size, lambda at, length: platform.store.get(upload.uri, at, length))


def found_in(family: Family, size: int, read: Read) -> Found:
    """What is in a file of so many bytes; nothing where it is not what it says it is."""
    readers: dict[Family, Callable[[int, Read], Found]] = {
        "iso_video": _iso_video,
        "avi": _avi,
        "zip": _zip,
        "jpeg": _photo,
        "png": _photo,
        "webp": _photo,
    }
    try:
        return readers[family](size, read)
    except (struct.error, ValueError, IndexError, KeyError, zlib.error, DioramaError):
        return Found()


# --- MP4 and MOV ----------------------------------------------------------------------------------


class Box(NamedTuple):
    """A box: its kind and where its content lies."""

    kind: bytes
    start: int
    end: int


def _boxes(read: Read, start: int, end: int) -> Iterator[Box]:
    for _ in range(MOST_BOXES):
        if end - start < 8:
            return
        head = read(start, 16)
        size, kind = struct.unpack(">I4s", head[:8])
        begin = start + 8
        if size == 1:
            size, begin = struct.unpack(">Q", head[8:16])[0], start + 16
        stop = end if size == 0 else min(end, start + size)
        if stop < begin:
            return
        yield Box(kind, begin, stop)
        start = stop


def _iso_video(size: int, read: Read) -> Found:
    moov = next((box for box in _boxes(read, 0, size) if box.kind == b"moov"), None)
    if moov is None or moov.end - moov.start > LARGEST_INDEX:
        return Found()
    index = read(moov.start, moov.end - moov.start)
    inside = _reader(index)
    for track in (box for box in _boxes(inside, 0, len(index)) if box.kind == b"trak"):
        boxes: dict[bytes, Box] = {}
        for kind, box in _nested(inside, track):
            boxes.setdefault(kind, box)  # QuickTime has a second handler further in
        handler = boxes[b"hdlr"]
        if index[handler.start + 8 : handler.start + 12] == b"vide":
            return _track(index, boxes)
    return Found()


def _reader(content: bytes) -> Read:
    return lambda start, length: content[start : start + length]


def _nested(read: Read, box: Box) -> Iterator[tuple[bytes, Box]]:
    for inner in _boxes(read, box.start, box.end):
        if inner.kind in (b"mdia", b"minf", b"stbl"):
            yield from _nested(read, inner)
        else:
            yield inner.kind, inner


def _track(index: bytes, boxes: dict[bytes, Box]) -> Found:
    at = boxes[b"mdhd"].start
    long = index[at] == 1
    scale, length = struct.unpack_from(">IQ" if long else ">II", index, at + (20 if long else 12))
    end = boxes[b"tkhd"].end
    width, height = (value >> 16 for value in struct.unpack_from(">II", index, end - 8))
    at = boxes[b"stts"].start
    [entries] = struct.unpack_from(">I", index, at + 4)
    counts = struct.unpack_from(f">{2 * min(entries, LARGEST_INDEX // 8)}I", index, at + 8)[::2]
    frames = sum(counts) or None
    return Found(
        duration_s=length / scale if scale and length else None,
        frames=frames,
        width_px=width or None,
        height_px=height or None,
    )


# --- AVI ------------------------------------------------------------------------------------------


def _avi(_size: int, read: Read) -> Found:
    head = read(0, 4096)
    at = head.index(b"avih") + 8
    frame_us, _, _, _, frames, *_ = struct.unpack_from("<6I", head, at)
    width, height = struct.unpack_from("<2I", head, at + 32)
    return Found(duration_s=frame_us * frames / 1e6, frames=frames, width_px=width, height_px=height)


# --- ZIP files of photos --------------------------------------------------------------------------


def _zip(size: int, read: Read) -> Found:
    tail = read(max(0, size - 65_557), 65_557)
    end = tail.rindex(b"PK\x05\x06")
    length, start = struct.unpack_from("<II", tail, end + 12)
    if length > LARGEST_INDEX:
        return Found()
    photos = list(_photos(read(start, length)))
    if not photos:
        return Found(photos=0)
    found = _first_photo(read, photos[0])
    return found.model_copy(update={"photos": len(photos)})


def _photos(directory: bytes) -> Iterator[int]:
    """Where the local header of each photo is."""
    at = 0
    while directory[at : at + 4] == b"PK\x01\x02":
        name_length, extra, comment = struct.unpack_from("<3H", directory, at + 28)
        [offset] = struct.unpack_from("<I", directory, at + 42)
        name = directory[at + 46 : at + 46 + name_length].decode("utf-8", "replace").lower()
        if name.endswith(PHOTOS) and not name.startswith("__macosx/"):
            yield offset
        at += 46 + name_length + extra + comment


def _first_photo(read: Read, offset: int) -> Found:
    head = read(offset, 30)
    [method] = struct.unpack_from("<H", head, 8)
    name_length, extra = struct.unpack_from("<2H", head, 26)
    content = read(offset + 30 + name_length + extra, PHOTO_HEAD)
    if method == 8:
        content = zlib.decompressobj(-15).decompress(content, PHOTO_HEAD)
    return _photo(len(content), _reader(content))


def _photo(_size: int, read: Read) -> Found:
    content = read(0, PHOTO_HEAD)
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = struct.unpack_from(">II", content, 16)
        return Found(width_px=width, height_px=height, photos=1)
    width, height = _webp_size(content) if content[:4] == b"RIFF" else _jpeg_size(content)
    return Found(width_px=width, height_px=height, photos=1)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack_from(">H", content, at + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length
    raise ValueError("no frame header")


def _webp_size(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8X":  # an extended file: 24 bits each, less one
        return (
            1 + int.from_bytes(content[24:27], "little"),
            1 + int.from_bytes(content[27:30], "little"),
        )
    if kind == b"VP8L":  # lossless: 14 bits each, less one, after a byte of signature
        [bits] = struct.unpack_from("<I", content, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", content, 26)  # lossy: after the frame's tag and start code
    return width & 0x3FFF, height & 0x3FFF
