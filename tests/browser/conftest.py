"""A real browser before a real studio: headless Chromium, driven by Playwright.

Skipped where the pages are not built or there is no browser; DIORAMA_CHROMIUM names another one.
"""

import json
import socket
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, sync_playwright

import optimize_splats
import package_tour
from bench.chromium import WITH_WEBGL, chromium
from diorama.tours.stages import OptimizeSplatsParams, PackageTourParams
from tests.browser.published import PublishedTours
from tests.journey.running_studio import ROOT, RunningStudio
from tests.scene.room import Room, room

WEB = ROOT / "web"
FLAGS = [
    *WITH_WEBGL,
    # colours as they are written
    "--force-color-profile=srgb",
    # So that a page of another origin, which is not on this machine, may show a frame that is
    "--disable-features=LocalNetworkAccessChecks",
]
PATIENCE_MS = 30_000

FAILED = pytest.StashKey[bool]()

NewPage = Callable[..., Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    reason = ""
    if not (WEB / "dist/index.html").exists():
        reason = "the pages are not built: make web"
    elif not chromium():
        reason = "there is no Chromium here: install it, or name it in DIORAMA_CHROMIUM"
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.slow)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStudio]:
    """One studio for all tests that don't harm it, always at the same address."""
    studio = RunningStudio(tmp_path_factory.mktemp("studio") / "state", port=free_port())
    studio.start()
    yield studio
    studio.stop()
    studio.kill_everything()


@pytest.fixture(scope="session")
def finished_job(served: RunningStudio, short_clip: Path) -> str:
    """A job of the demo user that is done: its id."""
    project_id = served.project()
    upload_id = served.upload(project_id, short_clip, "video/mp4")
    job_id = served.start_tour(project_id, upload_id)
    assert served.ended(job_id, within_s=240)["status"] == "succeeded"
    return job_id


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublishedTours]:
    """A static host."""
    tours = PublishedTours(tmp_path_factory.mktemp("host") / "published", WEB / "dist", free_port())
    yield tours
    tours.close()


@pytest.fixture(scope="session")
def corner_room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A place that is known exactly."""
    return room(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="session")
def bundle(corner_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its tour, by the stages that make tours."""
    made = tmp_path_factory.mktemp("made")
    quick = OptimizeSplatsParams(looked_at_side_px=96, refined_side_px=96, refine_steps=5)
    optimize_splats.run(corner_room.inputs, made / "scene", quick, ignore)
    (made / "poses").symlink_to(corner_room.inputs / "poses")
    small = PackageTourParams(poster_width_px=640, thumbnail_width_px=96, thumbnails=2, path_poses=12)
    package_tour.run(made, made / "tour", small, ignore)
    return made / "tour"


def ignore(percent: float, message: str, **metrics: float | int | str) -> None:
    """Progress of no interest."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers that a test failed, for what its fixtures have to say then."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def new_page(browser: Any, served: RunningStudio, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Makes pages of a browser that knows nothing yet; no script of theirs may fail.

    What they wrote to their console stands in the report of a test that failed, and what they showed in the end.
    """
    contexts, failures = [], []

    def make(signed_in: bool = True, **context: Any) -> Any:
        made = browser.new_context(**{"viewport": {"width": 1200, "height": 850}, **context})
        made.set_default_timeout(PATIENCE_MS)
        contexts.append(made)
        page = made.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda said: print(f"{said.type}: {said.text}"))
        page.goto(served.url + (demo_link(served) if signed_in else "/"))
        return page

    yield make
    if request.node.stash.get(FAILED, False):
        for page in (page for context in contexts for page in context.pages):
            show(page)
    for context in contexts:
        end(context)
    assert failures == []


def show(page: Any) -> None:
    """Prints what a page says."""
    try:
        print(f"{page.url} showed:\n{page.locator('body').inner_text(timeout=5000)}")
    except Error as error:
        print(f"{page.url} no longer answers: {error}")


def end(context: Any) -> None:
    """Closes its pages; an answer that a test was still making up for one of them fails nobody's test."""
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")
    context.close()


def demo_link(studio: RunningStudio) -> str:
    """What the command line opens: a refresh token that works once."""
    demo = json.loads((studio.folder / "demo.json").read_text())
    tokens = studio.ask("POST", "/v1/auth/login", json=demo)
    return f"/#demo={tokens['refresh_token']}"


@pytest.fixture
def page(new_page: NewPage) -> Any:
    """Signed in as the demo user."""
    return new_page()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return (WEB / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def violations(page: Any, axe: str) -> list[str]:
    """What axe-core finds on the page as it is shown now."""
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
