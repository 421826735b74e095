"""A folder of photos as one file to send."""

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from diorama.errors import BadRequest

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_ANY_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_UNIX = 3
_COPY_BYTES = 1024**2


def photos_in(folder: Path) -> list[Path]:
    """Every photo below the folder by its path, hidden ones left out. Raises `BadRequest` for none."""
    found = [path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
    photos = [path for path in found if not any(part.startswith(".") for part in _parts(path, folder))]
    if not photos:
        raise BadRequest(
            f"There are no photos in {folder}.", "JPEG, PNG and WebP files are looked for.", "no_photos"
        )
    return sorted(photos, key=lambda path: _parts(path, folder))


def pack(folder: Path, target: Path) -> None:
    """Writes the photos into a zip: as they are, since they don't pack.

    Neither the time nor the machine shows in it, so the same photos are the same content.
    """
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for photo in photos_in(folder):
            entry = ZipInfo("/".join(_parts(photo, folder)), _ANY_TIME)
            entry.external_attr, entry.create_system = _READABLE, _UNIX
            entry.file_size = photo.stat().st_size
            with photo.open("rb") as source, archive.open(entry, "w") as packed:
                while chunk := source.read(_COPY_BYTES):
                    packed.write(chunk)


def _parts(path: Path, folder: Path) -> tuple[str, ...]:
    return path.relative_to(folder).parts
