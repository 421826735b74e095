"""Things that stand in a tour: a model of a hotspot is drawn where it belongs, before and behind splats."""

import hashlib
import json
import math
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from diorama.tours.manifest import BundleFile
from local.export import main as export
from tests.browser import generated_object
from tests.browser.canvas import picture_of
from tests.browser.published import PublishedTours

FRONT = np.array(generated_object.SIDES["+z"][::-1])
BACK = np.array(generated_object.SIDES["-z"][::-1])
NEAR_COLOUR = 60
SIZE = 0.8

Picture = NDArray[np.float32]


@pytest.fixture(scope="module")
def glb(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("tower")
    generated_object.write_object(folder)
    return (folder / "objects" / generated_object.CUTOUT_ID / "mesh.glb").read_bytes()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 640, "height": 480})
    yield page
    page.close()


def furnished(
    host: PublishedTours, bundle: Path, glb: bytes, name: str, away: float, turn_deg: float = 0.0
) -> list[float]:
    """Publishes the corner with a tower `away` from where a visit starts, on its way to what one looks at.

    Turned so that it faces the visitor, and then by so many degrees. Answers where it stands.
    """
    start = json.loads((bundle / "manifest.json").read_text())["start"]
    eye, target = np.array(start["position"]), np.array(start["target"])
    along = (target - eye) / np.linalg.norm(target - eye)
    position = (eye + away * along - [0, 0.3 * SIZE, 0]).tolist()
    half = (math.atan2(-along[0], -along[2]) + math.radians(turn_deg)) / 2
    spot = {
        "hotspot_id": "tower",
        "title": "A tower",
        "position": position,
        "seen_from": {"position": eye.tolist(), "yaw_deg": 0, "pitch_deg": 0},
        "media": {"kind": "model", "path": "hotspots/tower.glb"},
        "placement": {"rotation_wxyz": [math.cos(half), 0, math.sin(half), 0], "scale": SIZE},
    }
    files = host.publish(name, "Furnished", bundle, hotspots=[spot])
    (files / "hotspots").mkdir()
    (files / "hotspots" / "tower.glb").write_bytes(glb)
    return position


def seen(page: Any, host: PublishedTours, name: str, things: int = 1) -> Picture:
    page.goto(f"{host.url}/t/{name}?level=full")
    page.locator(f"[data-level=full][data-things='{things}']").wait_for()
    return picture_of(page, 400).astype(np.float32)


def area(picture: Picture, colour: NDArray[Any]) -> int:
    return int((np.abs(picture - colour).max(-1) < NEAR_COLOUR).sum())


def test_a_thing_faces_who_it_is_turned_to_and_stands_before_what_is_behind_it(
    tab: Any, published: PublishedTours, bundle: Path, glb: bytes
) -> None:
    furnished(published, bundle, glb, "facing", away=1.5)
    furnished(published, bundle, glb, "averted", away=1.5, turn_deg=180)
    facing, averted = (seen(tab, published, name) for name in ("facing", "averted"))
    assert area(facing, FRONT) > 4 * area(averted, FRONT) + 2000
    assert area(averted, BACK) > 4 * area(facing, BACK) + 2000
    columns = np.nonzero(np.abs(facing - FRONT).max(-1) < NEAR_COLOUR)[1]
    assert columns.mean() > facing.shape[1] / 2  # its tower is on its right


def test_a_thing_behind_a_wall_is_not_seen(
    tab: Any, published: PublishedTours, bundle: Path, glb: bytes
) -> None:
    furnished(published, bundle, glb, "before", away=1.5)
    furnished(published, bundle, glb, "behind", away=9.0)
    before, behind = (area(seen(tab, published, name), FRONT) for name in ("before", "behind"))
    assert behind < 0.02 * before


def test_a_thing_that_does_not_come_leaves_the_place_as_it_is(
    tab: Any, published: PublishedTours, bundle: Path, glb: bytes
) -> None:
    furnished(published, bundle, glb, "missing", away=1.5)
    tab.route("**/tower.glb", lambda route: route.abort())
    tab.goto(f"{published.url}/t/missing?level=full")
    tab.get_by_text("A thing that stands in this place could not be loaded.").wait_for()
    tab.locator("[data-level=full]").wait_for()
    tab.get_by_role("button", name="A tower: open").wait_for()


def test_a_thing_stands_in_the_one_file_that_opens_from_a_disk(
    browser: Any, published: PublishedTours, bundle: Path, glb: bytes, tmp_path: Path
) -> None:
    furnished(published, bundle, glb, "taken", away=1.5)
    folder, alone = published.folder / "taken/v1", tmp_path / "taken.html"
    manifest = json.loads((folder / "manifest.json").read_text())
    digest = hashlib.sha256(glb).hexdigest()
    model = BundleFile(
        path="hotspots/tower.glb", bytes=len(glb), sha256=digest, content_type="model/gltf-binary"
    )
    manifest["files"].append(model.model_dump())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    export(Namespace(tour=str(folder), folder=None, file=alone, level=None, name="Taken"))

    context = browser.new_context(viewport={"width": 640, "height": 480}, offline=True)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{alone.as_uri()}?level=full")
    page.locator("[data-level=full][data-things='1']").wait_for()
    assert area(picture_of(page, 400).astype(np.float32), FRONT) > 2000
    context.close()
    assert failures == []
