"""Photos as people upload them, and as they should not."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

RED = (200, 30, 40)
BLUE = (20, 60, 220)


def halves(width_px: int = 120, height_px: int = 80) -> Image.Image:
    """The upper half red, the lower one blue."""
    picture = Image.new("RGB", (width_px, height_px), RED)
    picture.paste(BLUE, (0, height_px // 2, width_px, height_px))
    return picture


def encoded(picture: Image.Image, format: str = "PNG", **options: Any) -> bytes:  # noqa: A002 - Pillow's word
    content = io.BytesIO()
    picture.save(content, format, **options)
    return content.getvalue()


def turned(orientation: int) -> bytes:
    """A JPEG whose EXIF says how its pixels are to be turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "a maker"
    return encoded(halves(), "JPEG", quality=95, subsampling="4:4:4", exif=exif)


def png(header: bytes, rows: bytes) -> bytes:
    """A PNG as its header (IHDR) and rows are given, whatever they say."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    )


def sixteen_bits(values: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits a channel: grey for shape (height, width), RGB for (height, width, 3)."""
    height, width = values.shape[:2]
    colour_type = 2 if values.ndim == 3 else 0
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return png(struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0), rows)


def bomb() -> bytes:
    """A PNG of some bytes that says it has 1.6 thousand million pixels."""
    return png(struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0), b"\0" * 1000)


def animated(format: str) -> bytes:  # noqa: A002
    frames = [halves(), Image.new("RGB", (120, 80), BLUE)]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def linear_profile() -> bytes:
    """An ICC profile with sRGB's primaries whose values are light itself."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    for at in range(132, 132 + 12 * count, 12):
        name, start, _ = struct.unpack(">4sII", profile[at : at + 12])
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            profile[start : start + 12] = b"curv" + bytes(8)
    return bytes(profile)
