"""Uploads that are cut off in the middle, and jobs whose studio dies before the eyes of their owner."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE_MS, demo_link, free_port
from tests.browser.test_studio import choose, start
from tests.journey.running_studio import RunningStudio

MIB = 2**20


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[RunningStudio]:
    """A studio of one test, which may kill it; it comes back at the same address."""
    studio = RunningStudio(tmp_path / "state", port=free_port())
    studio.start()
    yield studio
    studio.stop()
    studio.kill_everything()


@pytest.fixture
def owner(browser: Any, mortal: RunningStudio) -> Iterator[Any]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(mortal.url + demo_link(mortal))
    yield page
    context.close()


def large_video(folder: Path, size: int = 40 * MIB) -> Path:
    """Not a video that anything can be made from, but large and with the right first bytes."""
    path = folder / "large.mp4"
    path.write_bytes(b"\x00\x00\x00\x20ftypisom" + os.urandom(size))
    return path


def test_an_upload_goes_on_after_a_reload_and_sends_only_what_is_missing(
    owner: Any, mortal: RunningStudio, tmp_path: Path
) -> None:
    video = large_video(tmp_path)
    done: list[str] = []

    def some(route: Any) -> None:
        """Lets two parts pass and holds the others."""
        if len(done) < 2:
            done.append(route.request.url)
            route.continue_()

    owner.route(re.compile("/store/.*part="), some)
    choose(owner, video)
    start(owner)
    owner.get_by_text(re.compile(r"^1[67]\.\d MB of 41\.\d MB|^1[67] MB")).wait_for()
    owner.reload()
    owner.get_by_text("The page was reloaded.").wait_for()
    owner.unroute_all(behavior="ignoreErrors")
    sent: list[str] = []
    owner.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    choose(owner, video, "Choose a file")
    owner.get_by_role("link", name="See how it goes").wait_for()
    assert len(sent) == 4
    assert not {part_of(url) for url in sent} & {part_of(url) for url in done}


def part_of(url: str) -> str:
    found = re.search(r"part=(\d+)", url)
    assert found
    return found[1]


def test_another_file_does_not_go_on_in_the_place_of_the_first(
    owner: Any, mortal: RunningStudio, tmp_path: Path
) -> None:
    with owner.expect_response(re.compile("/store/.*part=")):
        choose(owner, large_video(tmp_path, 120 * MIB))
        start(owner)
    owner.reload()
    owner.get_by_text("The page was reloaded.").wait_for()
    other = tmp_path / "other.mp4"
    other.write_bytes(b"\x00\x00\x00\x20ftypisom" + os.urandom(MIB))
    choose(owner, other, "Choose a file")
    owner.get_by_text("That is another file.").wait_for()
    owner.get_by_role("button", name=re.compile("^Stop the upload")).click()
    owner.get_by_role("heading", name="On the way").wait_for(state="hidden")


def test_an_upload_of_one_tab_is_not_offered_to_another(
    owner: Any, mortal: RunningStudio, tmp_path: Path
) -> None:
    owner.route(re.compile("/store/.*part=1[0-9]"), lambda route: route.abort())
    with owner.expect_response(re.compile("/store/.*part=")):
        choose(owner, large_video(tmp_path, 100 * MIB))
        start(owner)
    other = owner.context.new_page()
    other.goto(mortal.url)
    other.get_by_role("heading", name="Projects").wait_for()
    other.wait_for_load_state("networkidle")
    assert other.get_by_text("The page was reloaded.").count() == 0
    owner.close()
    other.reload()
    other.get_by_text("The page was reloaded.").wait_for()


def test_an_upload_outlives_the_studio(owner: Any, mortal: RunningStudio, tmp_path: Path) -> None:
    video = large_video(tmp_path)
    owner.route(re.compile("/store/.*part=5"), lambda route: route.abort(), times=2)
    choose(owner, video)
    start(owner)
    owner.get_by_text(re.compile("of 41")).wait_for()
    mortal.kill_everything()
    mortal.start()
    owner.wait_for_url("**/jobs/*", timeout=90_000)


def test_a_job_goes_on_before_the_eyes_of_its_owner_when_the_studio_is_killed(
    owner: Any, mortal: RunningStudio, short_clip: Path
) -> None:
    choose(owner, short_clip)
    start(owner)
    owner.wait_for_url("**/jobs/*")
    owner.get_by_text("frames kept").wait_for(timeout=60_000)
    mortal.kill_everything()
    owner.get_by_text("The studio does not answer.").wait_for()
    mortal.start()
    owner.get_by_text("The studio does not answer.").wait_for(state="hidden")
    owner.get_by_text("frames placed").wait_for(timeout=240_000)
