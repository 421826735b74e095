"""Where things lie in the store. Nothing else builds a key.

Kind first, because lifecycle rules match prefixes; then the project; then an upload's id or a cache key,
so that nothing belongs to one job alone; then the attempt, so that no try overwrites another's.
"""

import re
from typing import Literal

Kind = Literal["raw", "frames", "poses", "models", "optimized", "tours", "objects", "mattes", "films"]

LONGEST_NAME = 100
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def uri(bucket: str, key: str) -> str:
    """The URI of a key."""
    return f"s3://{bucket}/{key}"


def output_key(kind: str, project_id: str, key: str, attempt: str) -> str:
    """The folder of a stage's output; `key` is its cache key, `attempt` tells tries apart."""
    return _joined(kind, project_id, key, attempt)


def raw_key(project_id: str, upload_id: str, attempt: int, name: str) -> str:
    """Where an uploaded file goes."""
    return _joined("raw", project_id, upload_id, str(attempt), safe_name(name))


def checkpoint_key(project_id: str, key: str) -> str:
    """The folder of a cache key's checkpoints, shared by all its attempts."""
    return _joined("checkpoints", project_id, key)


def safe_name(name: str) -> str:
    """A file name without folders, spaces or signs that mean something to a shell, a URL or a file system.

    The end of a long name is kept: it says what the file is.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", last).lstrip(".-_")
    return plain[-LONGEST_NAME:].lstrip(".-_") or "file"


def _joined(*segments: str) -> str:
    for segment in segments:
        if not _SEGMENT.fullmatch(segment):
            raise ValueError(f"'{segment}' can't be part of a key.")
    return "/".join(segments)
