"""What comes before the first picture of a place, and what the viewer weighs: as files, compressed as a CDN does."""

import gzip
from pathlib import Path
from typing import Any

from bench.generated import room
from bundle.pictures import MOST_BYTES
from diorama.tours.stages import OptimizeSplatsParams
from splats.sog import write_sog
from tests.browser.conftest import PATIENCE_MS, WEB
from tests.browser.published import PublishedTours

MOST_BEFORE_A_PICTURE = 1_500_000
MOST_OF_A_VIEWER = 450_000
DOCUMENTS = 60_000
"""manifest.json and lod-meta.json: 150 KB at most, which compress to a quarter; and what the line adds."""


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_a_place_of_any_size_shows_itself_within_a_megabyte_and_a_half(
    browser: Any, published: PublishedTours, bundle: Path, tmp_path: Path
) -> None:
    largest = OptimizeSplatsParams()
    assert largest.thumbnail_share * largest.tiled_above <= largest.first_splats  # where there are no tiles
    write_sog(tmp_path / "first.sog", room(largest.first_splats, sh_degree=3))
    published.publish("light", "Light", bundle)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{published.url}/t/light")
    page.locator("[data-state=shown]").wait_for()
    asked = page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)"
    )
    page.close()
    own = [
        WEB / "dist/tour.html",
        *(WEB / "dist" / path[1:] for path in asked if path.startswith("/assets/")),
    ]
    assert len(own) > 2
    first = (tmp_path / "first.sog").stat().st_size
    assert sum(map(compressed, own)) + MOST_BYTES + DOCUMENTS + first <= MOST_BEFORE_A_PICTURE


def test_all_of_the_viewer_takes_no_more_than_it_may() -> None:
    whole = [path for path in (WEB / "dist/export").iterdir() if path.suffix in (".js", ".css", ".html")]
    assert whole
    assert sum(map(compressed, whole)) <= MOST_OF_A_VIEWER
