"""From a video to splats on the canvas, for its owner and for everybody else."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE_MS, NewPage, demo_link, violations
from tests.browser.test_signing_in import PASSWORD, sign_up
from tests.browser.test_studio import choose, start
from tests.browser.test_viewer import pixels
from tests.journey.running_studio import RunningStudio

SPLATS_ON_CANVAS = "[data-state=shown][data-level]"


@pytest.fixture(scope="module")
def tour_id(served: RunningStudio, finished_job: str) -> str:
    return str(served.job(finished_job)["subject_id"])


@pytest.fixture(scope="module")
def publishable(served: RunningStudio, finished_job: str) -> str:
    """A tour that is good enough for visitors, trained for longer."""
    tour = served.ask("GET", f"/v1/tours/{served.job(finished_job)['subject_id']}")
    longer = {"steps": 500, "max_splats": 4000, "max_side_px": 160}
    job_id = served.start_tour(tour["project_id"], tour["upload_id"], train_splats=longer)
    job = served.ended(job_id, within_s=240)
    assert job["status"] == "succeeded", job
    return str(job["subject_id"])


@pytest.fixture
def stranger(browser: Any) -> Iterator[Any]:
    """A browser that was never here."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_from_signing_up_through_an_upload_to_splats_on_the_canvas(
    new_page: NewPage, served: RunningStudio, short_clip: Path, tmp_path: Path
) -> None:
    page = new_page(signed_in=False)
    sign_up(page, served, "cleo@example.test")
    video = tmp_path / "My kitchen.mp4"
    shutil.copy(short_clip, video)
    choose(page, video)
    start(page)
    page.wait_for_url("**/jobs/*")
    page.get_by_role("link", name="Explore the tour").click(timeout=240_000)
    page.wait_for_url("**/view/*")
    page.locator(SPLATS_ON_CANVAS).wait_for()
    assert page.title() == "My kitchen · Diorama"
    assert pixels(page).std() > 15
    page.goto(page.url + "?level=full")
    page.locator("[data-level=full]").wait_for()
    page.get_by_role("link", name="Back to the studio").click()
    page.get_by_role("heading", name="Projects").wait_for()


def test_who_is_not_signed_in_logs_in_and_comes_back(
    new_page: NewPage, stranger: Any, served: RunningStudio, short_clip: Path, tmp_path: Path, tour_id: str
) -> None:
    email = "dora@example.test"
    sign_up(new_page(signed_in=False), served, email)
    stranger.goto(f"{served.url}/view/{tour_id}?mode=fly")
    stranger.get_by_role("link", name="Log in").click()
    stranger.get_by_label("E-mail address").fill(email)
    stranger.get_by_label("Password", exact=True).fill(PASSWORD)
    stranger.keyboard.press("Enter")
    stranger.wait_for_url(f"**/view/{tour_id}?mode=fly")
    # It is somebody else's tour: that is not told apart from none at all.
    stranger.get_by_role("heading", name="There is no such tour").wait_for()


def test_the_link_of_the_command_line_may_lead_to_a_tour(
    stranger: Any, served: RunningStudio, tour_id: str
) -> None:
    stranger.goto(f"{served.url}/view/{tour_id}{demo_link(served)[1:]}")
    stranger.locator(SPLATS_ON_CANVAS).wait_for()
    assert "demo=" not in stranger.url


def test_logging_in_leads_to_no_other_host(new_page: NewPage, served: RunningStudio) -> None:
    page = new_page()
    page.get_by_role("heading", name="Projects").wait_for()
    for next_page in ("//example.test/", "https://example.test/view/x", "/v1/health"):
        page.goto(f"{served.url}/welcome?next={next_page}")
        page.get_by_role("heading", name="Projects").wait_for()
        assert page.url == served.url + "/"


def test_a_view_whose_time_has_run_out_goes_on_with_a_new_one(
    page: Any, served: RunningStudio, tour_id: str
) -> None:
    page.get_by_role("heading", name="Projects").wait_for()
    page.route("**/thumbnail.sog", lambda route: route.fulfill(status=401, body="{}"), times=1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/view/{tour_id}")
    page.locator(SPLATS_ON_CANVAS).wait_for()
    assert len([url for url in asked if url.endswith(f"/v1/tours/{tour_id}/view")]) == 2


def test_a_tour_that_is_not_ready_says_so(page: Any, served: RunningStudio, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(5000))
    project_id = served.project()
    job_id = served.start_tour(project_id, served.upload(project_id, broken, "video/mp4"))
    served.ended(job_id, within_s=60)
    page.get_by_role("heading", name="Projects").wait_for()
    page.goto(f"{served.url}/view/{served.job(job_id)['subject_id']}")
    page.get_by_role("heading", name="This tour is not ready yet").wait_for()


def test_everybody_sees_a_published_tour_until_it_is_taken_back(
    stranger: Any, browser: Any, served: RunningStudio, publishable: str
) -> None:
    address = f"{served.url}/t/{publishable}"
    served.ask("POST", f"/v1/tours/{publishable}/publish", json={})
    stranger.goto(address)
    stranger.locator(SPLATS_ON_CANVAS).wait_for()
    assert pixels(stranger).std() > 15
    stranger.goto(address.replace("/t/", "/embed/"))
    stranger.locator(SPLATS_ON_CANVAS).wait_for()
    served.ask("DELETE", f"/v1/tours/{publishable}/publish")
    later = browser.new_page()
    later.goto(address)
    later.get_by_role("heading", name="This tour is not published").wait_for()
    later.close()


def test_the_owners_view_has_nothing_that_axe_objects_to(
    page: Any, served: RunningStudio, tour_id: str, axe: str
) -> None:
    page.get_by_role("heading", name="Projects").wait_for()
    page.goto(f"{served.url}/view/{tour_id}")
    page.locator(SPLATS_ON_CANVAS).wait_for()
    assert violations(page, axe) == []


def test_a_studio_that_does_not_answer_is_told_and_asked_again(
    page: Any, served: RunningStudio, tour_id: str
) -> None:
    page.get_by_role("heading", name="Projects").wait_for()
    page.route(re.compile("/v1/tours/.*/view"), lambda route: route.abort())
    page.goto(f"{served.url}/view/{tour_id}")
    page.get_by_role("heading", name="The studio does not answer").wait_for()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.locator(SPLATS_ON_CANVAS).wait_for()
