"""Cutting objects out of a photo, from the first look at it to the objects."""

import base64
import re
import struct
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.browser.conftest import NewPage, violations
from tests.journey.running_studio import RunningStudio

WIDTH, HEIGHT = 640, 440
BALL = (190, 215)
BALL_RADIUS = 90
CRATE = (380, 120, 540, 320)
SHARE_OF_BALL = np.pi * BALL_RADIUS**2 / (WIDTH * HEIGHT)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red ball and a green crate before a wall with a little noise."""
    noise = np.random.default_rng(5).integers(-5, 6, (HEIGHT, WIDTH, 3))
    picture = np.clip(np.full((HEIGHT, WIDTH, 3), (200, 208, 212)) + noise, 0, 255).astype(np.uint8)
    cv2.circle(picture, BALL, BALL_RADIUS, (40, 60, 190), -1)
    cv2.rectangle(picture, CRATE[:2], CRATE[2:], (60, 140, 60), -1)
    path = tmp_path_factory.mktemp("photo") / "Ball and crate.png"
    cv2.imwrite(str(path), picture)
    return path


# All that those hear who do not see the page: a word may be followed by the next before anybody looks.
LISTENING = """
window.heard = [];
const before = new WeakMap();
new MutationObserver(() => {
    for (const status of document.querySelectorAll("[role=status]")) {
        if (status.textContent !== before.get(status)) window.heard.push(status.textContent);
        before.set(status, status.textContent);
    }
}).observe(document, {subtree: true, childList: true, characterData: true});
"""
HEARD = """(words) => {
    const at = window.heard.findIndex((one) => new RegExp(words).test(one));
    return at >= 0 && window.heard.splice(0, at + 1).length > 0;
}"""


def choose(page: Any, studio: RunningStudio, path: Path) -> None:
    page.add_init_script(LISTENING)
    page.goto(f"{studio.url}/projects/{studio.project()}")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a photo").click()
    chooser.value.set_files(path)


def place(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the photo is on the page, as long as all of it is seen."""
    box = page.get_by_role("application").bounding_box()
    zoom = min(1.5, box["width"] / WIDTH, box["height"] / HEIGHT)
    return (
        box["x"] + (box["width"] - WIDTH * zoom) / 2 + x * zoom,
        box["y"] + (box["height"] - HEIGHT * zoom) / 2 + y * zoom,
    )


def click(page: Any, x: float, y: float, **how: Any) -> None:
    page.mouse.click(*place(page, x, y), **how)


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=8)
    page.mouse.up()


def take(page: Any, tool: str) -> None:
    page.get_by_role("radiogroup", name="Tool").get_by_text(tool).click()


def said(page: Any, words: str) -> None:
    """Waits for these words, said after those that were waited for before."""
    page.wait_for_function(HEARD, arg=words)


def ready(page: Any) -> None:
    """The studio has read the photo, and nothing is on its way any more."""
    page.wait_for_url(re.compile("/objects/(?!new-)"))
    page.locator("button:enabled", has_text="Confirm").wait_for()
    page.wait_for_load_state("networkidle")


def test_a_photo_becomes_objects_and_nothing_leaves_the_page_while_it_is_cut(
    page: Any, served: RunningStudio, photo: Path
) -> None:
    may_go = threading.Event()
    held: list[Any] = []
    page.route(
        re.compile("/store/"), lambda route: route.continue_() if may_go.is_set() else held.append(route)
    )
    choose(page, served, photo)
    page.get_by_role("application").wait_for()
    assert "/objects/new-" in page.url  # it is seen before it is sent
    may_go.set()
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    ready(page)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    click(page, *BALL)
    said(page, "Object: 1 click, covers 9 % of the photo")
    click(page, 40, 40)
    said(page, "Object: 2 clicks")
    page.keyboard.press("Control+z")
    said(page, "covers 9 %")
    page.get_by_label("Name of Object", exact=True).fill("Ball")
    page.get_by_role("button", name="New object").click()
    take(page, "Box")
    drag(page, (CRATE[0] - 12, CRATE[1] - 12), (CRATE[2] + 12, CRATE[3] + 12))
    said(page, "Object 2: covers 1[0-3] % of the photo")
    take(page, "Eraser")
    drag(page, (400, 200), (520, 200))
    said(page, "Object 2: covers [89] % of the photo")
    page.get_by_role("button", name="Undo").click()
    said(page, "Undone")
    page.get_by_role("button", name="Redo").click()
    page.wait_for_timeout(500)
    assert [url for url in asked if "/assets/" not in url] == []

    page.reload()
    page.get_by_label("Name of Ball").wait_for()
    page.get_by_text(re.compile("^[89] % of the photo")).first.wait_for()
    page.get_by_role("button", name="Confirm").click()
    dialog = page.get_by_role("dialog", name="Make it 3D")
    dialog.get_by_role("button", name="Make it 3D").wait_for()
    session = served.ask("GET", f"/v1/objects/{page.url.split('/')[-1]}")
    ball, crate = session["cutouts"]
    assert (ball["name"], crate["name"]) == ("Ball", "Object 2")
    assert abs(ball["coverage"] - SHARE_OF_BALL) < 0.01
    assert crate["box"] is not None
    dialog.get_by_role("combobox", name="Quality").click()
    page.get_by_role("option", name=re.compile("^Fast")).click()
    dialog.get_by_role("combobox", name="Shape").click()
    page.get_by_role("option", name=re.compile("^Flat")).click()
    dialog.get_by_role("button", name="Make it 3D").click()
    page.get_by_role("region", name="In 3D").wait_for(timeout=120_000)
    built = served.ask("GET", f"/v1/objects/{session['session_id']}")["build"]
    assert {one["shape"] for one in built["objects"]} == {"flat"}
    page.get_by_role("button", name="Change what is cut out").click()
    page.get_by_label("Name of Ball").wait_for()


