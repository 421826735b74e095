"""What a URI of the store looks like: `s3://bucket/key`. The one place that judges buckets and keys."""

import re
from typing import NamedTuple

from diorama.errors import BadRequest

KEY_LIMIT_BYTES = 1024  # S3's own
SEGMENT_LIMIT_BYTES = 240  # a file name on disk holds 255, and a temporary one is a little longer

SAFE_PATH = r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$"
"""Relative, forward slashes, no hidden names: "..", "/", "C:" and "%2e" can't be said with it."""
LONGEST_PATH = 200

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{1,62}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Location(NamedTuple):
    """A file's place. Of a prefix, `key` may be empty or end in the middle of a name."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def parse_uri(uri: str) -> Location:
    """The place of one file. Raises `BadRequest` for a key that is empty, not clean, or ends in `/`."""
    location = parse_prefix(uri)
    if not location.key or location.key.endswith("/"):
        raise BadRequest(f"{uri!r} names no file.", "A file's key is not empty and does not end in '/'.")
    return location


def parse_prefix(uri: str) -> Location:
    """The place of every file whose URI starts so. Raises `BadRequest`."""
    scheme, _, rest = uri.partition("://")
    bucket, slash, key = rest.partition("/")
    if scheme != "s3" or not slash or not _BUCKET.fullmatch(bucket) or ".." in bucket:
        raise BadRequest(f"{uri!r} is not a URI of the store.", "It looks like s3://bucket/key.")
    problem = key and _problem(key)
    if problem:
        raise BadRequest(f"The key of {uri!r} {problem}.", "Keys are plain names, joined by '/'.")
    return Location(bucket, key)


def folder_prefix(uri: str) -> str:
    """The prefix that every file of a folder starts with: `uri/`."""
    return uri if uri.endswith("/") else uri + "/"


def is_safe_path(path: str) -> bool:
    """Whether it is a file below a folder, as manifests name them and strangers may ask for them."""
    return len(path) <= LONGEST_PATH and re.fullmatch(SAFE_PATH, path) is not None


def _problem(key: str) -> str:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "is not Unicode text"
    if size > KEY_LIMIT_BYTES:
        return f"has {size} bytes; the limit is {KEY_LIMIT_BYTES}"
    if "\\" in key or _CONTROL.search(key):
        return "holds a backslash or a control character"
    *folders, last = key.split("/")
    if not all(folders) or {".", ".."}.intersection([*folders, last]):
        return "holds an empty segment, '.' or '..'"
    if any(len(segment.encode()) > SEGMENT_LIMIT_BYTES for segment in [*folders, last]):
        return f"holds a name of more than {SEGMENT_LIMIT_BYTES} bytes"
    return ""
