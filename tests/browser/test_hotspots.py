"""Writing hotspots into one's own tour: pointed at, filled in, changed and taken away, by mouse and by keyboard."""

from typing import Any

import cv2
import numpy as np
import pytest

from tests.browser.conftest import NewPage, violations
from tests.journey.running_studio import RunningStudio


@pytest.fixture
def tour_id(served: RunningStudio, finished_job: str) -> str:
    return str(served.ask("GET", f"/v1/jobs/{finished_job}")["subject_id"])


def png() -> dict[str, Any]:
    picture = np.full((60, 80, 3), (40, 160, 220), np.uint8)
    return {
        "name": "stove.png",
        "mimeType": "image/png",
        "buffer": cv2.imencode(".png", picture)[1].tobytes(),
    }


def test_a_place_is_pointed_at_written_changed_and_removed(
    new_page: NewPage, served: RunningStudio, tour_id: str, axe: str
) -> None:
    page = new_page(viewport={"width": 900, "height": 640})
    page.get_by_role("button", name="New project").wait_for()
    page.goto(f"{served.url}/view/{tour_id}?level=thumbnail")
    page.locator("[data-level]").wait_for()
    page.get_by_role("button", name="Edit the places").click()
    editor = page.get_by_role("region", name="Edit the places")
    editor.get_by_role("button", name="Add a place").click()
    page.locator("canvas").focus()
    page.keyboard.press("Enter")  # takes the middle
    editor.get_by_label("Name").fill("The stove")
    editor.get_by_label("Text").fill("Cast in 1907, <not> HTML.")
    editor.get_by_label("Link").fill("https://example.com/stove")
    editor.get_by_label("Picture, sound or film").set_input_files(files=[png()])
    assert violations(page, axe) == []
    editor.get_by_role("button", name="Save").click()
    editor.get_by_role("alert").get_by_text("Text must be plain text, without HTML.", exact=True).wait_for()
    editor.get_by_label("Text").fill("Cast in 1907.")
    editor.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.keyboard.press("Escape")
    assert not editor.is_visible()

    page.reload()
    page.locator("[data-level]").wait_for()
    marker = page.get_by_role("button", name="The stove: open")
    marker.click()
    card = page.get_by_role("dialog", name="The stove")
    picture = card.get_by_role("img", name="The stove")
    page.wait_for_function("image => image.naturalWidth === 80", arg=picture.element_handle())
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Edit the places").click()
    editor.get_by_role("button", name="Edit The stove").click()
    editor.get_by_label("Name").fill("The old stove")
    editor.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="The old stove: open").wait_for()
    editor.get_by_role("button", name="Remove The old stove").click()
    page.get_by_text("Removed.").wait_for()
    assert page.get_by_role("button", name="The old stove: open").count() == 0


def test_who_may_only_look_sees_hotspots_and_no_editor(
    new_page: NewPage, served: RunningStudio, tour_id: str
) -> None:
    page = new_page(viewport={"width": 900, "height": 640})
    page.get_by_role("button", name="New project").wait_for()

    def as_a_viewer(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"may_change": False})

    page.route(f"**/v1/tours/{tour_id}/hotspots", as_a_viewer)
    with page.expect_response(f"**/v1/tours/{tour_id}/hotspots"):
        page.goto(f"{served.url}/view/{tour_id}?level=thumbnail")
    page.locator("[data-level]").wait_for()
    page.wait_for_timeout(300)
    assert page.get_by_role("button", name="Edit the places").count() == 0
    assert page.get_by_role("button", name="Places to go to").count() == 1
