"""An object in 3D, from a session that a studio has made: what is seen, what can be chosen, and what can go wrong."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser import generated_object, photographed
from tests.browser.canvas import picture_of
from tests.browser.conftest import NewPage, violations
from tests.browser.pretended_room import IMMERSIVE_AR
from tests.journey.running_studio import RunningStudio

PHONE = {"width": 390, "height": 844}
MESH = re.compile(r"/object-files/.*/mesh\.glb$")
SPLATS = re.compile(r"/object-files/.*/splats\.sog$")
SETTLED_MS = 500
UNLIKE_BACKDROP = 60.0
ALIKE = 0.9
AS_PHOTOGRAPHED = 0.85
"""Less: what is near is larger, and edges are round."""
ROUNDED_PX = 12
"""The card around the canvas has round corners."""

Colour = tuple[int, int, int]
Pixels = NDArray[np.float32]
Shape = NDArray[np.bool_]
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def session_id(served: RunningStudio, tmp_path_factory: pytest.TempPathFactory) -> str:
    return photographed.finished_session(served, tmp_path_factory.mktemp("photo"))


@pytest.fixture
def open_object(new_page: NewPage, served: RunningStudio, session_id: str) -> Open:
    """Opens the session's page and looks at one of its objects."""

    def go(cutout: str | None = "corner", state: str = "shown", before: Any = None, **context: Any) -> Any:
        page = new_page(**context)
        page.get_by_role("button", name="New project").wait_for()
        if before:
            before(page)
        page.goto(f"{served.url}/objects/{session_id}")
        if cutout:
            page.get_by_label("Show", exact=True).select_option(cutout)
        page.locator(f".showcase[data-state={state}]").wait_for()
        return page

    return go


def stage(page: Any) -> Any:
    return page.get_by_role("application", name="The object in 3D")


def pixels(page: Any) -> Pixels:
    """What is on the canvas: red, green, blue."""
    page.wait_for_timeout(SETTLED_MS)
    png = np.frombuffer(stage(page).screenshot(), np.uint8)
    picture = cv2.imdecode(png, cv2.IMREAD_COLOR)[ROUNDED_PX:-ROUNDED_PX, ROUNDED_PX:-ROUNDED_PX, ::-1]
    return np.asarray(picture, np.float32)


def shape_of(picture: Pixels) -> Shape:
    """Where the object is: what has not the colour of the corner of the picture."""
    return np.asarray(np.abs(picture - picture[2, 2]).max(-1) > UNLIKE_BACKDROP)


def cropped(shape: Shape) -> Shape:
    """The box around the object, always as large."""
    rows, columns = np.flatnonzero(shape.any(1)), np.flatnonzero(shape.any(0))
    box = shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8)
    return np.asarray(cv2.resize(box, (200, 200), interpolation=cv2.INTER_NEAREST) > 0)


def overlap(one: Shape, other: Shape) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())


def choose(page: Any, form: str) -> None:
    page.get_by_role("radiogroup", name="Show as").get_by_text(form, exact=True).click()
    page.locator(f".showcase[data-state=shown][data-form={form.lower()}]").wait_for()


def test_mesh_and_splats_are_seen_from_the_front_as_in_the_photo(open_object: Open) -> None:
    page = open_object()
    page.get_by_role("button", name="From the front").click()
    mesh = pixels(page)
    choose(page, "Splats")
    splats = pixels(page)
    assert overlap(shape_of(mesh), shape_of(splats)) > ALIKE
    photographed_shape = cropped(photographed.corner() > 0)
    for shown in (mesh, splats):
        assert overlap(cropped(shape_of(shown)), photographed_shape) > AS_PHOTOGRAPHED
        red, green, blue = shown[shape_of(shown)].mean(0)
        assert red > 2 * max(green, blue)
    mirrored = photographed_shape[:, ::-1]
    assert overlap(cropped(shape_of(mesh)), mirrored) < AS_PHOTOGRAPHED - 0.2  # another axis would be noticed


