"""`<diorama-tour>` in a page of another origin: the example page as it is, and what else a page may write."""

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE_MS, violations
from tests.browser.published import HOTSPOTS, PublishedTours
from tests.journey.running_studio import ROOT

HOST = "http://host.test"
EXAMPLE = ROOT / "examples/embedding"
POLICY = "default-src 'none'; script-src {studio} 'nonce-test'; frame-src {studio}; img-src 'self'"
PAGE = """<!doctype html><title>Host</title><script src="{studio}/embed/v1/diorama-tour.js"></script>
<script nonce="test">
    globalThis.told = [];
    const hear = ({{ type, target, detail }}) => told.push({{ type, from: target.id, ...detail }});
    const listen = (tour) => {{
        for (const type of ["ready", "level", "view", "hotspot", "problem"]) tour.addEventListener(type, hear);
        return tour;
    }};
</script>
<body>{body}<script nonce="test">document.querySelectorAll("diorama-tour").forEach(listen)</script>"""

Hosted = Callable[..., Any]


@pytest.fixture(scope="module")
def studio(published: PublishedTours, bundle: Path) -> str:
    published.publish("shown", "Shown", bundle, hotspots=HOTSPOTS)
    return published.url


@pytest.fixture
def hosted(browser: Any, studio: str) -> Iterator[Hosted]:
    """Opens a page of another origin; nothing of its may break its Content-Security-Policy."""
    contexts, objections = [], []

    def go(body: str = "", example: bool = False) -> Any:
        context = browser.new_context(viewport={"width": 900, "height": 700})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: objections.append(str(error)))
        page.on("console", lambda said: objections.extend(objection_in(said.text)))
        page.route(f"{HOST}/**", lambda route: serve(route, studio, None if example else body))
        page.goto(f"{HOST}/")
        return page

    yield go
    for context in contexts:
        context.close()
    assert objections == []


def objection_in(said: str) -> list[str]:
    """What a Content-Security-Policy minds."""
    return [said] if "Content Security" in said else []


def serve(route: Any, studio: str, body: str | None) -> None:
    name = route.request.url.removeprefix(f"{HOST}/") or "index.html"
    if name == "poster.svg":
        route.fulfill(body='<svg xmlns="http://www.w3.org/2000/svg"/>', content_type="image/svg+xml")
    elif name == "favicon.ico":
        route.fulfill(status=204)
    elif body is None:
        text = (EXAMPLE / name).read_text(encoding="utf-8")
        text = text.replace("https://studio.example.com", studio).replace("TOUR_ID", "shown")
        route.fulfill(body=text, content_type=mimetypes.guess_type(name)[0])
    else:
        headers = {"content-type": "text/html", "content-security-policy": POLICY.format(studio=studio)}
        route.fulfill(body=PAGE.format(studio=studio, body=body), headers=headers)


def frame(page: Any, number: int = 0) -> Any:
    return page.frame_locator("diorama-tour >> nth=" + str(number) + " >> iframe")


def told(page: Any, kind: str) -> dict[str, Any]:
    """The last event of a kind; waits for the first."""
    page.wait_for_function("kind => told.some(event => event.type === kind)", arg=kind)
    event: dict[str, Any] = page.evaluate("kind => told.findLast(event => event.type === kind)", kind)
    return event


def requests_to(page: Any, start: str) -> list[str]:
    """Addresses asked for from now on."""
    asked: list[str] = []

    def note(request: Any) -> None:
        if request.url.startswith(start):
            asked.append(request.url)

    page.on("request", note)
    return asked


def test_the_example_page_leads_through_a_tour(hosted: Hosted, axe: str) -> None:
    page = hosted(example=True)
    page.get_by_text("Shown with").wait_for()
    frame(page).locator("[data-level=full]").wait_for()  # the last level that the page tells of
    page.get_by_label("Move by").select_option("fly")
    frame(page).locator("[data-mode=fly]").wait_for()
    page.get_by_role("button", name="Show me around").click()
    frame(page).get_by_role("button", name="Stop following the path").wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("You are at").wait_for()
    page.get_by_label("Show").select_option("The corner")
    frame(page).get_by_role("dialog", name="The corner").wait_for()
    page.get_by_text("You look at: The corner").wait_for()
    assert violations(page, axe) == []
    frame(page).get_by_role("button", name="Close").click()
    page.get_by_text("The corner is closed").wait_for()
    assert page.get_by_label("Show").input_value() == ""


def test_the_second_tour_of_the_example_waits_with_its_poster(hosted: Hosted) -> None:
    page = hosted(example=True)
    page.get_by_text("Shown with").wait_for()
    second = frame(page, 1)
    page.locator("#later").scroll_into_view_if_needed()
    second.get_by_role("img", name="A view of Shown").wait_for()
    assert second.locator("[data-level]").count() == 0
    second.get_by_role("button", name="Walk into Shown").click()
    second.locator("[data-state=shown]").wait_for()


