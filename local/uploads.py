"""Uploads under way: a hidden folder each, one file a part, named by its number and checksum."""

import base64
import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from diorama.errors import BadRequest, Conflict, NotFound
from diorama.parts import in_order
from diorama.ports import LARGEST_PART_BYTES, UploadedPart
from local.files import check_space, make_durable, new_file, write_whole

_ID = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(r"(\d{5})-([0-9a-f]{64})")
_ABOUT = "upload.json"
_COPY_BYTES = 4 * 1024**2


class IncomingPart:
    """Takes the bytes of one part as they come, counting and hashing."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, content: bytes) -> None:
        """Raises `BadRequest` where the part grows too large, `Unavailable` where the disk is full."""
        self._size += len(content)
        if self._size > LARGEST_PART_BYTES:
            raise BadRequest(f"A part has at most {LARGEST_PART_BYTES} bytes.")
        self._file.write(content)
        self._digest.update(content)

    @property
    def sha256(self) -> bytes:
        return self._digest.digest()

    @property
    def etag(self) -> str:
        """As `UploadedPart` has it."""
        return _etag(self._digest.hexdigest())


class OpenUploads:
    """The uploads of one store that have begun and are neither whole nor dropped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, uri: str, content_type: str) -> str:
        """Opens an upload; its id."""
        multipart_id = uuid.uuid4().hex
        about = {"uri": uri, "content_type": content_type}
        write_whole(self._folder / multipart_id / _ABOUT, json.dumps(about).encode())
        return multipart_id

    def parts(self, uri: str, multipart_id: str) -> Sequence[UploadedPart]:
        """What has arrived, by number. Raises `NotFound`."""
        with _while_open():
            return [_described(path) for path in self._part_files(uri, multipart_id).values()]

    def content_type(self, uri: str, multipart_id: str) -> str:
        """What the upload was said to hold. Raises `NotFound`."""
        return self._about(uri, multipart_id)["content_type"]

    @contextmanager
    def incoming(self, uri: str, multipart_id: str, number: int, sha256: str) -> Iterator[IncomingPart]:
        """Takes a part in the place of any earlier one with its number.

        At the end raises `BadRequest` where the bytes don't match the checksum, and keeps nothing. `NotFound`
        where the upload is not open (any more).
        """
        self._about(uri, multipart_id)
        with _while_open(), new_file(self._folder / multipart_id) as (draft, file):
            part = IncomingPart(file)
            yield part
            if part.sha256 != base64.b64decode(sha256):
                raise BadRequest("The part does not match its checksum.", "Send it again.")
            make_durable(file)
            self._keep(draft, draft.parent / f"{number:05d}-{part.sha256.hex()}")

    def join(self, uri: str, multipart_id: str, parts: Sequence[UploadedPart], target: BinaryIO) -> None:
        """Writes the parts into the target. Raises `NotFound`, or `Conflict` where one is not there."""
        with _while_open():
            arrived = self._part_files(uri, multipart_id)
            for part in in_order(parts):
                path = arrived.get(part.number)
                if path is None or _described(path) != part:
                    raise Conflict(f"Part {part.number} has not arrived as it was named.", "Send it again.")
            check_space(self._folder, sum(part.size for part in parts))
            for part in in_order(parts):
                with arrived[part.number].open("rb") as file:
                    shutil.copyfileobj(file, target, _COPY_BYTES)

    def drop(self, multipart_id: str) -> None:
        """Forgets an upload and its parts; nothing happens where there is none."""
        if not _ID.fullmatch(multipart_id):
            return
        # Gone at once for everybody: who reads a half-emptied folder would take parts for missing.
        dropped = self._folder / f".{multipart_id}-{uuid.uuid4().hex}"
        with suppress(FileNotFoundError):
            (self._folder / multipart_id).rename(dropped)
        shutil.rmtree(dropped, ignore_errors=True)

    def drop_below(self, uri_prefix: str) -> None:
        """Forgets the uploads of every URI that starts so."""
        for about in self._folder.glob(f"*/{_ABOUT}"):
            with suppress(FileNotFoundError):
                if json.loads(about.read_bytes())["uri"].startswith(uri_prefix):
                    self.drop(about.parent.name)

    def drop_untouched_since(self, time: float) -> None:
        """Forgets the uploads that have got nothing since then (Unix seconds)."""
        for upload in self._folder.glob("*"):
            if upload.stat().st_mtime < time:
                self.drop(upload.name)
                shutil.rmtree(upload, ignore_errors=True)  # one that a crash left half dropped

    def _about(self, uri: str, multipart_id: str) -> dict[str, str]:
        closed = _closed()
        if not _ID.fullmatch(multipart_id):
            raise closed
        try:
            about: dict[str, str] = json.loads((self._folder / multipart_id / _ABOUT).read_bytes())
        except FileNotFoundError:
            raise closed from None
        if about["uri"] != uri:
            raise closed
        return about

    def _part_files(self, uri: str, multipart_id: str) -> dict[int, Path]:
        self._about(uri, multipart_id)
        found = [path for path in (self._folder / multipart_id).iterdir() if _PART.fullmatch(path.name)]
        by_age = sorted(found, key=lambda path: path.stat().st_mtime_ns)
        newest = {int(path.name[:5]): path for path in by_age}
        return dict(sorted(newest.items()))

    def _keep(self, draft: Path, path: Path) -> None:
        try:
            draft.rename(path)
        except FileNotFoundError:
            raise _closed() from None
        for other in path.parent.glob(f"{path.name[:5]}-*"):
            if other != path:
                other.unlink(missing_ok=True)


@contextmanager
def _while_open() -> Iterator[None]:
    """What is read of an upload may be dropped by another process meanwhile: `NotFound` then."""
    try:
        yield
    except FileNotFoundError:
        raise _closed() from None


def _closed() -> NotFound:
    return NotFound("That upload is not open (any more).", "Begin a new one.")


def _described(path: Path) -> UploadedPart:
    number, digest = path.name.split("-")
    sha256 = base64.b64encode(bytes.fromhex(digest)).decode()
    return UploadedPart(int(number), path.stat().st_size, sha256, _etag(digest))


def _etag(digest: str) -> str:
    return f'"{digest}"'
