"""Models that people put into tours: GLB files that hold all that they show.

A GLB may name files elsewhere; every visitor's browser would then tell their host who is looking. Layout as in
glTF 2.0, "GLB File Format Specification": a header of 12 bytes, then a chunk of JSON, its length and type before it.
"""

import json
import struct
from typing import Any

from diorama.errors import Refused
from diorama.library.models import Upload
from diorama.platform import Platform

HEADER_BYTES = 20
LONGEST_DOCUMENT = 8_000_000


def check_whole(platform: Platform, upload: Upload) -> None:
    """Raises `Refused` for a file that is no GLB 2.0, or names files beside it."""
    head = platform.store.get(upload.uri, 0, min(HEADER_BYTES, upload.size))
    if len(head) < HEADER_BYTES:
        raise _damaged(upload)
    magic, version, _, length, kind = struct.unpack("<4sII I4s", head)
    if magic != b"glTF" or version != 2 or kind != b"JSON" or length > LONGEST_DOCUMENT:
        raise _damaged(upload)
    document = _read(platform, upload, length)
    files = [one.get("uri", "") for held in ("buffers", "images") for one in document.get(held, [])]
    if any(uri and not str(uri).startswith("data:") for uri in files):
        raise Refused(
            f"{upload.name} shows files that are not in it.",
            "Export it as one GLB with its textures inside.",
            "model_not_whole",
        )


def _read(platform: Platform, upload: Upload, length: int) -> dict[str, Any]:
    try:
        document = json.loads(platform.store.get(upload.uri, HEADER_BYTES, length))
        held = [*document.get("buffers", []), *document.get("images", [])]
    except (ValueError, AttributeError, TypeError):
        raise _damaged(upload) from None
    if not all(isinstance(one, dict) for one in held):
        raise _damaged(upload)
    return dict(document)


def _damaged(upload: Upload) -> Refused:
    return Refused(f"{upload.name} can't be read as a model.", "Take a GLB (glTF 2.0).", "damaged_model")
