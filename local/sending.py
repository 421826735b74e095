"""Sends a file to the studio: in parts, several at once, and only those that are not there yet."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from diorama.errors import DioramaError, Unavailable
from diorama.library import rules
from local.client import StudioClient, waits

AT_ONCE = 4
_READ_BYTES = 1024**2

Sent = Callable[[int], object]
"""Told how many more bytes have arrived, from any thread."""


@dataclass(frozen=True)
class Part:
    """A piece of a file: `number` from 1, `sha256` in base64."""

    number: int
    start: int
    size: int
    sha256: str


def send(client: StudioClient, project_id: str, path: Path, name: str, media_type: str, sent: Sent) -> Any:
    """The upload, complete. An upload that was interrupted goes on; content that is there is not sent.

    Raises `DioramaError`, as the API words it.
    """
    parts = parts_of(path)
    new = {"name": name, "size": path.stat().st_size, "type": media_type}
    if parts:
        new["checksum"] = rules.composite_checksum([base64.b64decode(part.sha256) for part in parts])
    upload = client.ask("POST", f"/v1/projects/{project_id}/uploads", new)
    if upload["state"] != "complete":
        _send_missing(client, upload, path, parts, sent)
        upload = client.ask("POST", f"/v1/uploads/{upload['upload_id']}/complete")
    return upload


def parts_of(path: Path) -> list[Part]:
    """A file's parts with their digests: the whole file is read."""
    parts, start = [], 0
    for number, size in enumerate(rules.part_sizes(path.stat().st_size), start=1):
        digest = hashlib.sha256()
        for chunk in _read(path, start, size):
            digest.update(chunk)
        parts.append(Part(number, start, size, base64.b64encode(digest.digest()).decode()))
        start += size
    return parts


def _send_missing(client: StudioClient, upload: Any, path: Path, parts: list[Part], sent: Sent) -> None:
    arrived = {(part["number"], part["sha256"]) for part in upload["arrived"]}
    missing = [part for part in parts if (part.number, part.sha256) not in arrived]
    sent(sum(part.size for part in parts) - sum(part.size for part in missing))
    pool = ThreadPoolExecutor(AT_ONCE)
    with httpx.Client(timeout=300) as store:
        try:
            futures = [pool.submit(_send_part, client, store, upload, path, part) for part in missing]
            for part, future in zip(missing, futures, strict=True):
                future.result()
                sent(part.size)
        finally:
            pool.shutdown(cancel_futures=True)


def _send_part(client: StudioClient, store: httpx.Client, upload: Any, path: Path, part: Part) -> None:
    """Asks for a link just before it is used: it lasts a quarter of an hour only."""
    problem: DioramaError = Unavailable("The part could not be sent.")
    for wait_s in waits():
        wanted = {"parts": [{"number": part.number, "sha256": part.sha256}]}
        link = client.ask("POST", f"/v1/uploads/{upload['upload_id']}/parts", wanted)["parts"][0]
        headers = {**link["headers"], "Content-Length": str(part.size)}
        try:
            answer = store.put(link["url"], content=_read(path, part.start, part.size), headers=headers)
        except httpx.TransportError as error:
            problem = Unavailable(f"Part {part.number} could not be sent: {error}", "Try again; it goes on.")
        else:
            if answer.is_success:
                return
            problem = Unavailable(
                f"Part {part.number} was not taken ({answer.status_code}).",
                "Leave the file as it is while it is sent, and try again.",
            )
        time.sleep(wait_s)
    raise problem


def _read(path: Path, start: int, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while size > 0 and (chunk := file.read(min(_READ_BYTES, size))):
            size -= len(chunk)
            yield chunk
