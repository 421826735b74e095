"""Masks as they are sent: PNG files, read without an imaging library, and kept as one kind of PNG.

PNG: ISO/IEC 15948. Taken is what masks are written as: grey or palette, 1 to 8 bits, not interlaced. A mask's pixel
belongs to the object from 128 on.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from diorama.errors import Refused
from diorama.objects.stages import EmbedPhotoParams

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_SIDE_PX = EmbedPhotoParams.model_fields["max_side_px"].default
"""Of a mask that is sent before the photo's size is known."""
LEAST_PX = 16
"""An object of fewer pixels is a slip of the hand."""
MOST_COVERED = 0.995
_GREY, _PALETTE = 0, 3
_NOT_ZERO = re.compile(rb"[^\0]")
_IS_OBJECT = bytes(value >= 128 for value in range(256))
_AS_GREY = "Send it as a PNG of grey, 8 bits a pixel: 255 is the object, 0 is not."

Size = tuple[int, int]


class Mask(NamedTuple):
    """Grey values row by row; 255 is the object."""

    width_px: int
    height_px: int
    pixels: bytes


class _Head(NamedTuple):
    width_px: int
    height_px: int
    bits: int
    colour: int
    interlaced: int

    @property
    def row_bytes(self) -> int:
        return (self.width_px * self.bits + 7) // 8


def read_mask(png: bytes, photo: Size | None) -> Mask:
    """The mask in a PNG file, which must be as large as the photo, where that is known.

    Raises `Refused`: not a PNG, damaged, of another kind, of another size. The size is looked at before any pixel.
    """
    chunks = dict[bytes, bytes]()
    for kind, content in _chunks(png):
        chunks[kind] = chunks.get(kind, b"") + content
    if len(chunks.get(b"IHDR", b"")) != 13:
        raise _damaged()
    width_px, height_px, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    head = _Head(width_px, height_px, bits, colour, interlaced)
    _check_kind(head)
    _check_size(head, photo)
    rows = _unfiltered(head, _inflated(head, chunks.get(b"IDAT", b"")))
    values = _values(head, chunks.get(b"PLTE", b""))
    return Mask(width_px, height_px, b"".join(_unpacked(head, row, values) for row in rows))


def coverage_of(mask: Mask) -> float:
    """Which share of the photo is the object. Raises `Refused` for a mask that is empty, or everything."""
    covered = mask.pixels.translate(_IS_OBJECT).count(1)
    if covered < LEAST_PX:
        raise Refused(
            "The mask is empty: nothing is cut out.", "Click on the object, or paint over it.", "empty_mask"
        )
    share = covered / len(mask.pixels)
    if share > MOST_COVERED:
        raise Refused(
            "The mask is the whole photo: nothing is left out.",
            "Take away what does not belong to the object.",
            "full_mask",
        )
    return share


