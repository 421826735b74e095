"""What may be uploaded, in which parts, and what it must turn out to be."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Literal

from diorama.errors import Refused
from diorama.library.models import NewUpload, Upload
from diorama.ports import UploadedPart

MIB = 2**20
SMALLEST_PART = 8 * MIB
COMFORTABLE_PART = 64 * MIB
COMFORTABLE_PARTS = 128
MOST_PARTS = 10_000  # S3's limit

HEAD_BYTES = 64

Family = Literal["iso_video", "avi", "zip", "jpeg", "png", "webp", "mp3", "glb"]

FAMILIES: dict[str, Family] = {
    "video/mp4": "iso_video",
    "video/x-m4v": "iso_video",
    "video/quicktime": "iso_video",
    "video/x-msvideo": "avi",
    "video/avi": "avi",
    "video/vnd.avi": "avi",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "model/gltf-binary": "glb",
}
ACCEPTED = "MP4, MOV and AVI videos, ZIP files of photos, JPEG, PNG and WebP photos, MP3 sounds, GLB models"

# First boxes of MP4 and MOV files; old QuickTime files have no `ftyp`.
_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# Second byte of an MP3's first frame: MPEG 1, 2 or 2.5, layer III, with or without a checksum.
_LAYER_3 = (b"\xfb", b"\xfa", b"\xf3", b"\xf2", b"\xe3", b"\xe2")
_RIFF_KINDS: dict[bytes, Family] = {b"AVI ": "avi", b"WEBP": "webp"}
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")


def part_size_of(size: int) -> int:
    """How large the parts of a file are (the last one may be smaller); the same for the same size always.

    Small parts resume better, few parts are less ado: 8 MiB up to 1 GiB, then 128 parts up to 8 GiB, then
    64 MiB as long as S3 takes the number of parts.
    """
    part = SMALLEST_PART
    while part < COMFORTABLE_PART and part * COMFORTABLE_PARTS < size:
        part *= 2
    while part * MOST_PARTS < size:
        part *= 2
    return part


def part_sizes(size: int) -> list[int]:
    """The size of each part of a file."""
    part = part_size_of(size)
    whole, rest = divmod(size, part)
    return [part] * whole + [rest] * (rest > 0)


def composite_checksum(digests: Sequence[bytes]) -> str:
    """The content's id from its parts' SHA-256 digests: S3's own composite, in hex."""
    return f"{hashlib.sha256(b''.join(digests)).hexdigest()}-{len(digests)}"


def checksum_of_parts(parts: Sequence[UploadedPart]) -> str:
    """The content's id from what has arrived."""
    return composite_checksum([base64.b64decode(part.sha256) for part in parts])


def check_wanted(wanted: NewUpload, limit_bytes: int) -> None:
    """Before any byte moves. Raises `Refused`."""
    if wanted.type not in FAMILIES:
        raise wrong_type(wanted.name)
    if wanted.size < 1:
        raise Refused(f"{wanted.name} is empty.", "Choose a file with something in it.", "empty_file")
    if wanted.size > limit_bytes:
        raise Refused(
            f"{wanted.name} has {wanted.size / 1e9:.2f} GB; at most {limit_bytes / 1e9:.2f} GB are taken.",
            "Cut it, or export it at a lower bit rate.",
            "too_large",
        )
    if wanted.checksum and not wanted.checksum.endswith(f"-{len(part_sizes(wanted.size))}"):
        raise Refused(
            f"The checksum of {wanted.name} is not one over {len(part_sizes(wanted.size))} parts.",
            f"Make it over parts of {part_size_of(wanted.size)} bytes, or leave it out.",
            "wrong_checksum",
        )


def check_arrived(upload: Upload, arrived: Sequence[UploadedPart]) -> None:
    """Whether every part is there, as large as agreed. Raises `Refused`; sending parts again mends it."""
    expected = dict(enumerate(part_sizes(upload.size), start=1))
    # A part without a digest could not be told from another: as good as missing.
    sizes = {part.number: part.size for part in arrived if part.sha256}
    wrong = [number for number, size in expected.items() if sizes.get(number) != size]
    wrong += [number for number in sizes if number not in expected]
    if wrong:
        some = ", ".join(str(number) for number in sorted(wrong)[:10])
        raise Refused(
            f"{len(wrong)} of {len(expected)} parts are missing or have another size than agreed: {some}.",
            "Send them (again), then complete the upload.",
            "parts_missing",
        )


def family_of(head: bytes) -> Family | None:
    """What the first bytes of a file say it is, whatever its name says."""
    if head[4:8] in _ISO_BOXES:
        return None if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS else "iso_video"
    if head[:4] == b"RIFF":
        return _RIFF_KINDS.get(head[8:12])
    if head[:4] == b"PK\x03\x04":
        return "zip"
    if head[:4] == b"glTF":
        return "glb"
    if head[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] in _LAYER_3):
        return "mp3"
    return "png" if head[:8] == b"\x89PNG\r\n\x1a\n" else None


def check_content(upload: Upload, size: int, head: bytes) -> None:
    """Once the bytes are there. Raises `Refused`."""
    if size != upload.size:
        raise Refused(
            f"{upload.name} arrived with {size} bytes instead of {upload.size}.",
            "Send it again.",
            "wrong_size",
        )
    if family_of(head) != FAMILIES[upload.type]:
        raise wrong_type(upload.name)


def check_checksum(upload: Upload, found: str) -> None:
    """Whether what arrived is what was announced. Raises `Refused`."""
    if upload.checksum not in (None, found):
        raise Refused(
            f"{upload.name} did not arrive as it was announced: its checksum differs.",
            "Send it again; do not change the file meanwhile.",
            "wrong_checksum",
        )


def wrong_type(name: str) -> Refused:
    """The refusal of a file that is not one of those we take."""
    return Refused(
        f"{name} is not a kind of file that is taken here.", f"Taken are {ACCEPTED}.", "wrong_type"
    )
