"""Walking among furniture, hotspots, floor plan, measuring, gamepad and headset: in a room that is known exactly."""

import json
import math
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import package_tour
from diorama.tours.stages import PackageTourParams
from tests.browser.canvas import picture_of
from tests.browser.conftest import PATIENCE_MS, WEB, ignore, violations
from tests.browser.published import PublishedTours
from tests.scene.bundle.furnished import DEPTH_M, FURNITURE, WIDTH_M, save_package_inputs

VIEWPORT = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
AT = re.compile(r"#at=(.+)$")
SEEN_FROM = {"position": [2.5, 1.6, 3.4], "yaw_deg": 0, "pitch_deg": -20}
HOTSPOTS = [
    {
        "hotspot_id": "table",
        "title": "The table",
        "text": "Oak & <b>glue</b>.\nBuilt here.",
        "link": "https://example.com/table",
        "position": [2.5, 0.75, 2.0],
        "seen_from": SEEN_FROM,
        "media": {"kind": "image", "path": "poster.jpg"},
    },
    {"hotspot_id": "shelf", "title": "The shelf", "position": [4.2, 1.7, 0.3], "seen_from": SEEN_FROM},
    {"hotspot_id": "sound", "title": "A hum", "position": [0.4, 0.7, 2], "seen_from": SEEN_FROM,
     "media": {"kind": "audio", "path": "poster.jpg"}},
]  # fmt: skip
FILM = {
    "hotspot_id": "film",
    "title": "How it was built",
    "position": [4.6, 1.2, 2],
    "seen_from": SEEN_FROM,
    "media": {"kind": "video", "path": "film.webm"},
}

IWER = WEB / "node_modules/iwer/build/iwer.min.js"
"""A headset that isn't there, with WebXR as browsers have it."""

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def room_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = save_package_inputs(tmp_path_factory.mktemp("furnished"))
    small = PackageTourParams(poster_width_px=640, thumbnail_width_px=96, thumbnails=2, path_poses=12)
    package_tour.run(made, made / "tour", small, ignore)
    save_film(made / "tour/film.webm")
    return made / "tour"


def save_film(path: Path) -> None:
    """Half a second of grey that gets lighter, 64 x 48."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 50 * index, np.uint8), "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 10)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


@pytest.fixture(scope="module")
def host(published: PublishedTours, room_bundle: Path) -> PublishedTours:
    published.publish("furnished", "A room", room_bundle, hotspots=HOTSPOTS)
    published.publish("filmed", "A room and a film", room_bundle, hotspots=[FILM])
    published.publish("unmeasured", "Who knows", room_bundle, scale_source="none")
    return published


@pytest.fixture
def visit(browser: Any, host: PublishedTours) -> Iterator[Visit]:
    contexts, failures = [], []

    def go(address: str = "/t/furnished?mode=walk", script: str = "", **context: Any) -> Any:
        made = browser.new_context(**{"viewport": VIEWPORT, **context})
        made.set_default_timeout(PATIENCE_MS)
        made.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(made)
        page = made.new_page()
        if script:
            page.add_init_script(script)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(host.url + address)
        page.locator("[data-level=full]").wait_for()
        page.wait_for_load_state("networkidle")
        return page

    yield go
    for context in contexts:
        context.close()
    assert failures == []


def place(page: Any) -> list[float]:
    """Where the visitor is: x, y, z, yaw, pitch."""
    page.keyboard.press("c")
    page.get_by_text("The link to this view is copied.").wait_for()
    found = AT.search(page.evaluate("navigator.clipboard.readText()"))
    assert found
    return [float(number) for number in found[1].split(",")]


def hold(page: Any, key: str, ms: int) -> None:
    page.keyboard.down(key)
    page.wait_for_timeout(ms)
    page.keyboard.up(key)
    page.wait_for_timeout(500)


def hold_until(page: Any, key: str, condition: Callable[[list[float]], bool]) -> list[float]:
    """Holds a key until one is somewhere, however slowly this machine draws; where one is then."""
    page.keyboard.down(key)
    for _ in range(30):
        page.wait_for_timeout(300)
        if condition(place(page)):
            break
    page.keyboard.up(key)
    page.wait_for_timeout(500)
    return place(page)


def nearest_thing(x: float, z: float) -> float:
    """How far a spot on the floor is from furniture and walls; negative inside."""
    gaps = [x, z, WIDTH_M - x, DEPTH_M - z]
    for (x0, x1, z0, z1), _ in FURNITURE.values():
        across, along = max(x0 - x, x - x1), max(z0 - z, z - z1)
        gaps.append(
            math.hypot(max(across, 0), max(along, 0)) if max(across, along) > 0 else max(across, along)
        )
    return min(gaps)


def test_a_walk_stops_before_the_table(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=2.5,1.6,3.4,0,0")
    hold(page, "w", 2500)
    x, y, z, *_ = place(page)
    assert 2.4 < z < 2.9
    assert abs(x - 2.5) < 0.3
    assert abs(y - 1.6) < 0.05


def test_a_walk_slides_along_a_wall(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=1.5,1.6,3.4,-135,0")
    x, _, z, *_ = hold_until(page, "w", lambda at: at[0] > 2.5)
    assert x > 2.4  # to the right, though the wall in front lets nobody through
    assert 3.3 < z < DEPTH_M - 0.1


def test_nobody_ever_stands_in_furniture_or_outside(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=2.5,1.6,3.4,0,0")
    random = np.random.default_rng(3)
    page.keyboard.down("Shift")
    for _ in range(7):
        hold(page, str(random.choice(["q", "e"])), int(random.integers(100, 900)))
        hold(page, "w", 900)
        x, _, z, *_ = place(page)
        assert nearest_thing(x, z) > 0.1, (x, z)
    page.keyboard.up("Shift")


def test_flying_and_orbiting_need_no_floor(visit: Visit) -> None:
    page = visit("/t/furnished?mode=fly#at=2.5,1.6,3.4,0,0")
    assert hold_until(page, "w", lambda at: at[2] < 1.8)[2] < 2.0


def test_where_the_collision_file_does_not_come_one_walks_all_the_same(visit: Visit, host: Any) -> None:
    (host.folder / "furnished" / "v1" / "collision.bits").rename(host.folder / "bits")
    try:
        page = visit("/t/furnished?mode=walk#at=2.5,1.6,3.4,0,0")
        assert hold_until(page, "w", lambda at: at[2] < 2.2)[2] < 2.4
    finally:
        (host.folder / "bits").rename(host.folder / "furnished" / "v1" / "collision.bits")


def test_markers_are_named_reached_by_keyboard_and_open_a_card_of_plain_text(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=2.5,1.6,3.4,0,-20")
    marker = page.get_by_role("button", name="The table: open")
    marker.wait_for()
    marker.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="The table")
    assert card.get_by_text("Oak & <b>glue</b>.").is_visible()
    assert card.get_by_role("img", name="The table").is_visible()
    link = card.get_by_role("link", name="Open the link")
    assert link.get_attribute("href") == "https://example.com/table"
    assert "noopener" in link.get_attribute("rel")
    page.keyboard.press("Escape")
    assert not card.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "The table: open"


def test_a_marker_behind_furniture_is_not_shown(visit: Visit) -> None:
    page = visit("/t/furnished?mode=fly#at=4.2,0.5,3.4,0,0")
    page.wait_for_timeout(500)
    assert page.get_by_role("button", name="The shelf: open").is_visible()
    page = visit("/t/furnished?mode=fly#at=2.5,0.4,3.4,0,0")
    page.wait_for_timeout(500)
    assert not page.get_by_role("button", name="The table: open").is_visible()


def test_the_list_of_places_leads_to_each(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Places to go to").click()
    listed = page.get_by_role("dialog", name="Places").get_by_role("listitem").all_inner_texts()
    assert listed == [
        "Where the visit starts",
        "The table",
        "The shelf",
        "A hum",
        "Viewpoint 1",
        "Viewpoint 2",
    ]
    page.get_by_role("button", name="A hum", exact=True).press("Enter")
    page.get_by_text("You are at: A hum").wait_for()
    card = page.get_by_role("dialog", name="A hum")
    assert card.locator("audio").get_attribute("controls") is not None
    card.get_by_role("button", name="Close").click()
    page.wait_for_timeout(1500)
    assert np.allclose(place(page), [2.5, 1.6, 3.4, 0, -20], atol=0.05)


def test_a_film_plays_in_its_hotspots_card(visit: Visit) -> None:
    page = visit("/t/filmed?mode=walk")
    page.keyboard.press("n")
    page.get_by_role("button", name="How it was built", exact=True).press("Enter")
    film = page.get_by_role("dialog", name="How it was built").locator("video")
    assert film.get_attribute("controls") is not None
    assert film.get_attribute("playsinline") is not None
    page.wait_for_function("film => film.readyState >= 1", arg=film.element_handle())
    assert film.evaluate("film => [film.videoWidth, film.videoHeight]") == [64, 48]
    film.evaluate("film => film.play()")
    page.wait_for_function("film => film.ended", arg=film.element_handle())
    assert film.evaluate("film => film.currentTime") > 0.3


def test_the_floor_plan_has_a_scale_and_shows_how_much_one_sees(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=2.5,1.6,3.4,30,0")
    manifest = page.evaluate("fetch('/published/furnished/v1/manifest.json').then(it => it.json())")
    plan = page.locator(".plan-map").bounding_box()
    bar = page.locator(".plan-bar").bounding_box()
    metres = float(page.locator(".plan-scale").inner_text().removeprefix("about ").removesuffix(" m"))
    assert bar["width"] / plan["width"] == pytest.approx(metres / manifest["floor_plan"]["width"], abs=0.02)
    assert "rotate(-30deg)" in page.locator(".here").get_attribute("style")

    desk_deg = sight_deg(page)
    page.set_viewport_size(PHONE)
    page.wait_for_function(
        "it => it.firstElementChild.getBBox().width < 25", arg=page.locator(".here").element_handle()
    )
    half = math.tan(math.radians(manifest["start"]["field_of_view_deg"]) / 2)
    shape = manifest["poster"]["width_px"] / manifest["poster"]["height_px"]
    assert desk_deg == pytest.approx(2 * math.degrees(math.atan(half * shape)), abs=1)
    # A tall phone shows 56 degrees from its upper edge to its lower one.
    across = math.tan(math.radians(28)) * PHONE["width"] / PHONE["height"]
    assert sight_deg(page) == pytest.approx(2 * math.degrees(math.atan(across)), abs=1)


def sight_deg(page: Any) -> float:
    """How much of the surroundings the floor plan says one sees."""
    left, ahead = re.findall(r"-[\d.]+", page.locator(".here path").first.get_attribute("d"))[:2]
    return 2 * math.degrees(math.atan2(-float(left), -float(ahead)))


def test_the_floor_plan_shows_where_one_is_and_leads_elsewhere(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=2.5,1.6,3.4,0,0")
    plan = page.get_by_role("button", name="Floor plan: click")
    box = plan.bounding_box()
    manifest = page.evaluate("fetch('/published/furnished/v1/manifest.json').then(it => it.json())")[
        "floor_plan"
    ]
    mark = page.locator(".here").bounding_box()
    across = (2.5 - manifest["corner"][0]) / manifest["width"]
    assert abs(mark["x"] + mark["width"] / 2 - (box["x"] + across * box["width"])) < 6
    down = (0.9 - manifest["corner"][1]) / manifest["depth"]
    plan.click(position={"x": across * box["width"], "y": down * box["height"]})
    page.wait_for_timeout(1500)
    x, _, z, *_ = place(page)
    assert math.hypot(x - 2.5, z - 0.9) < 0.15
    plan.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    assert place(page)[0] < x - 0.5


def test_on_a_phone_the_plan_waits_until_it_is_asked_for(visit: Visit) -> None:
    page = visit("/t/furnished", viewport=PHONE, has_touch=True, is_mobile=True)
    plan = page.get_by_role("button", name="Floor plan: tap")
    assert not plan.is_visible()
    page.get_by_role("button", name="Floor plan", exact=True).tap()
    assert plan.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def on_canvas(page: Any, at: tuple[float, ...], point: tuple[float, ...]) -> tuple[float, float]:
    """Where a point of the world is seen from x, y, z, yaw and pitch in degrees."""
    fov = page.evaluate(
        "fetch('/published/furnished/v1/manifest.json').then(it => it.json()).then(it => it.start.field_of_view_deg)"
    )
    yaw, pitch = np.radians(at[3:])
    away = np.subtract(point, at[:3])
    right = np.array([np.cos(yaw), 0, -np.sin(yaw)])
    forward = np.array([-np.sin(yaw) * np.cos(pitch), np.sin(pitch), -np.cos(yaw) * np.cos(pitch)])
    focal = VIEWPORT["height"] / 2 / math.tan(math.radians(fov) / 2)
    up = np.cross(right, forward)
    return (
        VIEWPORT["width"] / 2 + focal * float(right @ away / (forward @ away)),
        VIEWPORT["height"] / 2 - focal * float(up @ away / (forward @ away)),
    )


def test_two_clicks_measure_the_table(visit: Visit) -> None:
    at = (2.5, 1.6, 3.6, 0.0, -25.0)
    page = visit(f"/t/furnished?mode=walk#at={','.join(map(str, at))}")
    page.get_by_role("button", name="Measure").click()
    for x in (2.1, 2.9):
        page.mouse.click(*on_canvas(page, at, (x, 0.75, 2.1)))
        page.wait_for_timeout(700)
    told = page.get_by_role("region", name="Measure").get_by_text("Measured:").inner_text()
    found = re.fullmatch(r"Measured: ([0-9.]+) m", told)
    assert found, told
    assert abs(float(found[1]) - 0.8) < 0.06
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".length").count() == 0
    assert np.allclose(place(page), at, atol=0.02)  # clicks measured, and walked nowhere


def test_a_measure_is_taken_by_keyboard_alone_and_without_a_scale_says_so(visit: Visit) -> None:
    page = visit("/t/unmeasured?mode=walk#at=2.5,1.6,3.4,0,-30")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    page.get_by_text("Now the other end.").wait_for()
    hold(page, "q", 300)
    page.keyboard.press("Enter")
    page.get_by_text("is not known").first.wait_for()
    page.keyboard.press("Escape")
    assert not page.get_by_role("region", name="Measure").is_visible()


GAMEPAD = """Object.defineProperty(navigator, "getGamepads", { value: () => [{
    connected: true, axes: [0, globalThis.pushed ?? 0, 0.05, 0], buttons: [] }] });"""


def test_a_gamepads_stick_walks(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=1.4,1.6,3.4,0,0", GAMEPAD)
    page.evaluate("globalThis.pushed = -1")
    page.wait_for_function("document.querySelector('#viewer').dataset.level")
    page.wait_for_timeout(1200)
    page.evaluate("globalThis.pushed = 0")
    page.wait_for_timeout(500)
    assert place(page)[2] < 3.2


HEADSET = """Object.defineProperty(navigator, "xr", { value: Object.assign(new EventTarget(), {
    isSessionSupported: async mode => mode === "immersive-vr",
    requestSession: async (...asked) => { globalThis.asked = asked; throw new Error("no"); } }) });"""


def test_a_headset_is_offered_where_there_is_one_and_a_refusal_is_survived(visit: Visit) -> None:
    assert visit().get_by_role("button", name="headset").count() == 0
    page = visit(script=HEADSET)
    page.get_by_role("button", name="Look around with a headset").click()
    page.get_by_text("The headset could not be started.").wait_for()
    assert page.evaluate("globalThis.asked?.[0]") == "immersive-vr"
    hold(page, "q", 200)  # the page goes on


HEADSET_ON = """
globalThis.headset = new IWER.XRDevice(IWER.metaQuest3);
headset.installRuntime({ forceInstall: true });
headset.position.set(0, 1.6, 0);
"""


def seen_in_headset(page: Any, pictures: int) -> None:
    """Waits until so many more were drawn: some machines take long for one, and sticks are read once for each."""
    page.evaluate(
        """left => new Promise(done => {
            const next = () => left-- > 0 ? headset.activeSession.requestAnimationFrame(next) : done();
            next();
        })""",
        pictures,
    )


def test_a_headset_shows_the_place_and_its_sticks_walk_and_turn(visit: Visit) -> None:
    page = visit("/t/furnished?mode=walk#at=1.4,1.6,3.4,0,0", IWER.read_text(encoding="utf-8") + HEADSET_ON)
    page.get_by_role("button", name="Look around with a headset").click()
    page.wait_for_function("headset.activeSession?.visibilityState === 'visible'")
    seen_in_headset(page, 3)
    assert picture_of(page, 700).std() > 20
    page.evaluate("headset.controllers.left.updateAxes('thumbstick', 0, -1)")
    page.wait_for_timeout(1500)
    seen_in_headset(page, 3)
    page.evaluate("headset.controllers.left.updateAxes('thumbstick', 0, 0)")
    page.evaluate("headset.controllers.right.updateAxes('thumbstick', 1, 0)")
    page.wait_for_timeout(1000)
    seen_in_headset(page, 3)
    page.evaluate("headset.activeSession.end()")
    page.get_by_text("You are back on the page.").wait_for()
    page.wait_for_timeout(1500)
    x, y, z, yaw, _ = place(page)
    assert z < 3.2  # ahead, as fast as on foot, however few pictures a machine draws
    assert abs(x - 1.4) < 0.2
    assert abs(y - 1.6) < 0.05
    assert abs(yaw + 30) < 1  # a step to the right
    hold(page, "q", 200)  # the page goes on


def test_a_picture_of_the_view_is_saved(visit: Visit) -> None:
    page = visit()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a picture of this view").click()
    assert download.value.suggested_filename == "A-room.png"
    assert Path(download.value.path()).stat().st_size > 20_000


@pytest.mark.parametrize("wish", [{}, {"forced_colors": "active"}, {"contrast": "more"}, {"viewport": PHONE}])
def test_axe_objects_to_nothing_with_all_that_is_shown(visit: Visit, axe: str, wish: dict[str, Any]) -> None:
    page = visit("/t/furnished?mode=walk#at=2.5,1.6,3.4,0,-20", **wish)
    page.keyboard.press("m")
    if not page.get_by_role("button", name="Floor plan: click").is_visible():
        page.keyboard.press("g")
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.get_by_role("button", name="The table: open").click()
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.get_by_role("dialog", name="Places").wait_for()
    assert violations(page, axe) == []


def test_a_bundle_from_before_all_this_opens(
    published: PublishedTours, room_bundle: Path, browser: Any
) -> None:
    files = published.publish("old", "Old", room_bundle)
    manifest = json.loads((files / "manifest.json").read_text())
    for newer in ("collision", "floor_plan", "hotspots", "privacy", "coverage"):
        manifest.pop(newer, None)
    (files / "manifest.json").write_text(json.dumps(manifest))
    page = browser.new_page()
    page.goto(f"{published.url}/t/old")
    page.locator("[data-level=full]").wait_for()
    assert page.get_by_role("button", name="Floor plan", exact=True).count() == 0
    page.close()
