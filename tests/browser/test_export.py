"""A tour that has left the studio: on a plain web server, and as one file without a network."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.export import main as export
from tests.browser.canvas import picture_of
from tests.browser.conftest import PATIENCE_MS, NewPage, free_port, violations
from tests.journey.running_studio import ROOT, RunningStudio, wait_for

DOWNLOAD_MS = 120_000
NO_NETWORK = ("file:", "data:", "blob:")


def exported(bundle: Path, **options: Any) -> None:
    """As the command does."""
    asked = {"tour": str(bundle), "folder": None, "file": None, "level": None, "name": "A <corner>"}
    export(type("Asked", (), asked | options)())


@contextmanager
def opened(browser: Any, url: str, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page at the address, and what it asks for; none of its scripts may fail."""
    context = browser.new_context(viewport={"width": 640, "height": 400}, **options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    asked: list[str] = []
    failures: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(url)
    yield page, asked
    context.close()
    assert failures == []


def picture(page: Any) -> Any:
    page.locator("[data-state=shown]").wait_for()
    return picture_of(page, 700)


@pytest.fixture(scope="module")
def plain_server(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Python's own web server, with the exported folder below the folder that it serves."""
    site = tmp_path_factory.mktemp("site")
    exported(bundle, folder=site / "places/corner")
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "http.server",
        str(port),
        "--bind",
        "127.0.0.1",
        "--directory",
        str(site),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(url), within_s=20)
        yield url
    finally:
        server.terminate()
        server.communicate(timeout=10)


def answers(url: str) -> bool:
    probe = [sys.executable, "-c", f"import urllib.request; urllib.request.urlopen({url!r})"]
    return subprocess.run(probe, capture_output=True).returncode == 0


def test_a_folder_works_on_a_plain_web_server_wherever_it_lies(browser: Any, plain_server: str) -> None:
    with opened(browser, f"{plain_server}/places/corner/") as (page, asked):
        page.get_by_role("heading", name="A <corner>").wait_for()
        assert picture(page).std() > 20
        home = f"{plain_server}/places/corner/"
        assert [url for url in asked if not url.startswith((home, "blob:")) and "favicon" not in url] == []


def test_other_pages_show_it_as_an_element(browser: Any, plain_server: str, published: Any) -> None:
    body = f"""<!doctype html><title>Host</title><script src="{published.url}/embed/v1/diorama-tour.js"></script>
        <diorama-tour src="{plain_server}/places/corner/" load="click"></diorama-tour>
        <script>
            const tour = document.querySelector("diorama-tour"), told = [];
            tour.addEventListener("ready", ({{ detail }}) => told.push(detail.name));
        </script>"""
    context = browser.new_context()
    page = context.new_page()
    page.route("http://host.test/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("http://host.test/")
    frame = page.frame_locator("diorama-tour >> iframe")
    frame.get_by_role("button", name="Walk into A <corner>").wait_for()
    page.evaluate("tour.setMode('fly'); tour.start()")
    frame.locator("[data-state=shown][data-mode=fly]").wait_for()
    assert page.evaluate("told") == ["A <corner>"]
    context.close()


def test_one_file_opens_without_a_network(browser: Any, bundle: Path, tmp_path: Path, axe: str) -> None:
    target = tmp_path / "corner.html"
    exported(bundle, file=target)
    with opened(browser, target.as_uri() + "?level=full", offline=True) as (page, asked):
        page.locator("[data-level=full]").wait_for()
        assert picture(page).std() > 20
        assert page.title() == "A <corner> · Diorama"
        assert [url for url in asked if not url.startswith(NO_NETWORK)] == []
        assert violations(page, axe) == []


def test_a_smaller_file_has_the_coarser_levels_alone(browser: Any, bundle: Path, tmp_path: Path) -> None:
    whole, small = tmp_path / "whole.html", tmp_path / "small.html"
    exported(bundle, file=whole)
    exported(bundle, file=small, level="thumbnail")
    assert small.stat().st_size < whole.stat().st_size
    with opened(browser, small.as_uri() + "?level=full", offline=True) as (page, _):
        assert picture(page).std() > 20
        assert page.locator("#viewer").get_attribute("data-level") == "thumbnail"


@pytest.fixture
def marked_tour(served: RunningStudio, finished_job: str) -> Iterator[str]:
    """A finished tour with a hotspot: its id."""
    tour_id: str = served.job(finished_job)["subject_id"]
    seen_from = {"position": [0, 1.5, 0.25], "yaw_deg": -12.345678, "pitch_deg": 3}
    said = {
        "title": "The stove & more",
        "text": "It is warm.",
        "position": [0.1, 1, -2.5],
        "seen_from": seen_from,
    }
    added = served.ask("POST", f"/v1/tours/{tour_id}/hotspots", json=said)
    yield tour_id
    served.ask("DELETE", f"/v1/tours/{tour_id}/hotspots/{added['hotspot_id']}")


def test_its_owner_downloads_what_the_command_writes(
    new_page: NewPage, served: RunningStudio, marked_tour: str, browser: Any, tmp_path: Path, axe: str
) -> None:
    tour_id = marked_tour
    page = new_page()
    page.get_by_role("heading", name="Projects").wait_for()
    page.goto(f"{served.url}/view/{tour_id}")
    page.get_by_role("button", name="Take this tour with you").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_text(re.compile(r"\d MB")).wait_for()
    assert violations(page, axe) == []
    sheet.get_by_label("Sharpest version in it").select_option(index=1)
    with page.expect_download(timeout=DOWNLOAD_MS) as download:
        sheet.get_by_role("button", name="Download").click()
    told = sheet.get_by_role("status").text_content()
    assert download.value.suggested_filename in told
    by_page = download.value.path()
    level = sheet.get_by_label("Sharpest version in it").input_value()

    by_command = tmp_path / "tour.html"
    command = [sys.executable, "-m", "local", "--state", str(served.folder), "export", tour_id]
    done = subprocess.run(
        [*command, "--file", str(by_command), "--level", level], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert by_command.read_bytes() == Path(by_page).read_bytes()
    said_mb = float(done.stdout.rsplit(", ", 1)[1].removesuffix(" MB\n"))
    assert said_mb == pytest.approx(by_command.stat().st_size / 1e6, abs=0.06)
    with opened(browser, by_command.as_uri(), offline=True) as (alone, _):
        alone.locator("button.marker", has_text="The stove & more").wait_for(state="attached")

    sheet.get_by_label("A folder for a web server").check()
    with page.expect_download(timeout=DOWNLOAD_MS) as download:
        sheet.get_by_role("button", name="Download").click()
    folder = tmp_path / "folder"
    subprocess.run([*command, "--folder", str(folder)], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(download.value.path()) as packed:
        written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert set(packed.namelist()) == written
        for name in written:
            assert packed.read(name) == (folder / name).read_bytes(), name
        assert json.loads(packed.read("tour/manifest.json"))["format"] == "diorama-tour"
