"""A tour in somebody else's page: what the page may ask, what it is told, and who else is not listened to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PATIENCE_MS
from tests.browser.published import HOTSPOTS, PublishedTours

HOST = "http://host.test"
OTHER = "http://other.test"

# As docs/embedding.md tells pages to do it.
PAGE = """<!doctype html><title>Host</title><iframe src="{address}" width="600" height="340"></iframe>
<script>
    const frame = document.querySelector("iframe");
    const told = [];
    const send = (message) => frame.contentWindow.postMessage({{ diorama: 1, ...message }}, "{studio}");
    frame.addEventListener("load", () => {{ if ({says_hello}) send({{ type: "hello" }}); }});
    window.addEventListener("message", ({{ origin, source, data }}) => {{
        if (origin === "{studio}" && source === frame.contentWindow) told.push(data);
    }});
</script>"""

Embedded = Callable[..., Any]


@pytest.fixture(scope="module")
def studio(published: PublishedTours, bundle: Path) -> str:
    published.publish("framed", "Framed", bundle, hotspots=HOTSPOTS)
    return published.url


@pytest.fixture
def embedded(browser: Any, studio: str) -> Iterator[Embedded]:
    """Opens a page of another origin with the tour in a frame."""
    contexts = []

    def go(query: str = "", host: str = HOST, says_hello: bool = True, tour: str = "framed") -> Any:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        address = f"{studio}/embed/{tour}{query}"
        body = PAGE.format(address=address, studio=studio, says_hello=str(says_hello).lower())
        page.route(f"{host}/", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{host}/")
        return page

    yield go
    for context in contexts:
        context.close()


def told(page: Any, kind: str) -> dict[str, Any]:
    """The last message of a kind; waits for the first."""
    page.wait_for_function("kind => told.some(message => message.type === kind)", arg=kind)
    message: dict[str, Any] = page.evaluate("kind => told.findLast(message => message.type === kind)", kind)
    return message


def send(page: Any, message: dict[str, Any]) -> None:
    page.evaluate("message => { told.length = 0; send(message); }", message)


def shown(page: Any) -> Any:
    viewer = page.frame_locator("iframe").locator("[data-state=shown]")
    viewer.wait_for()
    return viewer


def test_a_page_hears_what_happens_in_its_frame(embedded: Embedded) -> None:
    page = embedded("?level=full")
    ready = told(page, "ready")
    assert ready == {
        "diorama": 1,
        "type": "ready",
        "tour_id": "framed",
        "name": "Framed",
        "has_path": True,
        "hotspots": [{"hotspot_id": "corner", "title": "The corner"}],
    }
    page.wait_for_function("told.some(message => message.level === 'full')")
    assert told(page, "level")["splats"] > 100


def test_a_page_leads_its_visitors(embedded: Embedded) -> None:
    page = embedded()
    told(page, "ready")
    viewer = shown(page)
    send(page, {"type": "go_to", "position": [2.5, 1.5, 2.5], "yaw_deg": 40, "pitch_deg": -5})
    view = told(page, "view")
    assert view["position"] == pytest.approx([2.5, 1.5, 2.5], abs=0.01)
    assert (view["yaw_deg"], view["pitch_deg"]) == (pytest.approx(40, abs=0.1), pytest.approx(-5, abs=0.1))
    send(page, {"type": "mode", "mode": "fly"})
    page.frame_locator("iframe").locator("[data-mode=fly]").wait_for()
    send(page, {"type": "play"})
    page.frame_locator("iframe").get_by_role("button", name="Stop following the path").wait_for()
    send(page, {"type": "pause"})
    page.frame_locator("iframe").get_by_role("button", name="Follow the path").wait_for()
    send(page, {"type": "reset"})
    told(page, "view")
    assert viewer.get_attribute("data-mode") == "fly"


def test_a_page_opens_a_hotspot_and_hears_of_it(embedded: Embedded) -> None:
    page = embedded("?mode=walk")
    told(page, "ready")
    shown(page)
    card = page.frame_locator("iframe").get_by_role("dialog", name="The corner")
    send(page, {"type": "hotspot", "hotspot_id": "corner"})
    card.get_by_text("Where three planes meet.").wait_for()
    opened = {"diorama": 1, "type": "hotspot", "hotspot_id": "corner", "title": "The corner", "is_open": True}
    assert told(page, "hotspot") == opened
    assert told(page, "view")["position"] == pytest.approx([2.5, 1.5, 2.5], abs=0.01)
    assert page.evaluate("document.activeElement.tagName") == "BODY"  # the page keeps the focus
    send(page, {"type": "hotspot", "hotspot_id": None})
    assert told(page, "hotspot") == opened | {"is_open": False}
    assert not card.is_visible()


def test_a_page_hears_what_its_visitors_open(embedded: Embedded) -> None:
    page = embedded("?mode=walk#at=2.5,1.5,2.5,45,-10")
    told(page, "ready")
    shown(page)
    page.frame_locator("iframe").get_by_role("button", name="The corner: open").click()
    assert told(page, "hotspot")["is_open"] is True
    page.frame_locator("iframe").get_by_role("button", name="Close").click()
    page.wait_for_function("told.some(message => message.is_open === false)")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"type": "go_to", "position": [1, 2], "yaw_deg": 0, "pitch_deg": 0},
        {"type": "go_to", "position": [0, 0, "far"], "yaw_deg": 0, "pitch_deg": 0},
        {"type": "mode", "mode": "swim"},
        {"type": "constructor"},
        {"type": "hotspot", "hotspot_id": "no such place"},
        {"type": "hotspot", "hotspot_id": ["corner"]},
        {"type": "hotspot"},
    ],
)
def test_nonsense_changes_nothing(embedded: Embedded, nonsense: dict[str, Any]) -> None:
    page = embedded("?mode=walk")
    told(page, "ready")
    viewer = shown(page)
    send(page, nonsense)
    page.wait_for_timeout(500)
    assert viewer.get_attribute("data-mode") == "walk"
    assert page.evaluate("told.filter(message => message.type !== 'level')") == []


def test_who_does_not_say_hello_is_told_nothing(embedded: Embedded) -> None:
    page = embedded(says_hello=False)
    shown(page)
    page.wait_for_timeout(300)
    assert page.evaluate("told") == []


def test_only_the_page_named_in_the_address_is_listened_to(embedded: Embedded) -> None:
    told(embedded(f"?host={HOST}"), "ready")
    stranger = embedded(f"?host={HOST}&mode=walk", host=OTHER)
    viewer = shown(stranger)
    send(stranger, {"type": "mode", "mode": "fly"})
    stranger.wait_for_timeout(500)
    assert viewer.get_attribute("data-mode") == "walk"
    assert stranger.evaluate("told") == []


def test_a_problem_is_told_too(embedded: Embedded) -> None:
    assert told(embedded(tour="not-there"), "problem")["kind"] == "notPublished"
