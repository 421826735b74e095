"""A large place in tiles: coarse first, then as fine as asked for, and tiles that do not come at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import optimize_splats
import package_tour
from diorama.tours.stages import OptimizeSplatsParams, PackageTourParams
from tests.browser.canvas import picture_of
from tests.browser.conftest import PATIENCE_MS, ignore
from tests.browser.published import PublishedTours
from tests.scene.room import Room

FINEST = "/t/tiled?level=full"
TILE = "**/tiles/*.sog"

Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def tiled(corner_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corner's tour in tiles, small as it is."""
    made = tmp_path_factory.mktemp("tiled")
    small = OptimizeSplatsParams(looked_at_side_px=96, refine_steps=0, tiled_above=1, first_splats=500)
    optimize_splats.run(corner_room.inputs, made / "scene", small, ignore)
    (made / "poses").symlink_to(corner_room.inputs / "poses")
    params = PackageTourParams(poster_width_px=640, thumbnail_width_px=96, thumbnails=2, path_poses=12)
    package_tour.run(made, made / "tour", params, ignore)
    return made / "tour"


@pytest.fixture
def visit(browser: Any, published: PublishedTours, tiled: Path) -> Iterator[Visit]:
    """Opens a page of the place in tiles; `prepare` sees the page before."""
    if not (published.folder / "tiled").exists():
        published.publish("tiled", "In tiles", tiled)
    contexts, failures = [], []

    def go(address: str, prepare: Callable[[Any], Any] = lambda page: None) -> Any:
        context = browser.new_context(viewport={"width": 640, "height": 400})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        prepare(page)
        page.goto(published.url + address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert failures == []


def pixels(page: Any) -> Any:
    return picture_of(page, 400).astype(np.float32)


def test_the_coarsest_tiles_come_first_and_the_rest_where_it_is_asked_for(visit: Visit, tiled: Path) -> None:
    asked: list[str] = []
    page = visit(FINEST, lambda page: page.on("request", lambda request: asked.append(request.url)))
    page.locator("[data-level=full]").wait_for()
    tiles = [url.rsplit("/", 1)[1] for url in asked if "/tiles/" in url]
    assert tiles[0] == "lod-meta.json"
    levels = [int(name.split("_")[0]) for name in tiles[1:] if name[0].isdigit()]
    assert levels == sorted(levels, reverse=True)
    assert (levels[0], levels[-1]) == (max(levels), 0)
    assert not any("/levels/" in url for url in asked)


def test_it_looks_like_the_same_place_in_one_file(
    visit: Visit, published: PublishedTours, bundle: Path
) -> None:
    if not (published.folder / "whole").exists():
        published.publish("whole", "Whole", bundle)
    pictures = []
    for address in (FINEST, "/t/whole?level=full"):
        page = visit(address)
        page.locator("[data-level=full]").wait_for()
        pictures.append(pixels(page))
    assert pictures[0].std() > 20
    assert np.abs(pictures[0] - pictures[1]).mean() < 4


def test_without_a_wish_it_gets_as_fine_as_frames_are_quick(visit: Visit) -> None:
    page = visit("/t/tiled")
    page.locator("[data-level]").wait_for()
    page.wait_for_timeout(2500)
    assert page.locator("#viewer").get_attribute("data-level") in (
        "first",
        "thumbnail",
        "low",
        "medium",
        "full",
    )
    assert pixels(page).std() > 20


def test_a_tile_that_does_not_come_is_asked_for_until_it_does(visit: Visit) -> None:
    missed: list[str] = []

    def fail_twice(page: Any) -> None:
        def answer(route: Any) -> None:
            missed.append(route.request.url)
            route.abort()

        page.route("**/tiles/0_*.sog", answer, times=2)

    page = visit(FINEST, fail_twice)
    page.locator("[data-level=full]").wait_for()
    assert len(missed) == 2
    assert page.get_by_role("alert").count() == 0


def test_trouble_with_tiles_is_told_and_they_can_be_asked_for(visit: Visit) -> None:
    page = visit(FINEST, lambda page: page.route("**/tiles/0_*.sog", lambda route: route.abort()))
    page.get_by_text("A sharper version of the place could not be loaded.").wait_for()
    assert pixels(page).std() > 20
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    page.locator("[data-level=full]").wait_for()


def test_a_damaged_tile_is_survived(visit: Visit) -> None:
    page = visit(
        FINEST,
        lambda page: page.route("**/tiles/0_*.sog", lambda route: route.fulfill(body=b"PK no zip"), times=1),
    )
    page.locator("[data-level=full]").wait_for()


def test_a_lost_graphics_card_is_survived(visit: Visit) -> None:
    page = visit(FINEST)
    page.locator("[data-level=full]").wait_for()
    before = pixels(page)
    page.evaluate(
        "globalThis.lost = document.querySelector('canvas').getContext('webgl2')"
        ".getExtension('WEBGL_lose_context')"
    )
    page.evaluate("lost.loseContext()")
    page.get_by_text("The graphics card was needed elsewhere.").wait_for()
    page.evaluate("lost.restoreContext()")
    page.get_by_text("The graphics card was needed elsewhere.").wait_for(state="hidden")
    page.wait_for_timeout(4000)
    assert np.abs(pixels(page) - before).mean() < 3
