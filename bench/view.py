"""How soon a visitor sees a tour, and how smoothly: in headless Chromium, through a line of 20 Mbit/s and 60 ms.

    PYTHONPATH=layers/core:layers/splats:. python -m bench.view TOUR_DIR [--json] [--runs 3] [--pictures DIR]

TOUR_DIR is a tour's bundle (manifest.json and what it names); the pages must be built (make web) and Chromium be there
(DIORAMA_CHROMIUM names another one). The line is CDP's throttling: 60 ms before each answer, then 20 Mbit/s for all
together; scripts and JSON come compressed, as a CDN sends them; nothing is cached.

`first_frame`: the whole place is on the canvas, as coarsely as it comes; before that, `poster_s`, its poster is. Bytes
are those that had come by then, headers included. `first_frame_transfer_s` is when the last of them came: what remains
of `first_frame_s` is the processor's, which draws here too (software GL), so it depends on the machine and what else
it does. `full_view`: every splat of the finest level is on the canvas. `fps`: pictures a second at the finest level
while the mouse drags the view around, 1280 x 720, by when they were finished, not when they were asked for (a browser
asks for several ahead); `processor_ms_a_picture` is what all of Chromium spends on one, which other work spoils less.
All are medians of `--runs` visits.

`path_fps`, `path_processor_ms_a_picture`: the same along the tour's guided path, `PATH_CAMERAS` cameras one after the
other, each as soon as the picture of the one before is finished. A drag leads elsewhere in every viewer; this does not.
`path_pictures` counts those that were finished on the way: some cameras are drawn twice, for splats are put in order
beside the drawing. `--only-path` measures nothing else, over a line that is not slow.

With DIORAMA_SUPERSPLAT naming a folder where `npm install @playcanvas/supersplat-viewer` was run, the same scene is
visited with SuperSplat's viewer in the same run: its WebGL renderer, the same finest file (or tiles), the same view.
It shows a place upside down that ours shows upright, which is the same work.
"""

import argparse
import gzip
import json
import math
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.camera_path import animation_of, cameras_along, hash_of
from bench.chromium import WITH_WEBGL, chromium
from diorama.tours.manifest import Manifest, read_manifest
from local.pages import page_routes
from local.state import ROOT, StateFolder

PAGES = ROOT / "web/dist"
SUPERSPLAT = "DIORAMA_SUPERSPLAT"
BYTES_PER_S = 20e6 / 8
LATENCY_MS = 60
SIZE = {"width": 1280, "height": 720}
PATIENCE_MS = 180_000
# The view is dragged about for so long, and longer where pictures are slow: few of them tell little.
SHORTEST_DRAG_S, LONGEST_DRAG_S = 6.0, 60.0
ENOUGH_PICTURES, FEWEST_PICTURES = 12, 2
# A viewer that draws nothing at all is not waited for longer.
GIVEN_UP_AFTER_S = 180.0
PATH_CAMERAS = 40
COMPRESSED = (".js", ".css", ".json", ".html", ".svg", "/")

# When what is first there, in milliseconds since the page was asked for; and when each picture was finished.
# `firstFrame` is what SuperSplat's viewer calls; ours says it in attributes.
WATCH = """
globalThis.seen = {};
const see = (name) => { seen[name] ??= performance.now(); };
globalThis.firstFrame = () => see("shown");
new MutationObserver(() => {
    const { state, level } = document.getElementById("viewer")?.dataset ?? {};
    if (state === "shown") see("shown");
    if (level) see(`level ${level}`);
    const poster = document.querySelector("img.poster");
    if (poster?.complete && poster.naturalWidth) see("poster");
    else poster?.addEventListener("load", () => see("poster"), { once: true });
}).observe(document, { subtree: true, childList: true, attributes: true });
let drawn = null, drawnFrom = null;
globalThis.shownFrom = null;
for (const name of ["drawArrays", "drawArraysInstanced", "drawElements", "drawElementsInstanced"]) {
    const draw = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...given) {
        [drawn, drawnFrom] = [this, shownFrom];
        return draw.apply(this, given);
    };
}
globalThis.finished = [];
globalThis.onFinished = () => {};
const finish = (gl, from) => {
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    const look = setInterval(() => {
        if (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) return;
        clearInterval(look);
        gl.deleteSync(fence);
        finished.push(performance.now());
        onFinished(from);
    }, 10);
};
const mark = () => {
    if (drawn) finish(drawn, drawnFrom);
    drawn = null;
    requestAnimationFrame(mark);
};
requestAnimationFrame(mark);
"""

