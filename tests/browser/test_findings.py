"""What stages found, on a job's page: which seconds have no place, what was tried, what to film again."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import violations
from tests.journey.running_studio import RunningStudio

FOUND = {
    "images": 60,
    "registered": 30,
    "missing": [{"start_s": 12.0, "end_s": 20.5, "images": 17}, {"start_s": 24.0, "end_s": 30, "images": 13}],
    "last_image_s": 30.0,
    "rungs": [
        {
            "name": "first_try",
            "outcome": "better",
            "registered": 20,
            "images": 60,
            "pairs": 9,
            "seconds": 61.0,
        },
        {
            "name": "other_mapper",
            "outcome": "no_better",
            "registered": 8,
            "images": 60,
            "pairs": 9,
            "seconds": 9,
        },
        {
            "name": "faint_features",
            "outcome": "better",
            "registered": 30,
            "images": 60,
            "pairs": 9,
            "seconds": 99,
        },
    ],
    "missing_photos": [],
}
REFUSAL = {
    "code": "too_few_placed",
    "message": "Only 30 of 60 frames could be placed.",
    "advice": "Film again.",
}
SOLVED = {
    "outcome": "succeeded",
    "points": 2000,
    "reprojection_error_px": 0.7,
    "fov_deg": 60.0,
    "scale_source": "none",
    "path_length": 3.0,
    "eye_height": None,
}
CAPTURE = {
    "outcome": "succeeded",
    "duration_s": 65.0,
    "looks": 130,
    "usable": 120,
    "expected_share": 0.7,
    "expected_low": 0.6,
    "expected_high": 0.8,
    "enough": True,
    "loop_closed": True,
    "points": 400,
    "stretches": [
        {"start_s": 42.0, "end_s": 58.0, "problem": "too_fast", "advice": "Film 0:42-0:58 again, slower."}
    ],
    "chances": [1.0] * 20 + [0.1] * 8 + [1.0] * 4,
    "warnings": [],
}


@pytest.fixture(scope="module")
def judged(served: RunningStudio, short_clip: Path) -> str:
    """A job that judged a video: its id."""
    project_id = served.project()
    asked = {"project_id": project_id, "upload_id": served.upload(project_id, short_clip, "video/mp4")}
    job_id = str(served.ask("POST", "/v1/tours/capture-reports", json=asked)["job_id"])
    assert served.ended(job_id, within_s=240)["status"] == "succeeded"
    return job_id


def show(page: Any, served: RunningStudio, job_id: str, stage: dict[str, Any]) -> None:
    """Opens the job's page as if its stage had been another and ended in another way."""

    def answer(route: Any) -> None:
        job = route.fetch().json()
        job["stages"][0].update(stage)
        job["stage_names"] = [stage["stage"]]
        route.fulfill(body=json.dumps(job), content_type="application/json")

    page.route(re.compile(rf"/v1/jobs/{job_id}$"), answer)
    page.goto(f"{served.url}/jobs/{job_id}")


@pytest.mark.parametrize("refused", [False, True])
def test_the_missing_seconds_are_on_the_time_line_and_every_try_is_told(
    page: Any, served: RunningStudio, judged: str, refused: bool, axe: str
) -> None:
    if refused:
        report = {"outcome": "refused", **REFUSAL, "found": FOUND}
        stage = {"stage": "solve_poses", "status": "refused", "report": report}
    else:
        stage = {"stage": "solve_poses", "report": {**SOLVED, **FOUND}}
    show(page, served, judged, stage)
    page.get_by_text("30 of 60 frames placed").wait_for()
    strip = page.get_by_role("img", name="The video from start to end: 2 stretches are not placed")
    told = strip.locator("title").all_text_contents()
    assert told == ["0:12.0 to 0:20.5 (17 frames)", "0:24.0 to 0:30.0 (13 frames)"]
    rows = page.get_by_role("table", name="What was tried").get_by_role("row").all_inner_texts()
    assert [re.split(r"\s*\t\s*", row)[:2] for row in rows[1:]] == [
        ["The usual way", "20"],
        ["The other mapper", "8"],
        ["Fainter features, in even light", "30"],
    ]
    assert violations(page, axe) == []


def test_what_to_film_again_is_marked_on_the_time_line(page: Any, served: RunningStudio, judged: str) -> None:
    page.goto(f"{served.url}/jobs/{judged}")
    page.get_by_text("of its frames should get a place in the tour").wait_for()
    show(page, served, judged, {"stage": "inspect_capture", "report": CAPTURE})
    strip = page.get_by_role("img", name=re.compile("1 stretch marked below"))
    mark = strip.locator("rect", has_text="Film 0:42-0:58 again, slower.")
    start, width = float(mark.get_attribute("x") or 0), float(mark.get_attribute("width") or 0)
    assert start == pytest.approx(1000 * 42 / 65)
    assert width == pytest.approx(1000 * 16 / 65)
