"""The rules for the parts of an upload, the same for every store."""

import base64
import binascii
from collections.abc import Sequence

from diorama.errors import BadRequest, Refused
from diorama.ports import PARTS_LIMIT, SMALLEST_PART_BYTES, PartToUpload, UploadedPart

CHECKSUM_HEADER = "x-amz-checksum-sha256"
_SHA256_BYTES = 32


def check_parts(parts: Sequence[PartToUpload]) -> None:
    """Raises `BadRequest` for a number out of range or named twice, and for what is no SHA-256 in base64."""
    numbers = [part.number for part in parts]
    if not all(1 <= number <= PARTS_LIMIT for number in numbers):
        raise BadRequest(f"Parts are numbered 1 to {PARTS_LIMIT}.")
    if len(set(numbers)) < len(numbers):
        raise BadRequest("A part is named twice.")
    for part in parts:
        if not _is_sha256(part.sha256):
            raise BadRequest(f"The checksum of part {part.number} is not a SHA-256 in base64.")


def in_order(parts: Sequence[UploadedPart]) -> Sequence[UploadedPart]:
    """The parts as they are joined.

    Raises `BadRequest` for none or one twice, `Refused` for one too small.
    """
    ordered = sorted(parts, key=lambda part: part.number)
    if not ordered:
        raise BadRequest("An upload has at least one part.")
    if len({part.number for part in ordered}) < len(ordered):
        raise BadRequest("A part is named twice.")
    for part in ordered[:-1]:
        if part.size < SMALLEST_PART_BYTES:
            raise Refused(
                f"Part {part.number} has {part.size} bytes.",
                f"All parts but the last have at least {SMALLEST_PART_BYTES} bytes.",
            )
    return ordered


def _is_sha256(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _SHA256_BYTES
    except (binascii.Error, ValueError):
        return False
