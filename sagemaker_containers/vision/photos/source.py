"""Which file is the photo, and what its first bytes say it is."""

from pathlib import Path

from diorama.errors import StageError

LITTER = frozenset({"thumbs.db", "desktop.ini"})
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
EXPORT = "Export it as JPEG or PNG and upload that."


def find_photo(folder: Path) -> Path:
    """The one file below `folder`. Raises `StageError`."""
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.name.lower() not in LITTER
    )
    if not found:
        raise StageError("no_photo", "There is no photo to work on.", "Upload a photo.")
    if len(found) > 1:
        raise StageError(
            "several_photos",
            f"There are {len(found)} files where one photo is expected.",
            "Begin a session for each photo.",
        )
    return found[0]


def check_file(photo: Path, max_bytes: int) -> None:
    """Size and kind, before any decoder sees it. Raises `StageError`."""
    size = photo.stat().st_size
    if size == 0:
        raise StageError(
            "empty_photo", f"The photo '{photo.name}' is empty: it has 0 bytes.", "Upload it again."
        )
    if size > max_bytes:
        raise StageError(
            "photo_too_large",
            f"The photo '{photo.name}' has {size / 1e6:.1f} MB; at most {max_bytes / 1e6:.0f} MB are taken.",
            "Export it as JPEG, or at a smaller size.",
        )
    with photo.open("rb") as file:
        head = file.read(16)
    if is_heif(head):
        raise StageError(
            "heic_photo",
            f"The photo '{photo.name}' is a HEIC or AVIF file, which is not read here.",
            "Export it as JPEG; iPhones send JPEG with Settings, Camera, Formats, Most Compatible.",
        )
    if not is_photo(head):
        raise StageError(
            "not_a_photo",
            f"'{photo.name}' is not a photo in a format that is read here: JPEG, PNG or WebP.",
            EXPORT,
        )


def is_photo(head: bytes) -> bool:
    """Whether a file begins as JPEG, PNG or WebP do."""
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return is_webp or head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def is_heif(head: bytes) -> bool:
    """Whether a file begins as HEIC and AVIF do."""
    return head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS
