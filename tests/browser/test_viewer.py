"""The viewer on a published tour: from the poster to the finest level, moving about, and what can go wrong."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.browser.canvas import picture_of
from tests.browser.conftest import PATIENCE_MS, violations
from tests.browser.published import PublishedTours

TOUR = "corner"
NAME = "A corner of a room"
FINEST = "?level=full"
PHONE = {"width": 390, "height": 844}
AT = re.compile(r"#at=(.+)$")

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def host(published: PublishedTours, bundle: Path) -> PublishedTours:
    published.publish(TOUR, NAME, bundle)
    return published


@pytest.fixture
def visit(browser: Any, host: PublishedTours) -> Iterator[Visit]:
    """Opens addresses of the host; no script of theirs may fail."""
    contexts, failures = [], []

    def go(address: str = f"/t/{TOUR}{FINEST}", level: str | None = "full", **context: Any) -> Any:
        made = browser.new_context(**{"viewport": {"width": 900, "height": 600}, **context})
        made.set_default_timeout(PATIENCE_MS)
        made.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(made)
        page = made.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(host.url + address)
        if level:
            page.locator(f"[data-level={level}]").wait_for()
        return page

    yield go
    for context in contexts:
        context.close()
    assert failures == []


def pixels(page: Any) -> Any:
    """What is on the canvas."""
    return picture_of(page, 250).astype(np.float32)


def place(page: Any) -> list[float]:
    """Where the visitor is: x, y, z, yaw, pitch; from the link that is copied."""
    page.keyboard.press("c")
    page.get_by_text("The link to this view is copied.").wait_for()
    found = AT.search(page.evaluate("navigator.clipboard.readText()"))
    assert found
    return [float(number) for number in found[1].split(",")]


def hold(page: Any, key: str, ms: int = 400) -> None:
    page.keyboard.down(key)
    page.wait_for_timeout(ms)
    page.keyboard.up(key)
    page.wait_for_timeout(600)


def drag(page: Any, across: int, down: int, **options: Any) -> None:
    page.mouse.move(450, 250)
    page.mouse.down(**options)
    page.mouse.move(450 + across / 2, 250 + down / 2)
    page.mouse.move(450 + across, 250 + down)
    page.mouse.up(**options)
    page.wait_for_timeout(600)


def test_the_poster_is_there_while_the_engine_is_still_on_its_way(browser: Any, host: PublishedTours) -> None:
    page = browser.new_page()
    page.route(re.compile(r"/assets/viewer-.*\.js"), lambda _: None)  # never answered
    page.goto(f"{host.url}/t/{TOUR}", wait_until="commit")
    poster = page.get_by_role("img", name=f"A view of {NAME}")
    poster.wait_for()
    page.wait_for_function("image => image.naturalWidth > 0", arg=poster.element_handle())
    assert page.get_by_role("heading", name=NAME).is_visible()
    page.close()


def test_the_coarsest_level_comes_first_and_then_the_finest(visit: Visit) -> None:
    asked: list[str] = []
    page = visit("/t/nothing", None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("nothing", TOUR + FINEST))
    page.locator("[data-level=full]").wait_for()
    levels = [Path(url).stem for url in asked if url.endswith(".sog")]
    assert levels == ["thumbnail", "full"]
    picture = pixels(page)
    assert picture.std() > 20
    assert len(np.unique(picture.reshape(-1, 3).astype(np.uint8), axis=0)) > 1000


def test_without_a_wish_the_level_goes_by_how_long_frames_take(visit: Visit) -> None:
    page = visit(f"/t/{TOUR}", "thumbnail")
    page.wait_for_timeout(3000)
    assert page.locator("#viewer").get_attribute("data-level") in ("thumbnail", "low", "medium", "full")


def test_the_canvas_begins_with_the_posters_view(visit: Visit, host: PublishedTours) -> None:
    poster = cv2.imread(str(host.folder / TOUR / "v1/poster.jpg")).astype(np.float32)
    page = visit(viewport={"width": poster.shape[1], "height": poster.shape[0]})
    assert np.abs(pixels(page) - poster).mean() < 8


COUNT_DRAWINGS = """() => new Promise(done => {
    const gl = WebGL2RenderingContext.prototype;
    let drawn = 0;
    for (const name of ["drawArrays", "drawArraysInstanced", "drawElements", "drawElementsInstanced"]) {
        const draw = gl[name];
        gl[name] = function (...given) { drawn++; return draw.apply(this, given); };
    }
    setTimeout(() => done(drawn), 700);
})"""


def test_nothing_is_drawn_while_nothing_moves(visit: Visit) -> None:
    page = visit()
    page.wait_for_timeout(1500)
    assert page.evaluate(COUNT_DRAWINGS) == 0


def test_walking_keeps_the_height_of_the_eyes(visit: Visit) -> None:
    page = visit(f"/t/{TOUR}{FINEST}&mode=walk")
    before = place(page)
    drag(page, 0, -120)  # looks down
    hold(page, "w")
    after = place(page)
    assert after[4] < before[4] - 5
    assert np.hypot(after[0] - before[0], after[2] - before[2]) > 0.1
    hold(page, "ArrowUp")
    assert place(page)[1] == after[1]


def test_a_tap_on_the_floor_walks_there(visit: Visit) -> None:
    page = visit(f"/t/{TOUR}{FINEST}&mode=walk", viewport=PHONE, has_touch=True, is_mobile=True)
    before = place(page)
    page.touchscreen.tap(195, 600)
    page.wait_for_timeout(2000)
    after = place(page)
    assert np.hypot(after[0] - before[0], after[2] - before[2]) > 0.3
    assert after[3] == before[3]


def test_flying_goes_where_one_looks_and_up(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("3")
    page.get_by_text("Fly is on").wait_for()
    before = place(page)
    hold(page, "PageUp")
    assert place(page)[1] > before[1] + 0.1


def test_orbit_turns_around_the_place(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Orbit: turn around the place").click()
    before = place(page)
    drag(page, 150, 0)
    after = place(page)
    assert abs(after[3] - before[3]) > 10
    assert np.hypot(after[0] - before[0], after[2] - before[2]) > 0.1


def test_the_wheel_goes_nearer_and_two_fingers_too(visit: Visit) -> None:
    page = visit(f"/t/{TOUR}{FINEST}&mode=orbit")
    before = place(page)
    page.mouse.move(400, 300)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(600)
    assert distance(before, place(page)) > 0.1
    page.keyboard.press("r")
    page.wait_for_timeout(2000)
    pinch(page)
    assert distance(before, place(page)) > 0.1


def distance(one: list[float], other: list[float]) -> float:
    return float(np.linalg.norm(np.subtract(one[:3], other[:3])))


def pinch(page: Any) -> None:
    """Two fingers that go apart."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, gap: int) -> None:
        points = [{"x": 400 - gap, "y": 300, "id": 1}, {"x": 400 + gap, "y": 300, "id": 2}]
        fingers = [] if kind == "touchEnd" else points
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    touch("touchStart", 40)
    for gap in (70, 100, 140):
        touch("touchMove", gap)
    touch("touchEnd", 0)
    page.wait_for_timeout(600)


def test_a_shared_link_leads_to_the_same_view(visit: Visit) -> None:
    page = visit()
    drag(page, 80, 30)
    hold(page, "w")
    page.keyboard.press("c")
    page.get_by_text("The link to this view is copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    there = place(page)
    other = visit(link.replace(page.url.split("/t/")[0], "").replace("#", FINEST + "#"))
    assert np.allclose(place(other), there, atol=0.02)
    assert np.abs(pixels(other) - pixels(page)).mean() < 3


def test_where_copying_is_not_allowed_the_link_is_shown(visit: Visit) -> None:
    page = visit()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.get_by_role("button", name="Copy a link to this view").click()
    assert AT.search(page.get_by_label("Link to this view").last.input_value())
    page.keyboard.press("Escape")


def test_the_start_is_one_key_away(visit: Visit) -> None:
    page = visit()
    before = place(page)
    hold(page, "q")
    hold(page, "w")
    assert not np.allclose(place(page), before, atol=0.05)
    page.keyboard.press("r")
    page.wait_for_timeout(2500)
    assert np.allclose(place(page), before, atol=0.05)


def test_the_path_is_followed_and_stops_where_somebody_moves(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Follow the path through the place").click()
    page.wait_for_timeout(2000)
    before = place(page)
    page.wait_for_timeout(1500)
    assert distance(before, place(page)) > 0.01
    drag(page, 40, 0)
    page.get_by_role("button", name="Follow the path through the place").wait_for()
    stopped = place(page)
    page.wait_for_timeout(500)
    assert place(page) == stopped


def test_less_motion_jumps_instead_of_gliding(visit: Visit) -> None:
    page = visit(reduced_motion="reduce")
    page.keyboard.press("e")
    page.keyboard.press("r")
    page.wait_for_timeout(150)
    still = pixels(page)
    page.wait_for_timeout(300)
    assert np.array_equal(pixels(page), still)


def test_every_control_has_a_name_and_is_reached_by_keyboard(visit: Visit) -> None:
    page = visit()
    named = []
    for _ in range(18):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "({ name: document.activeElement.getAttribute('aria-label'), "
            "ring: getComputedStyle(document.activeElement).outlineStyle })"
        )
        named.append(focused["name"])
        if focused["name"]:
            assert focused["ring"] == "solid", focused
    wanted = [
        "Orbit",
        "Walk",
        "Fly",
        "Follow",
        "Back to where",
        "Places",
        "Measure",
        "Save a picture",
        "Copy",
    ]
    wanted += ["Full screen", "Keys"]
    assert all(any(name and name.startswith(start) for name in named) for start in wanted), named


def test_the_help_sheet_opens_by_its_key_and_gives_focus_back(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Keys and gestures").focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys and gestures")
    sheet.wait_for()
    assert sheet.get_by_text("W A S D or arrow keys").is_visible()
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Keys and gestures"


def test_full_screen_is_entered_and_left(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Full screen").click()
    page.get_by_role("button", name="Leave full screen").wait_for()
    assert page.evaluate("document.fullscreenElement.id") == "viewer"
    page.keyboard.press("f")
    page.get_by_role("button", name="Full screen", exact=True).wait_for()


def test_a_level_that_does_not_come_leaves_what_is_there_and_can_be_asked_for_again(visit: Visit) -> None:
    page = visit("/t/nothing", None)
    page.route("**/full.sog", lambda route: route.abort())
    page.goto(page.url.replace("nothing", TOUR + FINEST))
    page.get_by_text("A sharper version of the place could not be loaded.").wait_for()
    assert page.locator("#viewer").get_attribute("data-level") == "thumbnail"
    assert pixels(page).std() > 20
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.locator("[data-level=full]").wait_for()
    assert page.get_by_role("alert").count() == 0


def test_a_damaged_level_is_told_too(visit: Visit) -> None:
    page = visit("/t/nothing", None)
    page.route("**/full.sog", lambda route: route.fulfill(body=b"PK no zip"))
    page.goto(page.url.replace("nothing", TOUR + FINEST))
    page.get_by_text("A sharper version of the place could not be loaded.").wait_for()


def test_a_lost_graphics_card_is_survived(visit: Visit) -> None:
    page = visit()
    before = pixels(page)
    page.evaluate(
        "globalThis.lost = document.querySelector('canvas').getContext('webgl2')"
        ".getExtension('WEBGL_lose_context')"
    )
    page.evaluate("lost.loseContext()")
    page.get_by_text("The graphics card was needed elsewhere.").wait_for()
    page.evaluate("lost.restoreContext()")
    page.get_by_text("The graphics card was needed elsewhere.").wait_for(state="hidden")
    page.wait_for_timeout(1500)
    assert np.abs(pixels(page) - before).mean() < 3


def test_without_webgl_2_the_page_says_so_over_the_poster(browser: Any, host: PublishedTours) -> None:
    page = browser.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(f"{host.url}/t/{TOUR}")
    page.get_by_role("heading", name="This browser can't show 3D here").wait_for()
    assert page.get_by_role("img", name=f"A view of {NAME}").is_visible()
    page.close()


def test_what_is_not_published_says_so(visit: Visit) -> None:
    page = visit("/t/somebody-elses", None)
    page.get_by_role("heading", name="This tour is not published").wait_for()


def test_a_tour_of_a_newer_studio_asks_for_a_newer_viewer(
    visit: Visit, published: PublishedTours, bundle: Path
) -> None:
    published.publish("newer", "Newer", bundle, version=2)
    visit("/t/newer", None).get_by_role("heading", name="This tour needs a newer viewer").wait_for()


def test_a_damaged_manifest_is_told(visit: Visit, published: PublishedTours, bundle: Path) -> None:
    published.publish("damaged", "Damaged", bundle, levels=[])
    visit("/t/damaged", None).get_by_role("heading", name="This tour can't be read").wait_for()


def test_the_embed_is_the_same_with_a_way_out(visit: Visit) -> None:
    page = visit(f"/embed/{TOUR}{FINEST}", viewport={"width": 560, "height": 340})
    assert pixels(page).std() > 20
    link = page.get_by_role("link", name=f"Open {NAME} on a page of its own")
    assert link.get_attribute("href") == f"/t/{TOUR}"
    assert link.get_attribute("rel") == "noopener"


@pytest.mark.parametrize("address", [f"/t/{TOUR}", f"/embed/{TOUR}"])
def test_all_fits_on_a_phone(visit: Visit, address: str) -> None:
    page = visit(address + FINEST, viewport=PHONE, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert min(box["width"], box["height"]) >= 38


def test_axe_objects_to_nothing_in_any_state(visit: Visit, axe: str) -> None:
    shown = visit()
    assert violations(shown, axe) == []
    shown.keyboard.press("?")
    assert violations(shown, axe) == []
    shown.keyboard.press("Escape")
    failed = visit("/t/nothing", None)
    failed.get_by_role("heading").wait_for()
    assert violations(failed, axe) == []
    assert violations(visit(f"/embed/{TOUR}{FINEST}"), axe) == []
    stranger = visit(f"/view/{TOUR}", None)
    stranger.get_by_role("heading", name="Log in to see this tour").wait_for()
    assert violations(stranger, axe) == []


def test_nothing_comes_from_another_host(visit: Visit, host: PublishedTours) -> None:
    page = visit("/t/nothing", None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("nothing", TOUR + FINEST))
    page.locator("[data-level=full]").wait_for()
    assert [url for url in asked if not url.startswith((host.url, "data:", "blob:"))] == []
