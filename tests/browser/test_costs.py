"""What a tour is going to take, what it may take, and what it took, as its owner sees it."""

import re
import shutil
from pathlib import Path
from typing import Any

from tests.browser.conftest import violations
from tests.browser.test_studio import choose, start

BUDGET = "Stop after so many minutes"


def test_a_tour_tells_what_it_takes_stops_at_its_budget_and_goes_on_with_a_higher_one(
    page: Any, short_clip: Path, axe: str, tmp_path: Path
) -> None:
    video = tmp_path / "budgeted.mp4"
    shutil.copy(short_clip, video)
    with video.open("ab") as content:
        content.write(2 * b"\x00\x00\x00\x08free")  # another content, so nothing of it is known from before
    choose(page, video)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("once it is here").wait_for()
    dialog.get_by_label(BUDGET).fill("0.1")
    assert violations(page, axe) == []
    start(page)
    page.wait_for_url("**/jobs/*")
    page.get_by_role("button", name="Raise the budget").wait_for(timeout=60_000)
    page.get_by_text(re.compile("past its budget|has reached its budget of 0.1 min")).wait_for()
    page.get_by_role("heading", name="What it took").wait_for()
    page.get_by_role("button", name="Raise the budget").click()
    page.get_by_role("dialog").get_by_label(BUDGET).fill("90")
    page.get_by_role("button", name="Save, and go on").click()
    page.get_by_text("Attempt 2").wait_for()
    page.get_by_text("left").first.wait_for()
    page.get_by_text("Budget: 90 minutes of machine time").wait_for()
    page.get_by_role("button", name="Cancel the job").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the job").click()
    page.get_by_text("Cancelled").first.wait_for()
