"""Pictures of what one gets, for the README: `python -m examples.pictures` takes them in a headless Chromium.

They show the newest tour and the newest object that the demo user of a state folder has finished; without an object
its picture stays as it is. Needs the built pages, Playwright and Chromium (tests/requirements.txt), which
DIORAMA_CHROMIUM may name.
"""

import argparse
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from bench.chromium import WITH_WEBGL, chromium
from diorama.errors import NotFound
from local.client import StudioClient
from local.demo import sign_in_link, signed_in, studio_of
from local.state import ROOT, StateFolder

MOST_BYTES = 150_000
PATIENCE_MS = 120_000
SETTLED_MS = 1500
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
FINEST, SHOWN = "?level=full", "[data-level=full]"


@dataclass(frozen=True)
class Shot:
    """One picture: of which address, in what browser, what is there when all is, and which heading begins it."""

    name: str
    address: Callable[[dict[str, Any]], str]
    context: dict[str, Any] = field(default_factory=dict)
    ready: str = "h1"
    begins_with: str = ""


def window(width: int, height: int) -> dict[str, Any]:
    """A browser's window, in pixels of the picture."""
    return {"viewport": {"width": width, "height": height}}


SHOTS = (
    Shot("viewer", lambda tour: f"/view/{tour['tour_id']}{FINEST}", ready=SHOWN),
    Shot("viewer-phone", lambda tour: f"/view/{tour['tour_id']}{FINEST}", PHONE, SHOWN),
    Shot("job", lambda tour: f"/jobs/{tour['job_id']}", window(1280, 2000), begins_with="Choose the frames"),
    Shot(
        "project-dark",
        lambda tour: f"/projects/{tour['project_id']}",
        {"color_scheme": "dark", **window(1280, 1060)},
    ),
)
OBJECT = Shot(
    "object",
    lambda made: f"/objects/{made['session_id']}",
    window(1280, 930),
    ready=".showcase[data-state=shown]",
)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, default=ROOT / ".diorama", help="the studio's state folder")
    parser.add_argument("--to", type=Path, default=ROOT / "docs/pictures", help="where the pictures go")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    state = StateFolder(asked.state)
    with studio_of(state) as url, signed_in(state, url) as client, sync_playwright() as playwright:
        tour, made = newest_tour(client), newest_object(client)
        wanted = [(shot, tour) for shot in SHOTS] + ([(OBJECT, made)] if made else [])
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(WITH_WEBGL))
        for shot, shown in wanted:
            path = asked.to / f"{shot.name}.webp"
            path.write_bytes(packed(take(browser, shot, shown, url, sign_in_link(state, url))))
            print(f"{path}: {path.stat().st_size // 1000} kB")
        browser.close()


def newest_tour(client: StudioClient) -> dict[str, Any]:
    """Raises `NotFound` where no tour was finished."""
    for tour in client.ask("GET", "/v1/tours")["tours"]:
        if tour["version"] is not None:
            return dict(tour)
    raise NotFound("There is no finished tour to take pictures of.", "Make one: make demo.")


def newest_object(client: StudioClient) -> dict[str, Any] | None:
    """The session of the newest object that was built; None where there is none."""
    for session in client.ask("GET", "/v1/objects")["sessions"]:
        details = client.ask("GET", f"/v1/objects/{session['session_id']}")
        if details["build"] is not None:
            return dict(details)
    return None


def take(browser: Any, shot: Shot, shown: dict[str, Any], url: str, link: str) -> bytes:
    """A PNG of the page as it is when all of it has come."""
    context = browser.new_context(**{**window(1280, 720), **shot.context})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("heading", name="Projects").wait_for()
    page.goto(url + shot.address(shown))
    page.locator(shot.ready).first.wait_for()
    if shot.begins_with:
        page.get_by_role("heading", name=shot.begins_with).evaluate("words => words.scrollIntoView()")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    png: bytes = page.screenshot()
    context.close()
    return png


def packed(png: bytes) -> bytes:
    """As WebP, as good as `MOST_BYTES` allow."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in range(90, 20, -5):
        webp = io.BytesIO()
        picture.save(webp, "WEBP", quality=quality, method=6)
        if webp.tell() <= MOST_BYTES:
            break
    return webp.getvalue()


if __name__ == "__main__":
    main()