def test_a_tour_that_is_not_in_sight_is_not_asked_for(hosted: Hosted) -> None:
    page = hosted("<p>So long" * 60 + '<diorama-tour id="t" tour="shown"></diorama-tour>')
    page.wait_for_timeout(500)
    assert page.locator("iframe").count() == 0
    page.locator("#t").scroll_into_view_if_needed()
    ready = told(page, "ready")
    hotspots = [{"hotspot_id": "corner", "title": "The corner"}]
    said = {"tour_id": "shown", "name": "Shown", "has_path": True, "hotspots": hotspots}
    assert ready == {"type": "ready", "from": "t", **said}
    assert page.locator("iframe").get_attribute("title") == "Shown"


def test_with_a_poster_of_its_own_nothing_is_asked_of_the_studio_before_a_click(
    hosted: Hosted, studio: str
) -> None:
    page = hosted()
    asked = requests_to(page, studio)
    tour = "<diorama-tour id=t tour=shown load=click poster=poster.svg name=Hall></diorama-tour>"
    page.evaluate("tour => { document.body.innerHTML = tour; }", tour)
    button = page.get_by_role("button", name="Hall")
    button.wait_for()
    page.wait_for_timeout(500)
    assert asked == []
    button.press("Enter")
    frame(page).locator("[data-state=shown]").wait_for()
    assert page.evaluate("document.activeElement.id") == "t"


def test_several_on_a_page_are_told_apart_and_obey_what_was_asked_early(hosted: Hosted) -> None:
    tour = '<diorama-tour id="{}" tour="shown" load="eager"></diorama-tour>'
    page = hosted(tour.format("one") + tour.format("two"))
    page.evaluate("document.querySelector('#two').setMode('fly')")
    frame(page, 1).locator("[data-mode=fly]").wait_for()
    page.wait_for_function("told.filter(event => event.type === 'ready').length === 2")
    assert {event["from"] for event in page.evaluate("told")} == {"one", "two"}
    assert frame(page, 0).locator("#viewer").get_attribute("data-mode") != "fly"
    view = {"position": [2.5, 1.5, 2.5], "yaw_deg": 40, "pitch_deg": -5}
    page.evaluate("view => { told.length = 0; document.querySelector('#one').goTo(view); }", view)
    arrived = told(page, "view")
    assert arrived["from"] == "one"
    assert arrived["position"] == pytest.approx([2.5, 1.5, 2.5], abs=0.01)


def test_where_one_stopped_is_told_also_before_a_picture_was_drawn(hosted: Hosted) -> None:
    page = hosted('<diorama-tour id="t" tour="shown" load="eager"></diorama-tour>')
    told(page, "ready")
    page.evaluate(
        "told.length = 0; document.querySelector('#t').play(); document.querySelector('#t').pause()"
    )
    assert told(page, "view")["from"] == "t"


def test_its_methods_open_and_close_a_hotspot(hosted: Hosted) -> None:
    page = hosted('<diorama-tour id="t" tour="shown" load="eager"></diorama-tour>')
    page.evaluate("document.querySelector('#t').openHotspot('corner')")
    opened = {"type": "hotspot", "from": "t", "hotspot_id": "corner", "title": "The corner", "is_open": True}
    assert told(page, "hotspot") == opened
    page.evaluate("document.querySelector('#t').closeHotspot()")
    page.wait_for_function("isOpen => told.some(event => event.is_open === isOpen)", arg=False)


def test_it_follows_the_size_and_the_name_it_is_given(hosted: Hosted) -> None:
    page = hosted('<diorama-tour id="t" tour="shown" load="eager" name="Hall"></diorama-tour>')
    told(page, "ready")
    canvas = frame(page).locator("canvas")
    wide = canvas.bounding_box()
    assert wide["width"] / wide["height"] == pytest.approx(16 / 9, abs=0.02)
    page.evaluate("Object.assign(document.querySelector('#t').style, { width: '300px', aspectRatio: '1' })")
    page.wait_for_function("document.querySelector('#t').offsetWidth === 300")
    page.wait_for_timeout(200)
    assert (canvas.bounding_box()["width"], canvas.bounding_box()["height"]) == (300, 300)
    assert page.locator("iframe").get_attribute("title") == "Hall"
    page.evaluate("document.querySelector('#t').setAttribute('name', 'Great hall')")
    assert page.locator("iframe").get_attribute("title") == "Great hall"


def test_another_tour_takes_the_place_of_the_first(hosted: Hosted) -> None:
    page = hosted('<diorama-tour id="t" tour="missing" load="eager"></diorama-tour>')
    assert told(page, "problem")["kind"] == "notPublished"
    page.evaluate("document.querySelector('#t').setAttribute('tour', 'shown')")
    assert told(page, "ready")["tour_id"] == "shown"


def test_messages_of_others_are_no_events(hosted: Hosted) -> None:
    page = hosted('<diorama-tour id="t" tour="shown" load="eager"></diorama-tour>')
    told(page, "ready")
    page.evaluate("told.length = 0; window.postMessage({ diorama: 1, type: 'ready', name: 'false' }, '*')")
    page.wait_for_timeout(300)
    assert [event for event in page.evaluate("told") if event["type"] == "ready"] == []


def test_what_is_no_address_leaves_the_link_that_stands_in_the_page(hosted: Hosted) -> None:
    page = hosted('<diorama-tour id="t" src="javascript:alert(1)"><a href="/x">Walk in</a></diorama-tour>')
    page.get_by_role("link", name="Walk in").wait_for()
    assert page.locator("iframe").count() == 0