def test_each_side_of_a_known_object_is_where_it_belongs(open_object: Open, tmp_path: Path) -> None:
    files = generated_object.write_object(tmp_path)
    folder = tmp_path / next(iter(files)).rsplit("/", 1)[0]

    def instead(page: Any) -> None:
        page.route(MESH, lambda route: route.fulfill(body=(folder / "mesh.glb").read_bytes()))
        page.route(SPLATS, lambda route: route.fulfill(body=(folder / "splats.sog").read_bytes()))

    page = open_object(before=instead)
    for form in ("Mesh", "Splats"):
        choose(page, form)
        page.get_by_role("button", name="From the front").click()
        front = pixels(page)
        shape = shape_of(front)
        assert shape[:, shape.shape[1] // 2 :].sum() > 1.3 * shape[:, : shape.shape[1] // 2].sum()
        assert share_of(front, generated_object.SIDES["+z"]) > 0.75
        sides = generated_object.SIDES
        assert first_to_come(page, "ArrowRight", [sides["-x"], sides["+x"]]) == sides["-x"]  # its left side
        page.get_by_role("button", name="From the front").click()
        both = [generated_object.TOP, generated_object.BOTTOM]
        assert first_to_come(page, "ArrowUp", both) == generated_object.TOP


def first_to_come(page: Any, key: str, colours: list[Colour]) -> Colour | None:
    """Holds a key until one of the colours is a fifth of what is seen, however slowly this machine draws."""
    for _ in range(25):
        hold(page, key, 300)
        seen = pixels(page)
        for colour in colours:
            if share_of(seen, colour) > 0.2:
                return colour
    return None


def share_of(picture: Pixels, colour: Colour) -> float:
    """How much of the object has about that colour."""
    shown = picture[shape_of(picture)]
    return float((np.abs(shown - np.array(colour)).max(-1) < 50).mean())


def hold(page: Any, key: str, ms: int) -> None:
    stage(page).focus()
    page.keyboard.down(key)
    page.wait_for_timeout(ms)
    page.keyboard.up(key)


def test_it_is_turned_shifted_and_brought_nearer_by_mouse_keys_and_fingers(open_object: Open) -> None:
    page = open_object()
    page.get_by_role("button", name="From the front").click()
    front = shape_of(pixels(page))
    box = stage(page).bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.wheel(0, -600)
    assert overlap(shape_of(pixels(page)), front) > 0.98  # until it is taken in hand, the wheel is the page's
    page.evaluate("window.scrollTo(0, 0)")
    page.mouse.down()
    page.mouse.move(middle[0] + 200, middle[1], steps=4)
    page.mouse.up()
    assert overlap(shape_of(pixels(page)), front) < 0.9
    page.get_by_role("button", name="From the front").click()
    assert overlap(shape_of(pixels(page)), front) > 0.99
    stage(page).focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert shape_of(pixels(page)).sum() > 1.2 * front.sum()
    page.get_by_role("button", name="From the front").click()
    page.keyboard.down("Shift")
    hold(page, "ArrowRight", 400)
    page.keyboard.up("Shift")
    shifted = shape_of(pixels(page))
    assert middle_of(shifted)[0] > middle_of(front)[0] + 20
    assert overlap(cropped(shifted), cropped(front)) > 0.9


def middle_of(shape: Shape) -> tuple[float, float]:
    rows, columns = np.nonzero(shape)
    return float(columns.mean()), float(rows.mean())


def test_light_wireframe_points_and_turntable_are_seen(open_object: Open) -> None:
    page = open_object()
    page.get_by_text("Light and look").click()
    lit = pixels(page)
    page.get_by_role("checkbox", name="Light from all sides").uncheck()
    assert pixels(page)[shape_of(lit)].mean() < 0.8 * lit[shape_of(lit)].mean()
    page.get_by_role("checkbox", name="Light from all sides").check()
    light = page.get_by_role("slider", name="Light from")
    before = pixels(page)
    light.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    assert np.abs(pixels(page) - before).mean() > 0.3
    page.get_by_role("checkbox", name="Wireframe").check()
    page.get_by_text("None", exact=True).click()
    assert np.abs(pixels(page) - lit).mean() > 3
    page.get_by_text("Light", exact=True).click()
    choose(page, "Splats")
    splats = shape_of(pixels(page)).sum()
    page.get_by_role("checkbox", name="Splats as points").check()
    assert 0.02 * splats < shape_of(pixels(page)).sum() < 0.98 * splats
    page.get_by_role("button", name="Turntable").click()
    turning = pixels(page)
    page.wait_for_timeout(800)
    assert np.abs(pixels(page) - turning).mean() > 0.3


def test_it_stands_in_ones_own_room_where_the_device_shows_that(open_object: Open) -> None:
    assert open_object().get_by_role("button", name="See it in your room").count() == 0
    page = open_object(before=lambda page: page.add_init_script(IMMERSIVE_AR))
    before = shape_of(pixels(page))
    page.get_by_role("button", name="See it in your room").click()
    page.locator("canvas[data-room=true]").wait_for()
    assert page.evaluate("asked[0]") == "immersive-ar"
    assert "local-floor" in page.evaluate("asked[1].requiredFeatures")
    there = shape_of(pixels(page))
    assert 0.005 < there.mean() < 0.5  # before whoever looks, as large as a thing in a room is
    assert abs(middle_of(there)[0] - there.shape[1] / 2) < 0.1 * there.shape[1]
    page.evaluate("session.tap(0.5)")
    tapped = shape_of(pixels(page))
    assert middle_of(tapped)[0] > middle_of(there)[0] + 0.05 * there.shape[1]
    page.get_by_role("button", name="Larger").click()
    assert shape_of(pixels(page)).sum() > 1.1 * tapped.sum()
    page.get_by_role("button", name="Back to the page").click()
    page.locator("canvas[data-room=false]").wait_for()
    assert page.locator(".room-overlay").count() == 0
    assert overlap(shape_of(pixels(page)), before) > 0.98


def test_a_device_that_does_not_allow_it_says_so_and_the_page_goes_on(open_object: Open) -> None:
    page = open_object(before=lambda page: page.add_init_script(IMMERSIVE_AR + "; isRefused = true"))
    page.get_by_role("button", name="See it in your room").click()
    page.get_by_text("this device did not allow it").wait_for()
    assert page.get_by_role("button", name="See it in your room").count() == 0
    page.get_by_role("button", name="From the front").click()
    assert shape_of(pixels(page)).any()


def test_less_motion_means_no_turntable(open_object: Open) -> None:
    page = open_object(reduced_motion="reduce")
    assert page.get_by_role("button", name="Turntable").count() == 0


def test_what_made_it_is_said_and_every_file_can_be_taken_away(
    open_object: Open, served: RunningStudio, session_id: str
) -> None:
    page = open_object()
    page.get_by_text("Estimated shape").wait_for()
    page.get_by_text("Not known: the longest side is 1").wait_for()
    files = served.ask("GET", f"/v1/objects/{session_id}")["build"]["objects"][0]["files"]
    links = page.get_by_role("region", name="Download").get_by_role("link")
    for link in links.all():
        path = link.get_attribute("href").split("/build/")[1]
        answer = page.request.get(link.get_attribute("href"))
        assert (answer.ok, len(answer.body())) == (True, files[path])
        assert link.get_attribute("download").startswith("The-corner")
    assert links.count() == 7  # GLB twice, USDZ, OBJ, STL, PLY, SOG
    with page.expect_download() as taken:
        page.get_by_role("button", name="Save a picture").click()
    picture = cv2.imread(str(taken.value.path()))
    assert taken.value.suggested_filename == "The-corner.png"
    assert picture.std() > 10


def test_a_file_that_does_not_come_is_told_and_asked_for_again(open_object: Open) -> None:
    page = open_object(None, "missing", lambda page: page.route(MESH, lambda route: route.abort()))
    page.get_by_role("alert").get_by_text("could not be loaded").wait_for()
    choose(page, "Splats")
    assert shape_of(pixels(page)).mean() > 0.02
    page.get_by_text("Mesh", exact=True).click()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.locator(".showcase[data-state=shown]").wait_for()
    assert page.get_by_role("alert").count() == 0


def test_a_lost_graphics_card_is_survived(open_object: Open) -> None:
    page = open_object()
    for form in ("Mesh", "Splats"):
        choose(page, form)
        before = pixels(page)
        card = "document.querySelector('.showcase canvas').getContext('webgl2')"
        page.evaluate(f"globalThis.lost = {card}.getExtension('WEBGL_lose_context'); lost.loseContext()")
        page.get_by_text("The graphics card was needed elsewhere.").wait_for()
        page.evaluate("lost.restoreContext()")
        page.locator(".showcase[data-state=shown]").wait_for()
        page.wait_for_timeout(1000)
        assert np.abs(pixels(page) - before).mean() < 3, form


@pytest.mark.parametrize(
    "context",
    [{}, {"viewport": PHONE, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}],
    ids=["desktop", "phone"],
)
def test_axe_objects_to_nothing_and_all_fits(open_object: Open, axe: str, context: dict[str, Any]) -> None:
    page = open_object(None, **context)
    page.get_by_text("Light and look").click()
    assert violations(page, axe) == []
    choose(page, "Splats")
    page.get_by_role("checkbox", name="Splats as points").check()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    for control in page.get_by_role("region", name="In 3D").get_by_role("button").all():
        control.focus()
        assert page.evaluate("document.activeElement.textContent") == control.text_content()


def test_an_earlier_build_is_shown_again(page: Any, served: RunningStudio, tmp_path: Path, axe: str) -> None:
    session_id = photographed.finished_session(served, tmp_path, ("ball",))
    photographed.build(served, session_id, splats=2000)
    page.get_by_role("button", name="New project").wait_for()
    page.goto(f"{served.url}/objects/{session_id}")
    history = page.get_by_role("region", name="What was made so far")
    history.get_by_role("button", name="Go back to number 1").wait_for()
    assert history.get_by_role("row").count() == 3  # and the columns' names
    splats = page.get_by_role("region", name="In 3D").get_by_role("definition").nth(1)
    splats.get_by_text("2,000").wait_for()
    history.get_by_role("button", name="Go back to number 1").click()
    splats.get_by_text("4,000").wait_for()
    history.get_by_text("number 1 again").wait_for()
    assert violations(page, axe) == []


def test_sessions_are_listed_renamed_and_deleted(
    page: Any, served: RunningStudio, tmp_path: Path, axe: str
) -> None:
    cv2.imwrite(str(tmp_path / "still.png"), photographed.photo())
    project_id = served.project()
    upload_id = served.upload(project_id, tmp_path / "still.png", "image/png")
    wanted = {"project_id": project_id, "upload_id": upload_id, "name": "Still life"}
    session = served.ask("POST", "/v1/objects", json=wanted)
    page.get_by_role("button", name="New project").wait_for()
    page.goto(f"{served.url}/projects/{project_id}")
    objects = page.get_by_role("region", name="Objects", exact=True)
    objects.get_by_text("To be cut out").wait_for()
    assert (
        objects.get_by_role("link", name="Still life").get_attribute("href").endswith(session["session_id"])
    )
    assert violations(page, axe) == []
    objects.get_by_role("button", name="Options of Still life").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("The mantelpiece")
    page.get_by_role("button", name="Save").click()
    objects.get_by_text("The mantelpiece").wait_for()
    objects.get_by_role("button", name="Options of The mantelpiece").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    objects.wait_for(state="detached")
    assert served.ask("GET", f"/v1/objects?project_id={project_id}")["sessions"] == []


def test_an_object_is_lifted_out_of_a_tour_and_put_back_into_it(
    page: Any, served: RunningStudio, finished_job: str, axe: str
) -> None:
    tour_id = served.ask("GET", f"/v1/jobs/{finished_job}")["subject_id"]
    page.get_by_role("button", name="New project").wait_for()
    page.goto(f"{served.url}/jobs/{finished_job}")
    page.get_by_role("button", name="Lift an object out of it").click()
    frame = page.get_by_role("dialog").get_by_role("button", name="Photo").first
    page.wait_for_function("image => image.naturalWidth > 0", arg=frame.locator("img").element_handle())
    assert violations(page, axe) == []
    frame.click()
    page.wait_for_url("**/objects/*")
    session_id = page.url.rsplit("/", 1)[1]
    photographed.at_step(served, session_id, "cutting")
    photo = served.ask("GET", f"/v1/objects/{session_id}")["photo"]
    mask = np.zeros((photo["height_px"], photo["width_px"]), np.uint8)
    cv2.circle(mask, (mask.shape[1] // 2, mask.shape[0] // 2), mask.shape[0] // 6, 255, -1)
    cutout = {"name": "A patch", "mask_png": photographed.as_base64(mask)}
    served.ask("PUT", f"/v1/objects/{session_id}/cutouts/patch", json=cutout)
    photographed.build(served, session_id)
    page.reload()
    page.get_by_role("button", name="Put into the tour: A patch").click()
    see = page.get_by_role("link", name="See it in the tour")
    see.wait_for()
    assert violations(page, axe) == []
    (spot,) = [one for one in hotspots_of(served, tour_id) if one["title"] == "A patch"]
    assert spot["media"]["kind"] == "model"
    seen_from = see.get_attribute("href")
    page.reload()
    page.get_by_text("It stands in the tour.").wait_for()
    assert see.get_attribute("href") == seen_from
    assert page.get_by_role("button", name="Put into the tour: A patch").count() == 0
    assert violations(page, axe) == []

    page.goto(f"{served.url}{see.get_attribute('href')}".replace("#", "?level=thumbnail#"))
    page.locator("[data-level][data-things='1']").wait_for()
    there = picture_of(page, 500)
    edit = page.get_by_role("button", name="Edit the places")
    edit.click()
    editor = page.get_by_role("region", name="Edit the places")
    editor.get_by_role("button", name="Edit A patch").click()
    editor.get_by_label("Size, of its own").fill(str(3 * spot["placement"]["scale"]))
    assert violations(page, axe) == []
    editor.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    larger = picture_of(page, 500)
    editor.get_by_role("button", name="Remove A patch").click()
    page.locator("[data-level][data-things='0']").wait_for()
    gone = picture_of(page, 500)
    changed = [np.abs(one.astype(np.float32) - gone).max(-1) > 20 for one in (there, larger)]
    assert changed[1].sum() > 2 * changed[0].sum() > 0
    assert hotspots_of(served, tour_id) == []


def hotspots_of(studio: RunningStudio, tour_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = studio.ask("GET", f"/v1/tours/{tour_id}/hotspots")["hotspots"]
    return found
