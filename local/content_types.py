"""Keeps a stored file's content type beside it, where that isn't what the name suggests."""

from pathlib import Path

from diorama.content_types import content_type_of
from diorama.uris import Location
from local.files import write_whole


class ContentTypes:
    """One small hidden file for each stored file whose type nobody would guess."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remember(self, location: Location, content_type: str | None) -> None:
        """To be called before the file itself appears."""
        path = self._path(location)
        if content_type and content_type != content_type_of(location.key):
            write_whole(path, content_type.encode())
        else:
            path.unlink(missing_ok=True)

    def of(self, location: Location) -> str:
        """The type that the file was stored with."""
        try:
            return self._path(location).read_text()
        except FileNotFoundError:
            return content_type_of(location.key)

    def forget(self, location: Location) -> None:
        """To be called before the file goes."""
        self._path(location).unlink(missing_ok=True)

    def _path(self, location: Location) -> Path:
        return self._folder / location.bucket / location.key