def write_mask(mask: Mask) -> bytes:
    """The mask as a PNG of grey with 8 bits: the same pixels are always the same file."""
    width = mask.width_px
    rows = (mask.pixels[at : at + width] for at in range(0, len(mask.pixels), width))
    head = struct.pack(">IIBBBBB", width, mask.height_px, 8, _GREY, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(SIGNATURE):
        raise Refused("The mask is no PNG file.", _AS_GREY, "not_a_mask")
    at = len(SIGNATURE)
    while at + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        checksum = png[at + 8 + length : at + 12 + length]
        if checksum != struct.pack(">I", zlib.crc32(kind + content)):
            raise _damaged()
        if kind == b"IEND":
            return
        yield kind, content
        at += 12 + length
    raise _damaged()


def _check_kind(head: _Head) -> None:
    if head.colour not in (_GREY, _PALETTE) or head.bits not in (1, 2, 4, 8) or head.interlaced:
        raise Refused("The mask is a PNG of another kind than is taken.", _AS_GREY, "wrong_kind_of_mask")


def _check_size(head: _Head, photo: Size | None) -> None:
    if photo is not None and (head.width_px, head.height_px) != photo:
        raise Refused(
            f"The mask is {head.width_px} x {head.height_px} pixels; the photo is {photo[0]} x {photo[1]}.",
            "Make it as large as photo.jpg of the session's view.",
            "wrong_size_of_mask",
        )
    if not (1 <= head.width_px <= MOST_SIDE_PX and 1 <= head.height_px <= MOST_SIDE_PX) and photo is None:
        raise Refused(
            f"The mask is {head.width_px} x {head.height_px} pixels; a side has at most {MOST_SIDE_PX}.",
            "Make it as large as photo.jpg of the session's view.",
            "wrong_size_of_mask",
        )


def _inflated(head: _Head, body: bytes) -> bytes:
    """The filtered rows, each after its filter's number; never more than the head says."""
    expected = head.height_px * (1 + head.row_bytes)
    try:
        found = zlib.decompressobj().decompress(body, expected + 1)
    except zlib.error:
        raise _damaged() from None
    if len(found) != expected:
        raise _damaged()
    return found


# --- filters: section 9 of the standard; a filter's unit is one byte here -----------------------------------------


def _unfiltered(head: _Head, data: bytes) -> Iterator[bytes]:
    size = head.row_bytes
    filters = (lambda row, _: row, _sub_of(size), _up_of(size), _average, _paeth)
    above = bytes(size)
    for at in range(0, len(data), 1 + size):
        if data[at] >= len(filters):
            raise _damaged()
        above = filters[data[at]](data[at + 1 : at + 1 + size], above)
        yield above


Filter = Callable[[bytes, bytes], bytes]


def _adding(size: int) -> Callable[[int, int], int]:
    """Adds bytes to bytes, each modulo 256: as two whole numbers, so that it takes no loop."""
    low = int.from_bytes(b"\x7f" * size, "little")
    high = int.from_bytes(b"\x80" * size, "little")
    return lambda one, other: ((one & low) + (other & low)) ^ ((one ^ other) & high)


def _up_of(size: int) -> Filter:
    add = _adding(size)

    def up(row: bytes, above: bytes) -> bytes:
        total = add(int.from_bytes(row, "little"), int.from_bytes(above, "little"))
        return total.to_bytes(size, "little")

    return up


def _sub_of(size: int) -> Filter:
    add, whole = _adding(size), (1 << (8 * size)) - 1

    def sub(row: bytes, _: bytes) -> bytes:
        """Running sums: each step adds what lies twice as far to the left."""
        total, step = int.from_bytes(row, "little"), 1
        while step < size:
            total = add(total, (total << (8 * step)) & whole)
            step *= 2
        return total.to_bytes(size, "little")

    return sub


def _average(row: bytes, above: bytes) -> bytes:
    if not any(row) and not any(above):
        return row
    found, left = bytearray(row), 0
    for at, value in enumerate(row):
        left = found[at] = (value + (left + above[at]) // 2) & 255
    return bytes(found)


def _paeth(row: bytes, above: bytes) -> bytes:
    """Where a row has been like the one above and nothing differs, it goes on like that one: copied at once."""
    found, at = bytearray(above), 0
    while (start := _NOT_ZERO.search(row, at)) is not None:
        at = start.start()
        while True:
            left, corner = (found[at - 1], above[at - 1]) if at else (0, 0)
            found[at] = (row[at] + _predicted(left, above[at], corner)) & 255
            at += 1
            if at == len(row):
                return bytes(found)
            if found[at - 1] == above[at - 1]:
                break
    return bytes(found)


def _predicted(left: int, above: int, corner: int) -> int:
    to_left, to_above = abs(above - corner), abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


# --- pixels -------------------------------------------------------------------------------------------------------


def _values(head: _Head, palette: bytes) -> bytes:
    """The grey of each value that a pixel may have; of a palette's colours, their mean."""
    count = 2**head.bits
    if head.colour == _GREY:
        return bytes(value * 255 // (count - 1) for value in range(count))
    if not palette or len(palette) % 3:
        raise _damaged()
    greys = bytes(sum(palette[at : at + 3]) // 3 for at in range(0, len(palette), 3))
    return greys[:count].ljust(count, b"\0")


def _unpacked(head: _Head, row: bytes, values: bytes) -> bytes:
    if head.bits == 8:
        return row.translate(values)
    per_byte = 8 // head.bits
    table = _bytes_of(head.bits)
    spread = b"".join(table[value * per_byte : (value + 1) * per_byte] for value in row)
    return spread[: head.width_px].translate(values.ljust(256, b"\0"))


def _bytes_of(bits: int) -> bytes:
    """For each value of a byte the numbers that are packed in it, the leftmost pixel first."""
    shifts = range(8 - bits, -1, -bits)
    return bytes((value >> shift) & (2**bits - 1) for value in range(256) for shift in shifts)


def _damaged() -> Refused:
    return Refused("The mask's PNG file is damaged.", "Send it again.", "damaged_mask")
