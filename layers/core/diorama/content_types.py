"""The content type that a file's name suggests, the same on every machine."""

from mimetypes import MimeTypes
from pathlib import PurePosixPath

_KNOWN = MimeTypes(filenames=())  # Python's own list, without the machine's
_ADDED = {
    ".jsonl": "application/x-ndjson",
    ".ply": "application/octet-stream",
    ".sog": "application/octet-stream",
    ".spz": "application/octet-stream",
    ".webp": "image/webp",
    ".yaml": "text/plain",
}


def content_type_of(name: str) -> str:
    """A file's content type by the end of its name; `application/octet-stream` where that says nothing."""
    suffix = PurePosixPath(name).suffix.lower()
    types = _KNOWN.types_map[True]
    return _ADDED.get(suffix) or types.get(suffix, "application/octet-stream")