# Lets a viewer draw one camera after the other; `show` brings it the one of that number, at once.
FOLLOW = """
([shows, cameras]) => {
    const show = (0, eval)(shows);
    globalThis.onFinished = (from) => {
        if (from !== shownFrom) return;
        if (from === cameras - 1) globalThis.hasArrived = true;
        else show(++shownFrom);
    };
    [finished, shownFrom, globalThis.hasArrived] = [[], 0, false];
    show(0);
}
"""
OURS_SHOWS = """
(number) => {
    history.replaceState(null, "", %s[number]);
    dispatchEvent(new HashChangeEvent("hashchange"));
}
"""
SUPERSPLAT_SHOWS = "(number) => void scrubTo(number)"
# All splats at once, as `?level=` has it with ours.
SUPERSPLAT_FINEST = """
() => {
    app.scene.gsplat.splatBudget = 0;
    for (const place of app.root.findComponents("gsplat")) place.lodRangeMin = place.lodRangeMax = 0;
    app.renderNextFrame = true;
}
"""


class NothingDrawn(Exception):
    """A viewer finished too few pictures to say how smoothly it draws."""


@dataclass
class Line:
    """What came through the line, and when: seconds since the first request, bytes with headers."""

    began_s: float | None = None
    addresses: dict[str, str] = field(default_factory=dict)
    came: list[tuple[float, int]] = field(default_factory=list)
    scripts: set[str] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Throttles the page's line and keeps the account of it."""
        session = self.count(page)
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line = {"downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S, "latency": LATENCY_MS}
        session.send("Network.emulateNetworkConditions", {"offline": False, **line})

    def count(self, page: Page) -> CDPSession:
        """Keeps the account of the page's line as it is."""
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.dataReceived", self._came)
        session.on("Network.responseReceived", self._answered)
        session.send("Network.enable")
        return session

    def _asked(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("http"):
            self.began_s = self.began_s or event["timestamp"]
            self.addresses[event["requestId"]] = url
            if url.endswith(".js"):
                self.scripts.add(url)

    def _answered(self, event: dict[str, Any]) -> None:
        self._take(event, int(event["response"]["encodedDataLength"]))

    def _came(self, event: dict[str, Any]) -> None:
        self._take(event, event["encodedDataLength"])

    def _take(self, event: dict[str, Any], size: int) -> None:
        if event["requestId"] in self.addresses and self.began_s is not None:
            self.came.append((event["timestamp"] - self.began_s, size))

    def until(self, seconds: float) -> tuple[int, float]:
        """Bytes that had come by then, and when the last of them came."""
        before = [(at, size) for at, size in self.came if at <= seconds]
        return sum(size for _, size in before), max((at for at, size in before if size), default=0.0)


@contextmanager
def served(bundle: Path, supersplat: Path | None) -> Iterator[str]:
    """The tour as published, ours and SuperSplat's pages: the origin."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "published/bench"
        home.mkdir(parents=True)
        (home / "v1").symlink_to(bundle.resolve())
        note = {"schema": 1, "tour_id": "bench", "name": "Bench", "version": 1, "files": "v1/"}
        (home / "tour.json").write_text(json.dumps(note))
        routes: list[BaseRoute] = [
            Mount("/published", StaticFiles(directory=home.parent, follow_symlink=True)),
            *page_routes(PAGES, StateFolder(Path(folder) / "state")),
        ]
        if supersplat:
            settings = supersplat_settings(read_manifest((bundle / "manifest.json").read_bytes()))
            for name, document in settings.items():
                (Path(folder) / name).write_text(json.dumps(document))
            routes.insert(0, Mount("/settings", StaticFiles(directory=folder)))
            routes.insert(0, Mount("/supersplat", StaticFiles(directory=supersplat, html=True)))
        server = uvicorn.Server(
            uvicorn.Config(compressing(Starlette(routes=routes)), port=0, log_level="error", ws="none")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


def compressing(app: ASGIApp) -> ASGIApp:
    """Scripts and text go compressed; pictures and splats are as small as they get."""
    smaller = GZipMiddleware(app, compresslevel=9)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        is_text = scope["type"] == "http" and (
            scope["path"].endswith(COMPRESSED) or "." not in scope["path"].rsplit("/", 1)[-1]
        )
        await (smaller if is_text else app)(scope, receive, send)

    return answer


def supersplat_settings(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """Our start pose for SuperSplat's viewer, which turns what it shows by half a turn about z; and our path."""
    (x, y, z), (a, b, c) = manifest.start.position, manifest.start.target
    # It counts the field of view along the longer side.
    half = math.tan(math.radians(manifest.start.field_of_view_deg) / 2)
    aspect = min(manifest.poster.width_px / manifest.poster.height_px, SIZE["width"] / SIZE["height"])
    fov = 2 * math.degrees(math.atan(half * aspect))
    camera = {"position": [-x, -y, z], "target": [-a, -b, c], "fov": fov}
    effects: dict[str, dict[str, Any]] = {
        "sharpness": {"enabled": False, "amount": 0},
        "bloom": {"enabled": False, "intensity": 1, "blurLevel": 2},
        "grading": {"enabled": False, "brightness": 0, "contrast": 1, "saturation": 1, "tint": [1, 1, 1]},
        "vignette": {"enabled": False, "intensity": 0.5, "inner": 0.3, "outer": 0.75, "curvature": 1},
        "fringing": {"enabled": False, "intensity": 0.5},
    }
    settings = {
        "version": 2,
        "tonemapping": "none",
        "highPrecisionRendering": False,
        "background": {"color": [0, 0, 0]},
        "postEffectSettings": effects,
        "animTracks": [],
        "cameras": [{"initial": camera}],
        "annotations": [],
        "startMode": "default",
    }
    path = animation_of(cameras_along(manifest, PATH_CAMERAS), fov)
    return {
        "settings.json": settings,
        "path.json": settings | {"animTracks": [path], "startMode": "animTrack"},
    }


@contextmanager
def visited(browser: Browser, address: str) -> Iterator[tuple[Page, Line]]:
    """A page through the slow line."""
    with opened(browser) as page:
        line = Line()
        line.listen(page)
        page.goto(address, wait_until="commit")
        yield page, line


@contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    """An empty page that will be watched."""
    context = browser.new_context(viewport=SIZE)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCH)
    yield page
    context.close()


def visit_ours(browser: Browser, origin: str, finest: str, pictures: Path | None) -> dict[str, float]:
    """One visit, from the first request until the view was dragged around."""
    with visited(browser, f"{origin}/t/bench?mode=orbit&level={finest}") as (page, line):
        page.locator(f"[data-level={finest}]").wait_for()
        seen = {name: ms / 1000 for name, ms in page.evaluate("seen").items()}
        first_bytes, first_transfer_s = line.until(seen["shown"])
        full_bytes, full_transfer_s = line.until(seen[f"level {finest}"])
        if pictures:
            page.wait_for_timeout(1000)
            page.screenshot(path=pictures / "ours.png")
        return {
            "poster_s": seen.get("poster", 0.0),
            "first_frame_s": seen["shown"],
            "first_frame_transfer_s": first_transfer_s,
            "first_frame_bytes": first_bytes,
            "full_view_s": seen[f"level {finest}"],
            "full_view_transfer_s": full_transfer_s,
            "full_view_bytes": full_bytes,
            **drawing(page),
            "viewer_js_gzip": sum(map(gzipped, line.scripts)),
        }


def visit_supersplat(
    browser: Browser, origin: str, content: str, splats: int, pictures: Path | None
) -> dict[str, float]:
    """The same with SuperSplat's viewer; its first frame is the one that it calls so."""
    wanted = f"content=/published/bench/v1/{content}&settings=/settings/settings.json"
    budget = f"budget={splats / 1e6 + 0.1}"
    with visited(browser, f"{origin}/supersplat/?{wanted}&webgl&noui&noanim&{budget}") as (page, line):
        page.wait_for_function("seen.shown !== undefined")
        shown_s = page.evaluate("seen.shown") / 1000
        first_bytes, first_transfer_s = line.until(shown_s)
        wait_until_still(page, line)
        full_bytes, full_transfer_s = line.until(float("inf"))
        if pictures:
            page.screenshot(path=pictures / "supersplat.png")
        return {
            "first_frame_s": shown_s,
            "first_frame_transfer_s": first_transfer_s,
            "first_frame_bytes": first_bytes,
            "full_view_transfer_s": full_transfer_s,
            "full_view_bytes": full_bytes,
            **drawing(page),
        }


def follow_ours(
    browser: Browser, origin: str, manifest: Manifest, finest: str, pictures: Path | None
) -> dict[str, float]:
    """The tour's path in our viewer."""
    with opened(browser) as page:
        page.emulate_media(reduced_motion="reduce")  # it does not glide then: it stands where it was sent
        page.goto(f"{origin}/t/bench?mode=fly&level={finest}", wait_until="commit")
        page.locator(f"[data-level={finest}]").wait_for()
        page.wait_for_timeout(1000)
        hashes = [hash_of(camera) for camera in cameras_along(manifest, PATH_CAMERAS)]
        return following(page, OURS_SHOWS % json.dumps(hashes), pictures and pictures / "ours")


def follow_supersplat(browser: Browser, origin: str, content: str, pictures: Path | None) -> dict[str, float]:
    """The same in SuperSplat's viewer, all its splats loaded."""
    wanted = f"content=/published/bench/v1/{content}&settings=/settings/path.json"
    with opened(browser) as page:
        line = Line()
        line.count(page)
        page.goto(f"{origin}/supersplat/?{wanted}&webgl&noui&noanim", wait_until="commit")
        page.wait_for_function("seen.shown !== undefined")
        page.evaluate(SUPERSPLAT_FINEST)
        wait_until_still(page, line)
        found = following(page, SUPERSPLAT_SHOWS, pictures and pictures / "supersplat")
        return found | {"path_splats": page.evaluate("app.stats.frame.gsplats")}


def following(page: Page, shows: str, picture: Path | None) -> dict[str, float]:
    """How smoothly a viewer shows camera after camera; leaves the last view of it at `picture`, a path without ending.

    Raises `NothingDrawn`.
    """
    began, spent_s = time.perf_counter(), chromium_s()
    page.evaluate(FOLLOW, [shows, PATH_CAMERAS])
    drawn = 0
    while not page.evaluate("hasArrived"):
        page.wait_for_timeout(100)
        before, drawn = drawn, page.evaluate("finished.length")
        if drawn > before:
            began = time.perf_counter()
        if time.perf_counter() - began > GIVEN_UP_AFTER_S:
            raise NothingDrawn(f"camera {page.evaluate('shownFrom')} of the path was never drawn")
    spent_s = chromium_s() - spent_s
    smoothness = rhythm(page.evaluate("finished"), spent_s)
    pictures = page.evaluate("finished.length")
    if picture:
        page.wait_for_timeout(1000)
        page.screenshot(path=picture.with_name(f"{picture.name}_path.png"))
    return {f"path_{name}": value for name, value in smoothness.items()} | {"path_pictures": pictures}


def wait_until_still(page: Page, line: Line) -> None:
    """Until nothing has come for three seconds."""
    came = -1
    while came != len(line.came):
        came = len(line.came)
        page.wait_for_timeout(3000)


def drawing(page: Page) -> dict[str, float]:
    """How smoothly the view follows while the mouse drags it to and fro. Raises `NothingDrawn`."""
    x, y = SIZE["width"] / 2, SIZE["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=3)
    page.evaluate("finished = []")
    began, spent_s = time.perf_counter(), chromium_s()
    step, taken_s = 0, 0.0
    while not is_enough(taken_s, page.evaluate("finished.length")):
        for _ in range(10):
            step += 1
            page.mouse.move(x + 30 + 150 * (abs(step % 80 - 40) / 40), y)
        taken_s = time.perf_counter() - began
    spent_s = chromium_s() - spent_s
    finished_ms = page.evaluate("finished")
    page.mouse.up()
    return rhythm(finished_ms, spent_s)


def rhythm(finished_ms: list[float], spent_s: float) -> dict[str, float]:
    """Pictures a second, by when each was finished, and what one took of the processor's `spent_s`."""
    taken_s = (finished_ms[-1] - finished_ms[0]) / 1000
    return {
        "fps": (len(finished_ms) - 1) / taken_s,
        "processor_ms_a_picture": 1000 * spent_s / len(finished_ms),
    }


def is_enough(taken_s: float, pictures: int) -> bool:
    """Whether a drag of so many seconds has shown how smoothly the view follows. Raises `NothingDrawn`."""
    if taken_s > GIVEN_UP_AFTER_S and pictures < FEWEST_PICTURES:
        raise NothingDrawn(f"{pictures} pictures were finished in {taken_s:.0f} s of dragging")
    if taken_s < SHORTEST_DRAG_S:
        return False
    return pictures >= (FEWEST_PICTURES if taken_s > LONGEST_DRAG_S else ENOUGH_PICTURES)


def chromium_s() -> float:
    """Processor seconds so far of every process that descends from this one."""
    spent = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            values = stat.read_text().rpartition(") ")[2].split()
            spent[int(stat.parent.name)] = (int(values[1]), int(values[11]) + int(values[12]))
    ours = {os.getpid()}
    for pid, (parent, _) in sorted(spent.items()):
        if parent in ours:
            ours.add(pid)
    return sum(spent[pid][1] for pid in ours if pid in spent) / os.sysconf("SC_CLK_TCK")


def gzipped(address: str) -> int:
    """Bytes of one of our scripts as a CDN sends it."""
    return len(gzip.compress((PAGES / "assets" / address.rsplit("/", 1)[1]).read_bytes(), 9))


def medians(visits: list[dict[str, float]]) -> dict[str, float]:
    """Of each figure by itself."""
    return {
        name: round(statistics.median(visit[name] for visit in visits), 0 if _is_whole(name) else 2)
        for name in visits[0]
    }


def _is_whole(name: str) -> bool:
    return name.endswith(("bytes", "gzip", "pictures", "splats"))


def measure(bundle: Path, runs: int, pictures: Path | None, only_path: bool) -> dict[str, Any]:
    """The document that is printed. Raises `NothingDrawn`."""
    manifest = read_manifest((bundle / "manifest.json").read_bytes())
    streaming = manifest.streaming
    finest = streaming.levels[0] if streaming else manifest.levels[0]
    content = streaming.path if streaming else manifest.levels[0].path
    folder = os.environ.get(SUPERSPLAT)
    supersplat = Path(folder, "node_modules/@playcanvas/supersplat-viewer/public") if folder else None
    ours, theirs = [], []
    with served(bundle, supersplat) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(WITH_WEBGL))
        for _ in range(runs):
            ours.append({} if only_path else visit_ours(browser, origin, finest.name, pictures))
            if supersplat:
                theirs.append(
                    {} if only_path else visit_supersplat(browser, origin, content, finest.splats, pictures)
                )
            ours[-1] |= follow_ours(browser, origin, manifest, finest.name, pictures)
            if supersplat:
                theirs[-1] |= follow_supersplat(browser, origin, content, pictures)
        browser.close()
    found: dict[str, Any] = medians(ours)
    if theirs:
        found["supersplat"] = medians(theirs)
    return found | {
        "splats": finest.splats,
        "tiles": streaming.levels[0].tiles if streaming else 0,
        "line": f"{BYTES_PER_S * 8 / 1e6:.0f} Mbit/s, {LATENCY_MS} ms",
        "runs": runs,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, software GL",
        "date": date.today().isoformat(),
    }


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.view", description="How soon a visitor sees a tour.")
    parser.add_argument("tour_dir", type=Path)
    parser.add_argument("--json", action="store_true", help="one document instead of lines")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="leave what was on the canvas here")
    parser.add_argument("--only-path", action="store_true", help="how smoothly it draws, and nothing else")
    asked = parser.parse_args()
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    try:
        found = measure(asked.tour_dir, asked.runs, asked.pictures, asked.only_path)
    except NothingDrawn as trouble:
        print(f"bench.view: {trouble}", file=sys.stderr)
        return 1
    if asked.json:
        print(json.dumps(found, indent=1))
        return 0
    for name, value in found.items():
        print(f"{name:24} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
