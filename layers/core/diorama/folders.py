"""Which files of a folder a store takes, and in which order."""

import os
from collections.abc import Sequence
from pathlib import Path

from diorama.errors import BadRequest
from diorama.uris import Location, folder_prefix, parse_uri

LAST = "report.json"


def files_to_store(folder: Path, uri: str) -> Sequence[tuple[Path, Location]]:
    """Each file below the folder with its place under `uri/`; the top `report.json` comes last.

    Raises `BadRequest` for a symbolic link (it could lead anywhere) and for a name that is no key.
    """
    paths = [Path(parent) / name for parent, folders, names in os.walk(folder) for name in [*folders, *names]]
    for path in paths:
        if path.is_symlink():
            raise BadRequest(f"{path.relative_to(folder)} is a symbolic link; a store keeps files only.")
    files = sorted(path for path in paths if path.is_file())
    files.sort(key=lambda path: path == folder / LAST)
    return [(path, parse_uri(folder_prefix(uri) + path.relative_to(folder).as_posix())) for path in files]
