"""Publishing a tour from the page of its job."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import NewPage, violations
from tests.journey.running_studio import RunningStudio


@pytest.fixture(scope="module")
def made(served: RunningStudio, short_clip: Path) -> dict[str, Any]:
    """A job of the demo user that has made a tour."""
    project_id = served.project()
    job = toured(served, project_id, short_clip)
    assert job["stages"][-1]["report"]["psnr"] > 15, "too poor to be published"
    return job


def toured(served: RunningStudio, project_id: str, clip: Path) -> dict[str, Any]:
    """A job that has made a tour; the second one of a project takes over what the first has computed."""
    upload_id = served.upload(project_id, clip, "video/mp4")
    better = {"steps": 300, "max_splats": 4000, "max_side_px": 160}  # good enough to be published
    job = served.ended(served.start_tour(project_id, upload_id, train_splats=better), within_s=240)
    assert job["status"] == "succeeded"
    return job


def test_a_tour_is_published_copied_and_taken_away(
    new_page: NewPage, served: RunningStudio, made: dict[str, Any], axe: str
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{served.url}/jobs/{made['job_id']}")
    panel = page.get_by_role("region", name="Share it")
    panel.get_by_role("button", name="Publish").click()
    panel.get_by_text("Published, version 1").wait_for()
    url = f"{served.url}/t/{made['subject_id']}"
    assert panel.get_by_label("Link", exact=True).input_value() == url
    panel.get_by_role("button", name="Copy the link").click()
    panel.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == url
    assert f'src="{served.url}/embed/' in panel.get_by_label("To show it in another page").input_value()
    element = panel.get_by_label("The same for a page with scripts").input_value()
    assert f'src="{served.url}/embed/v1/diorama-tour.js"' in element
    assert f'tour="{made["subject_id"]}"' in element
    assert violations(page, axe) == []

    note = f"{served.url}/published/{made['subject_id']}/tour.json"
    assert page.request.get(note).json()["visibility"] == "unlisted"
    panel.get_by_label("Who finds it").select_option(label="Everybody, search engines too")
    page.wait_for_function(
        "async (note) => (await (await fetch(note, {cache: 'reload'})).json()).visibility === 'public'",
        arg=note,
    )

    panel.get_by_role("button", name="Unpublish").click()
    page.get_by_role("dialog").get_by_role("button", name="Unpublish").click()
    panel.get_by_text(re.compile("Only the people in this project")).wait_for()
    assert page.request.get(note).status == 403


def test_visitors_are_counted_and_turned_away_when_the_plan_has_no_more(
    new_page: NewPage, served: RunningStudio, made: dict[str, Any], axe: str
) -> None:
    tour = f"/v1/tours/{made['subject_id']}"
    before = served.ask("GET", tour)["views"]["in_all"]
    served.ask("POST", f"{tour}/publish", json={"visibility": "unlisted"})
    visitor = new_page()
    for _ in range(2):  # loading it again is the same visit
        with visitor.expect_response("**/v1/visits") as counted:
            visitor.goto(f"{served.url}/t/{made['subject_id']}")
        assert counted.value.status == 204
    assert served.ask("GET", tour)["views"]["in_all"] == before + 1

    visitor.route("**/v1/visits", lambda route: route.fulfill(status=429, json={"code": "views_used_up"}))
    visitor.reload()
    visitor.get_by_role("heading", name="This tour has had its visitors for this month").wait_for()
    assert violations(visitor, axe) == []

    page = new_page()
    page.goto(f"{served.url}/jobs/{made['job_id']}")
    page.get_by_text(re.compile("Opened . time.* in all")).wait_for()
    page.goto(f"{served.url}/projects/{made['project_id']}")
    page.get_by_role("link", name=re.compile("Published")).wait_for()
    served.ask("DELETE", f"{tour}/publish")


def test_a_tour_is_given_another_name_and_deleted_alone(
    new_page: NewPage, served: RunningStudio, made: dict[str, Any], short_clip: Path, axe: str
) -> None:
    job = toured(served, made["project_id"], short_clip)
    page = new_page()
    page.goto(f"{served.url}/jobs/{job['job_id']}")
    page.get_by_role("button", name=re.compile("More about")).click()
    page.get_by_role("menuitem", name="Rename").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("The attic")
    assert violations(page, axe) == []
    dialog.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="The attic").wait_for()

    page.get_by_role("button", name="More about The attic").click()
    page.get_by_role("menuitem", name="Delete the tour").click()
    dialog.get_by_role("button", name="Delete the tour").click()
    page.wait_for_url(f"**/projects/{made['project_id']}")
    page.get_by_role("heading", name="Tours").wait_for()
    assert not page.get_by_text("The attic").is_visible()
    page.goto(f"{served.url}/jobs/{job['job_id']}")
    page.get_by_text("This tour was deleted.").wait_for()
