"""The page of a tour that leaves the studio: with its files beside it, or as one file that needs no network.

`web/src/export/page.ts` makes the same pages in a browser, byte for byte; `web/src/viewer/exported.ts` reads them.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from diorama.errors import Unavailable

TOUR_FOLDER = "tour/"
VIEWER_FOLDER = "viewer/"
SCRIPT, STYLE = "viewer.js", "viewer.css"

_FOLDER_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src blob:; connect-src 'self' data: blob:"
)
# Nothing of a network.
_FILE_POLICY = (
    "default-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; "
    "worker-src blob:"
)
_PLAIN_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


@dataclass(frozen=True)
class Viewer:
    """What building the pages leaves for tours that leave the studio."""

    page: str
    script: str
    style: str


@dataclass(frozen=True)
class HeldFile:
    """A file of the tour that the page holds itself."""

    path: str
    content_type: str
    content: bytes


def read_viewer(pages: Path) -> Viewer:
    """Of the built pages. Raises `Unavailable` where they are not built."""
    folder = pages / "export"
    try:
        page, script, style = ((folder / name).read_text("utf-8") for name in ("page.html", SCRIPT, STYLE))
    except FileNotFoundError:
        raise Unavailable("The pages are not built.", "Run make web; it needs Node.") from None
    return Viewer(page, script, style)


@dataclass(frozen=True)
class Tour:
    """What the page says of the tour; hotspots as a manifest says them."""

    tour_id: str
    name: str
    hotspots: Sequence[dict[str, Any]] = ()


def folder_page(tour: Tour, poster: str, viewer: Viewer) -> str:
    """index.html of a folder that has the tour's files in `tour/` and the viewer in `viewer/`."""
    head = [
        _policy(_FOLDER_POLICY),
        _title(tour.name),
        f'<link rel="stylesheet" href="{VIEWER_FOLDER}{STYLE}">',
        f'<link rel="preload" href="{TOUR_FOLDER}manifest.json" as="fetch" crossorigin>',
        f'<link rel="preload" href="{TOUR_FOLDER}{poster}" as="image">',
    ]
    body = [_note(tour), f'<script src="{VIEWER_FOLDER}{SCRIPT}"></script>']
    return "".join(_filled(viewer.page, head, body))


def file_page(tour: Tour, files: Iterable[HeldFile], viewer: Viewer) -> Iterator[str]:
    """A page that holds everything, in parts that make it when they follow each other."""
    head = [_policy(_FILE_POLICY), _title(tour.name), f"<style>{viewer.style}</style>"]
    held = map(_held, files)
    return _filled(viewer.page, head, chain([_note(tour)], held, [f"<script>{viewer.script}</script>"]))


def _filled(page: str, head: Iterable[str], body: Iterable[str]) -> Iterator[str]:
    before, between, after = re.split(r"\{\{(?:head|body)\}\}", page)
    yield before + "\n    ".join(head) + between
    for part in body:
        yield f"{part}\n    "
    yield after


def _held(file: HeldFile) -> str:
    kind = file.content_type if _PLAIN_TYPE.fullmatch(file.content_type) else "application/octet-stream"
    text = base64.b64encode(file.content).decode()
    return f'<script type="text/plain" data-path="{file.path}" data-type="{kind}">{text}</script>'


def _policy(content: str) -> str:
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _title(name: str) -> str:
    return f"<title>{name.replace('&', '&amp;').replace('<', '&lt;')} · Diorama</title>"


def _note(tour: Tour) -> str:
    """What a published tour's `tour.json` says, in the page; and what people added to the tour."""
    told = {"schema": 1, "tour_id": tour.tour_id, "name": tour.name, "files": TOUR_FOLDER}
    added = {"hotspots": list(tour.hotspots)} if tour.hotspots else {}
    said = json.dumps(told | added, ensure_ascii=False, separators=(",", ":"))
    return f'<script type="application/json" id="tour">{said.replace("<", chr(92) + "u003c")}</script>'
