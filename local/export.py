"""`python -m local export TOUR`: a finished tour as a folder for any web server, or as one file that opens offline."""

import argparse
import hashlib
import math
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from diorama.errors import BadRequest, NotFound, Unavailable
from diorama.tours.manifest import BundleFile, Manifest, read_manifest
from local.demo import signed_in, studio_of
from local.exported_hotspots import path_of, written
from local.exported_page import (
    SCRIPT,
    STYLE,
    TOUR_FOLDER,
    VIEWER_FOLDER,
    HeldFile,
    Tour,
    Viewer,
    file_page,
    folder_page,
    read_viewer,
)
from local.state import ROOT, StateFolder

MANIFEST = "manifest.json"
PAGES = ROOT / "web/dist"


@dataclass(frozen=True)
class Added:
    """The file of a hotspot."""

    path: str
    bytes: int
    content_type: str
    url: str


@dataclass(frozen=True)
class Bundle:
    """A tour's files, wherever they are."""

    tour: Tour
    read: Callable[[str], bytes]
    """The content of the file at a path below the manifest. Raises `NotFound`, `Unavailable`."""
    added: Sequence["Added"] = ()
    """Files of hotspots."""

    def checked(self, file: BundleFile) -> bytes:
        """A file that is as the manifest says. Raises `Unavailable` where it is not."""
        content = self.read(file.path)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise Unavailable(f"{file.path} came damaged.", "Try again; else make the tour again.")
        return content


def main(asked: argparse.Namespace) -> int:
    """The command. Raises `DioramaError`."""
    viewer = read_viewer(PAGES)
    with _bundle(asked) as bundle:
        text = bundle.read(MANIFEST)
        manifest = read_manifest(text)
        if asked.folder:
            named = sum(file.bytes for file in manifest.files) + sum(file.bytes for file in bundle.added)
            _say(asked.folder, named + len(text) + _size(viewer))
            write_folder(asked.folder, bundle, viewer)
            return 0
        target = asked.file or Path(f"{file_name(bundle.tour.name)}.html")
        files = held_files(manifest, asked.level)
        _say(target, file_bytes([*files, *bundle.added], len(text), viewer))
        write_file(target, bundle, files, viewer)
    return 0


def _say(target: Path, size: int) -> None:
    print(f"Writing {target}, {size / 1e6:.1f} MB")  # noqa: T201


def file_name(name: str) -> str:
    """What a tour's file is called, whatever the tour is."""
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-") or "tour"


@contextmanager
def _bundle(asked: argparse.Namespace) -> Iterator[Bundle]:
    """Of a folder that holds one, or of the studio's tour with that id."""
    folder = Path(asked.tour)
    if (folder / MANIFEST).is_file():
        name = asked.name or folder.resolve().name
        yield Bundle(Tour(folder.resolve().name, name), lambda path: (folder / path).read_bytes())
        return
    state = StateFolder(asked.state.resolve())
    with studio_of(state) as url, signed_in(state, url) as client:
        view = client.ask("GET", f"/v1/tours/{asked.tour}/view")
        with httpx.Client(base_url=view["files_url"], follow_redirects=True, timeout=60) as files:
            hotspots = client.ask("GET", f"/v1/tours/{asked.tour}/hotspots")["hotspots"]
            tour = Tour(view["tour_id"], asked.name or view["name"], written(hotspots))
            yield Bundle(tour, lambda path: _fetched(files, path), _added(hotspots))


def _added(hotspots: Sequence[dict[str, Any]]) -> list[Added]:
    media = [(hotspot, hotspot["media"]) for hotspot in hotspots if hotspot["media"]]
    return [
        Added(path_of(hotspot), file["bytes"], file["content_type"], file["url"]) for hotspot, file in media
    ]


def _fetched(files: httpx.Client, path: str) -> bytes:
    try:
        answer = files.get(path)
    except httpx.TransportError:
        raise Unavailable("The studio does not answer.", "See whether it still runs.") from None
    if not answer.is_success:
        raise NotFound(f"{path} is not there.", "Make the tour again.")
    return answer.content


def write_folder(folder: Path, bundle: Bundle, viewer: Viewer) -> None:
    """Fills a new or empty folder, to be put on any web server. Raises `DioramaError`."""
    if folder.exists() and any(folder.iterdir()):
        raise BadRequest(f"{folder} is not empty.", "Name a new folder.", "folder_in_use")
    text = bundle.read(MANIFEST)
    manifest = read_manifest(text)
    try:
        _write(folder / TOUR_FOLDER / MANIFEST, text)
        for file in manifest.files:
            _write(folder / TOUR_FOLDER / file.path, bundle.checked(file))
        for added in bundle.added:
            _write(folder / TOUR_FOLDER / added.path, bundle.read(added.url))
        _write(folder / VIEWER_FOLDER / SCRIPT, viewer.script.encode())
        _write(folder / VIEWER_FOLDER / STYLE, viewer.style.encode())
        page = folder_page(bundle.tour, manifest.poster.path, viewer)
        _write(folder / "index.html", page.encode())  # last: what has it is whole
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def held_files(manifest: Manifest, finest: str | None) -> list[BundleFile]:
    """What one file holds: everything but tiles, which are for places that load as they are looked at, and levels
    finer than the one named. Raises `BadRequest`."""
    names = [level.name for level in manifest.levels]
    if finest is not None and finest not in names:
        raise BadRequest(f"There is no level {finest}.", f"There are {', '.join(names)}.", "unknown_level")
    left_out = {level.path for level in manifest.levels[: names.index(finest) if finest else 0]}
    tiles = manifest.streaming and manifest.streaming.path.rpartition("/")[0] + "/"
    return [
        file
        for file in manifest.files
        if file.path not in left_out and not (tiles and file.path.startswith(tiles))
    ]


def file_bytes(files: Sequence[BundleFile | Added], manifest_bytes: int, viewer: Viewer) -> int:
    """About how large the file will be."""
    return _size(viewer) + sum(4 * math.ceil(n / 3) for n in (manifest_bytes, *(f.bytes for f in files)))


def _size(viewer: Viewer) -> int:
    return sum(len(part.encode()) for part in (viewer.page, viewer.script, viewer.style))


def write_file(target: Path, bundle: Bundle, files: list[BundleFile], viewer: Viewer) -> None:
    """Writes one page with all that it needs. Raises `DioramaError`."""

    def held() -> Iterator[HeldFile]:
        yield HeldFile(MANIFEST, "application/json", bundle.read(MANIFEST))
        for file in files:
            yield HeldFile(file.path, file.content_type, bundle.checked(file))
        for added in bundle.added:
            yield HeldFile(added.path, added.content_type, bundle.read(added.url))

    partial = target.with_name(f".{target.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as page:
            page.writelines(file_page(bundle.tour, held(), viewer))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
