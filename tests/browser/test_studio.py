"""Projects, uploads and jobs as somebody sees them."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import NewPage, violations
from tests.journey.running_studio import RunningStudio


def choose(page: Any, path: Path, button: str = "Choose a video") -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(path)


def start(page: Any) -> None:
    """Says yes to what the studio expects a tour to take."""
    page.get_by_role("dialog").get_by_role("button", name="Start").click()


def test_one_choice_of_a_video_makes_a_project_uploads_and_shows_the_job_live(
    page: Any, served: RunningStudio, short_clip: Path, finished_job: str, tmp_path: Path
) -> None:
    video = tmp_path / "Grandma's house.mp4"
    shutil.copy(short_clip, video)
    choose(page, video)
    start(page)
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="Grandma's house", level=1).wait_for()
    page.get_by_role("heading", name="Find the cameras").wait_for()
    page.get_by_text("frames kept").wait_for()
    page.get_by_text(re.compile(r"frames placed")).wait_for(timeout=240_000)
    page.get_by_role("img", name=re.compile("cameras in space")).wait_for()
    picture = page.get_by_alt_text(re.compile("^Frame 00001.jpg")).first
    page.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    page.get_by_role("link", name="Grandma's house").click()
    page.get_by_role("heading", name="Tours").wait_for()


def test_the_cameras_turn_by_keyboard(page: Any, served: RunningStudio, finished_job: str) -> None:
    page.goto(f"{served.url}/jobs/{finished_job}")
    plot = page.get_by_role("img", name=re.compile("cameras in space"))
    plot.wait_for()
    before = plot.screenshot()
    plot.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    page.wait_for_timeout(200)
    assert plot.screenshot() != before


def test_the_log_of_a_stage_is_shown(page: Any, served: RunningStudio, finished_job: str) -> None:
    page.goto(f"{served.url}/jobs/{finished_job}")
    page.get_by_role("button", name="Show the log").first.click()
    dialog = page.get_by_role("dialog", name="Log: Choose the frames")
    dialog.get_by_role("region").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_a_refused_video_says_why_and_what_to_do(page: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(4000))
    choose(page, broken)
    start(page)
    page.wait_for_url("**/jobs/*")
    page.get_by_role("alert").wait_for(timeout=120_000)
    assert "What to do:" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Try again").wait_for()


def test_what_is_no_video_is_refused_before_it_is_sent(page: Any, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no video")
    choose(page, text)
    start(page)
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "not a kind of file that is taken here" in alert.inner_text()


def test_a_folder_of_photos_is_packed_and_sent(page: Any, tmp_path: Path) -> None:
    import cv2
    import numpy as np

    folder = tmp_path / "garden"
    (folder / "more").mkdir(parents=True)
    noise = np.random.default_rng(0)
    for number in range(9):
        picture = noise.integers(0, 255, (480, 640, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / ("more" if number % 2 else "") / f"{number}.jpg"), picture)
    (folder / "notes.txt").write_text("not a photo")
    choose(page, folder, "Choose a folder of photos")
    start(page)
    page.wait_for_url("**/jobs/*")
    page.get_by_role("heading", name="garden", level=1).wait_for()
    page.get_by_text(re.compile(r"of 9 frames kept")).wait_for(timeout=120_000)


DROP = """([name, size]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(size)], name));
    for (const kind of ["dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, dataTransfer: transfer }));
}"""


def test_what_is_dropped_anywhere_on_the_page_is_taken(page: Any) -> None:
    page.get_by_role("heading", name="Projects").wait_for()
    page.evaluate(DROP, ["one.jpg", 10])
    page.get_by_text("This is not a photo that can be used here.").wait_for()
    page.evaluate(DROP, ["walk.mp4", 1000])
    start(page)
    alert = page.get_by_role("alert")
    alert.get_by_text("walk.mp4 is not a kind of file that is taken here.").wait_for()


def test_a_job_is_cancelled_and_tried_again(page: Any, short_clip: Path, tmp_path: Path) -> None:
    video = tmp_path / "long.mp4"
    content = bytearray(short_clip.read_bytes())
    content += b"\x00\x00\x00\x08free"  # another content, so nothing of it is known from before
    video.write_bytes(content)
    choose(page, video)
    start(page)
    page.wait_for_url("**/jobs/*")
    page.get_by_role("button", name="Cancel the job").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the job").click()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Attempt 2").wait_for()
    page.get_by_role("button", name="Cancel the job").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the job").click()
    page.get_by_text("Cancelled").first.wait_for()


def take_from_menu(page: Any, name: str) -> None:
    """Goes down an open menu as people do, who wait until it has the focus."""
    chosen = page.locator('[role="menuitem"]:focus')
    chosen.wait_for()
    while chosen.inner_text() != name:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def type_when_asked(page: Any, words: str) -> None:
    """Types into a dialog as people do, who wait until its field has the focus."""
    page.locator('[role="dialog"] input:focus').wait_for()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_a_project_is_made_renamed_and_deleted_by_keyboard(page: Any) -> None:
    page.get_by_role("button", name="New project").focus()
    page.keyboard.press("Enter")
    type_when_asked(page, "Boat")
    page.get_by_role("heading", name="Boat").wait_for()
    page.get_by_role("button", name="Options of Boat").focus()
    page.keyboard.press("Enter")
    take_from_menu(page, "Rename")
    page.locator('[role="dialog"] input:focus').wait_for()
    page.keyboard.press("Control+A")
    type_when_asked(page, "Ship")
    page.get_by_role("heading", name="Ship").wait_for()
    page.get_by_role("button", name="Options of Ship").press("Enter")
    take_from_menu(page, "Delete")
    page.locator('[role="dialog"] :focus').wait_for()  # a dialog takes the focus a moment after it is there
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    page.get_by_role("heading", name="Projects").wait_for()
    assert page.get_by_role("link", name=re.compile("^Ship")).count() == 0


SCHEMES = ("light", "dark")
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_has_anything_that_axe_objects_to(
    new_page: NewPage, served: RunningStudio, finished_job: str, axe: str, scheme: str
) -> None:
    stranger = new_page(signed_in=False, color_scheme=scheme)
    stranger.get_by_role("heading", name="Welcome back").wait_for()
    found = violations(stranger, axe)
    page = new_page(color_scheme=scheme)
    project_id = served.job(finished_job)["project_id"]
    for path, sign in (
        ("/", "Projects"),
        (f"/projects/{project_id}", "Tours"),
        (f"/jobs/{finished_job}", "Find the cameras"),
        ("/nothing/here", "There is nothing here"),
    ):
        page.goto(served.url + path)
        page.get_by_role("heading", name=sign, exact=True).first.wait_for()
        page.wait_for_load_state("networkidle")
        found += violations(page, axe)
    page.goto(f"{served.url}/jobs/{finished_job}")
    page.get_by_role("button", name="Show the log").first.click()
    page.get_by_role("dialog").get_by_role("region").wait_for()
    found += violations(page, axe)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Account of")).click()
    page.get_by_role("menuitem", name="Log out").wait_for()
    found += violations(page, axe)
    assert found == []


def test_nothing_is_wider_than_a_phone(new_page: NewPage, served: RunningStudio, finished_job: str) -> None:
    page = new_page(viewport=PHONE, has_touch=True)
    project_id = served.job(finished_job)["project_id"]
    for path in ("/", f"/projects/{project_id}", f"/jobs/{finished_job}"):
        page.goto(served.url + path)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_nothing_comes_from_another_host(new_page: NewPage, served: RunningStudio, finished_job: str) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/jobs/{finished_job}")
    page.get_by_role("heading", name="Find the cameras").wait_for()
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not url.startswith((served.url, "data:", "blob:"))] == []