def test_another_browser_goes_on_with_what_was_clicked_and_painted_here(
    new_page: NewPage, served: RunningStudio, photo: Path
) -> None:
    page = new_page()
    choose(page, served, photo)
    ready(page)
    click(page, *BALL)
    said(page, "covers 9 %")
    take(page, "Brush")
    drag(page, (300, 400), (600, 400))
    said(page, "covers 1[0-9] %")
    confirm(page)
    session_id = page.url.split("/")[-1]
    [first] = served.ask("GET", f"/v1/objects/{session_id}")["cutouts"]
    elsewhere = new_page()
    elsewhere.goto(f"{served.url}/objects/{session_id}")
    elsewhere.get_by_text(f"{round(100 * first['coverage'])} % of the photo").wait_for()
    ready(elsewhere)
    confirm(elsewhere)
    [again] = served.ask("GET", f"/v1/objects/{session_id}")["cutouts"]
    assert again["updated_at"] > first["updated_at"]
    same = ("mask", "clicks", "by_hand", "segmenter")
    assert [again[name] for name in same] == [first[name] for name in same]


def confirm(page: Any) -> None:
    page.get_by_role("button", name="Confirm").click()
    dialog = page.get_by_role("dialog", name="Make it 3D")
    dialog.get_by_role("button", name="Make it 3D").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_photo_is_cut_by_keyboard_alone_and_axe_objects_to_nothing(
    new_page: NewPage, served: RunningStudio, photo: Path, axe: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce")
    choose(page, served, photo)
    board = page.get_by_role("application")
    board.wait_for()
    ready(page)
    board.focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    said(page, "across, 5[0-9] % down")
    page.keyboard.press("Enter")
    said(page, "Object: 1 click, covers 9 %")
    page.keyboard.press("i")
    said(page, "covers 91 %")
    page.keyboard.press("Control+z")
    page.keyboard.press("n")
    page.keyboard.press("p")
    said(page, "Tool: Brush")
    page.keyboard.press("]")
    for key in ("Enter", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    said(page, "Object 2: covers [1-5] %")
    assert violations(page, axe) == []


def test_a_finger_adds_and_a_long_press_takes_away_on_a_phone(
    new_page: NewPage, served: RunningStudio, photo: Path
) -> None:
    phone = {"width": 390, "height": 844}
    page = new_page(viewport=phone, has_touch=True, is_mobile=True)
    choose(page, served, photo)
    ready(page)
    page.get_by_role("application").scroll_into_view_if_needed()
    page.touchscreen.tap(*place(page, *BALL))
    said(page, "Object: 1 click, covers 9 %")
    x, y = place(page, 60, 60)
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    said(page, "Object: 2 clicks, covers 9 %")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["width"]


def animated_png(path: Path) -> Path:
    """A PNG that says it has several pictures."""
    cv2.imwrite(str(path), np.zeros((80, 80, 3), np.uint8))
    content = path.read_bytes()
    control = struct.pack(">I4sII", 8, b"acTL", 2, 0) + bytes(4)
    path.write_bytes(content[:33] + control + content[33:])
    return path


def test_photos_that_can_not_be_used_are_told_before_anything_is_sent(
    page: Any, served: RunningStudio, tmp_path: Path
) -> None:
    sent: list[str] = []
    page.goto(f"{served.url}/projects/{served.project()}")
    page.get_by_role("button", name="Choose a photo").wait_for()
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("not a photo")
    cv2.imwrite(str(tmp_path / "narrow.png"), np.zeros((40, 300, 3), np.uint8))
    animated_png(tmp_path / "moving.png")
    for name, words in {
        "empty.jpg": "This file is empty.",
        "text.jpg": "not a photo that can be used",
        "narrow.png": "too small",
        "moving.png": "This picture moves.",
    }.items():
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose a photo").click()
        chooser.value.set_files(tmp_path / name)
        page.get_by_role("alert").filter(has_text=words).wait_for()
    assert sent == []


def test_a_photo_turned_by_its_exif_is_cut_upright(
    page: Any, served: RunningStudio, photo: Path, tmp_path: Path
) -> None:
    from PIL import Image

    with Image.open(photo) as picture:
        exif = picture.getexif()
        exif[0x0112] = 6  # a quarter turn to the right makes it upright
        picture.convert("RGB").rotate(90, expand=True).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    choose(page, served, tmp_path / "turned.jpg")
    ready(page)
    click(page, *BALL)
    said(page, "Object: 1 click, covers 9 %")
    page.wait_for_timeout(500)  # what is marked is kept a moment after it was
    page.evaluate("indexedDB.deleteDatabase('diorama-photos')")
    page.reload()  # now it is the studio's picture
    page.get_by_text(re.compile("^(9|10) % of the photo")).wait_for()


DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    for (const kind of ["dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, dataTransfer: transfer }));
}"""


def test_a_photo_that_is_dropped_alone_is_cut_in_a_project_of_its_own(page: Any, photo: Path) -> None:
    page.get_by_role("heading", name="Projects").wait_for()
    page.evaluate(DROP, ["Toys.png", base64.b64encode(photo.read_bytes()).decode()])
    page.get_by_role("application").wait_for()
    page.get_by_role("heading", name="Toys", level=1).wait_for()
    page.get_by_role("link", name="Toys").wait_for()
