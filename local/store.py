"""Files in a folder, `root/{bucket}/{key}`, behind links that `local.store_server` honours."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from diorama.errors import BadRequest, Conflict, NotFound
from diorama.folders import files_to_store
from diorama.parts import CHECKSUM_HEADER, check_parts
from diorama.ports import Clock, PartToUpload, SignedPart, StoredObject, UploadedPart
from diorama.uris import Location, folder_prefix, parse_prefix, parse_uri
from local.content_types import ContentTypes
from local.files import is_left, make_durable, new_file
from local.links import Links
from local.uploads import IncomingPart, OpenUploads

_DRAFTS, _TYPES, _UPLOADS = ".drafts", ".types", ".uploads"  # no bucket's name starts with a dot
_DAY_S = 24 * 3600
_TRIES = 100  # to place a file while others delete around it; two are rarely needed


class FolderStore:
    """A store in one folder. Files appear whole or not at all; several processes may use it at once.

    `base_url` is where `local.store_server` is mounted; who knows the secret can make links.
    """

    def __init__(self, root: Path, base_url: str, secret: bytes, clock: Clock) -> None:
        self._root = root
        self._drafts = root / _DRAFTS
        self._types = ContentTypes(root / _TYPES)
        self._clock = clock
        self.links = Links(base_url, secret, clock)
        self.uploads = OpenUploads(root / _UPLOADS)

    def put(self, uri: str, content: bytes, content_type: str | None = None) -> None:
        location = parse_uri(uri)
        self._drafts.mkdir(parents=True, exist_ok=True)
        with new_file(self._drafts) as (draft, file):
            file.write(content)
            make_durable(file)
            self._place(draft, location, content_type)

    def get(self, uri: str, start: int = 0, length: int | None = None) -> bytes:
        if start < 0 or (length or 0) < 0:
            raise ValueError("A file has no bytes before its start.")
        with self._opened(uri) as file:
            file.seek(start)
            return file.read(-1 if length is None else length)

    def list(self, uri_prefix: str) -> Iterator[StoredObject]:
        return self._found(parse_prefix(uri_prefix))

    def delete(self, uri_prefix: str) -> int:
        location = parse_prefix(uri_prefix)
        if not location.key:
            raise BadRequest("A whole bucket is not deleted at once.", "Name a prefix of its keys.")
        count = 0
        for found in self._found(location):
            found_at = parse_uri(found.uri)
            path = self._path(found_at)
            self._types.forget(found_at)
            path.unlink(missing_ok=True)
            self._remove_empty(path.parent)
            count += 1
        return count

    def purge(self, uri_prefix: str) -> None:
        self.uploads.drop_below(uri_prefix)
        self.delete(uri_prefix)

    def fetch_folder(self, uri: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        prefix = folder_prefix(uri)
        below = list(self._found(parse_prefix(prefix)))
        if not below:
            path = self.path(uri)
            shutil.copyfile(path, folder / path.name)
        for found in below:
            target = folder / found.uri.removeprefix(prefix)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._path(parse_uri(found.uri)), target)

    def put_folder(self, folder: Path, uri: str) -> None:
        self._drafts.mkdir(parents=True, exist_ok=True)
        for path, location in files_to_store(folder, uri):
            with new_file(self._drafts) as (draft, file), path.open("rb") as source:
                shutil.copyfileobj(source, file)
                file.flush()
                self._place(draft, location, None)

    def copy(self, copies: Sequence[tuple[str, str]]) -> None:
        self._drafts.mkdir(parents=True, exist_ok=True)
        for source, target in copies:
            content_type = self.content_type(source)
            with new_file(self._drafts) as (draft, file), self._opened(source) as original:
                shutil.copyfileobj(original, file)
                make_durable(file)
                self._place(draft, parse_uri(target), content_type)

    def url(self, uri: str, expires_s: int, download_name: str | None = None) -> str:
        facts = {} if download_name is None else {"download": download_name}
        return self.links.signed("GET", parse_uri(uri), expires_s, facts)

    def begin_upload(self, uri: str, content_type: str) -> str:
        return self.uploads.begin(parse_uri(uri).uri, content_type)

    def upload_urls(
        self, uri: str, multipart_id: str, parts: Sequence[PartToUpload], expires_s: int
    ) -> Sequence[SignedPart]:
        location = parse_uri(uri)
        check_parts(parts)
        return [self._signed_part(location, multipart_id, part, expires_s) for part in parts]

    def uploaded_parts(self, uri: str, multipart_id: str) -> Sequence[UploadedPart]:
        return self.uploads.parts(uri, multipart_id)

    def complete_upload(self, uri: str, multipart_id: str, parts: Sequence[UploadedPart]) -> None:
        location = parse_uri(uri)
        self._drafts.mkdir(parents=True, exist_ok=True)
        with new_file(self._drafts) as (draft, file):
            self.uploads.join(uri, multipart_id, parts, file)
            make_durable(file)
            content_type = self.uploads.content_type(uri, multipart_id)
            self._place(draft, location, content_type)
        self.uploads.drop(multipart_id)

    def abort_upload(self, uri: str, multipart_id: str) -> None:
        try:
            self.uploads.parts(uri, multipart_id)
        except NotFound:
            return
        self.uploads.drop(multipart_id)

    def incoming_part(
        self, uri: str, multipart_id: str, number: int, sha256: str
    ) -> AbstractContextManager[IncomingPart]:
        """For the server: takes the bytes of a part that a signed link allows."""
        return self.uploads.incoming(uri, multipart_id, number, sha256)

    def path(self, uri: str) -> Path:
        """Where a file lies, for reading only. Raises `NotFound`."""
        path = self._path(parse_uri(uri))
        if not path.is_file():
            raise NotFound("There is no such file.")
        return path

    def content_type(self, uri: str) -> str:
        """What to say that a file is."""
        return self._types.of(parse_uri(uri))

    def sweep(self) -> None:
        """Removes what crashes left: drafts of killed processes, uploads that got nothing for a week."""
        now = self._clock.now()
        self.uploads.drop_untouched_since(now - 7 * _DAY_S)
        for draft in self._drafts.glob("*"):
            with suppress(FileNotFoundError):  # it was finished just now
                if is_left(draft) or draft.stat().st_mtime < now - _DAY_S:
                    draft.unlink()

    def _opened(self, uri: str) -> BinaryIO:
        try:
            return self.path(uri).open("rb")
        except FileNotFoundError:  # deleted just now
            raise NotFound("There is no such file.") from None

    def _path(self, location: Location) -> Path:
        return self._root / location.bucket / location.key

    def _found(self, location: Location) -> Iterator[StoredObject]:
        folder, slash, stem = location.key.rpartition("/")
        for key, size in _walk(self._root / location.bucket / folder, folder + slash, stem):
            yield StoredObject(Location(location.bucket, key).uri, size)

    def _signed_part(
        self, location: Location, multipart_id: str, part: PartToUpload, expires_s: int
    ) -> SignedPart:
        facts = {"upload": multipart_id, "part": str(part.number), "sha256": part.sha256}
        url = self.links.signed("PUT", location, expires_s, facts)
        return SignedPart(part.number, url, {CHECKSUM_HEADER: part.sha256})

    def _place(self, draft: Path, location: Location, content_type: str | None) -> None:
        path = self._path(location)
        for _ in range(_TRIES):
            try:
                self._types.remember(location, content_type)
                path.parent.mkdir(parents=True, exist_ok=True)
                draft.rename(path)
            except (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError):
                if not draft.exists():
                    raise
                if self._is_taken(path):
                    break
                # Somebody just deleted the last other file of that folder, and the folder with it: once more.
            else:
                return
        raise Conflict(f"{location.uri} is a file and a folder at once.")

    def _is_taken(self, path: Path) -> bool:
        """Whether a folder lies where the file would, or a file where its folder would."""
        folders = [folder for folder in path.parents if folder.is_relative_to(self._root)]
        return path.is_dir() or any(folder.is_file() for folder in folders)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._root:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _walk(folder: Path, key_prefix: str, stem: str = "") -> Iterator[tuple[str, int]]:
    """Key and size of every file below whose name starts with the stem, in order of the keys' bytes."""
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.startswith(stem)]
    except (FileNotFoundError, NotADirectoryError):
        return
    named = {entry.name + "/" if entry.is_dir() else entry.name: entry for entry in entries}
    for name, entry in sorted(named.items()):
        if name.endswith("/"):
            yield from _walk(folder / entry.name, key_prefix + name)
            continue
        try:
            yield key_prefix + name, entry.stat().st_size
        except FileNotFoundError:
            continue
