"""One convention for space: the canvas shows what the trainer's own rasteriser draws from the same pose."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from bundle.describe import quaternion
from splats.cameras import Pinhole, View, look_at
from splats.ply import write_ply
from splats.scene import SplatScene
from tests.browser.canvas import picture_of
from tests.browser.published import PublishedTours
from tests.scene.room import Room
from views.draw import draw

WIDTH_PX, HEIGHT_PX, FOCAL_PX = 480, 320, 400.0
LEAST_DB = 25.0
MISTAKEN_DB = 20.0
ROLL = math.radians(7)

Picture = NDArray[np.float32]


@pytest.fixture(scope="module")
def scene(corner_room: Room) -> SplatScene:
    """The corner, whose colours depend strongly on where one looks from: harmonics of all three degrees."""
    scene = corner_room.scene
    random = torch.Generator().manual_seed(11)
    sh = torch.cat([scene.sh[:, :1], 0.12 * torch.randn(len(scene), 15, 3, generator=random)], dim=1)
    return replace(scene, sh=sh)


@pytest.fixture(scope="module")
def view() -> View:
    """Level nowhere: turned, raised and rolled."""
    pose = look_at((2.9, 1.9, 3.3), (0.6, 0.8, 0.4))
    roll = np.eye(4)
    roll[:2, :2] = [[math.cos(ROLL), -math.sin(ROLL)], [math.sin(ROLL), math.cos(ROLL)]]
    lens = Pinhole(WIDTH_PX, HEIGHT_PX, (FOCAL_PX, FOCAL_PX), (WIDTH_PX / 2, HEIGHT_PX / 2))
    return View("proof", lens, pose @ roll)


@pytest.fixture(scope="module")
def canvas(browser: Any, published: PublishedTours, bundle: Path, scene: SplatScene, view: View) -> Picture:
    """The viewer's picture, of the scene as plain PLY."""
    manifest = json.loads((bundle / "manifest.json").read_text())
    level = {**manifest["levels"][0], "path": "levels/proof.ply", "format": "ply", "splats": len(scene)}
    picture = {**manifest["poster"], "width_px": WIDTH_PX, "height_px": HEIGHT_PX}
    files = published.publish("proof", "Proof", bundle, levels=[level], poster=picture, start=start(view))
    write_ply(files / "levels/proof.ply", scene)
    page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
    page.goto(f"{published.url}/t/proof?level=full")
    page.locator("[data-level=full]").wait_for()
    pixels = picture_of(page, 300)
    page.close()
    return np.asarray(pixels[:, :, ::-1] / 255, np.float32)


def start(view: View) -> dict[str, object]:
    pose = view.world_from_camera
    return {
        "position": pose[:3, 3].tolist(),
        "rotation_wxyz": list(quaternion(pose[:3, :3])),
        "target": (pose[:3, 3] + 2 * pose[:3, 2]).tolist(),
        "field_of_view_deg": math.degrees(2 * math.atan(HEIGHT_PX / 2 / FOCAL_PX)),
    }


def psnr(one: Picture, other: Picture) -> float:
    return float(-10 * np.log10(np.mean((one - other) ** 2)))


def test_the_canvas_shows_what_the_rasteriser_draws(canvas: Picture, scene: SplatScene, view: View) -> None:
    drawn = draw(scene, view)
    assert drawn.std() > 0.1  # there is something to see
    assert psnr(canvas, drawn) >= LEAST_DB


def test_other_axes_harmonics_or_lenses_would_be_noticed(
    canvas: Picture, scene: SplatScene, view: View
) -> None:
    pose = view.world_from_camera
    mirrored = scene.means.clone()
    mirrored[:, 0] = 2 * mirrored[:, 0].mean() - mirrored[:, 0]
    level = View("level", view.pinhole, look_at(tuple(pose[:3, 3]), tuple(pose[:3, 3] + pose[:3, 2])))
    wide = Pinhole(WIDTH_PX, HEIGHT_PX, (360.0, 360.0), view.pinhole.principal_point_px)
    mistakes = {
        "upside down": draw(scene, View("", view.pinhole, pose @ np.diag([-1, -1, 1, 1.0]))),
        "mirrored": draw(replace(scene, means=mirrored), view),
        "not rolled": draw(scene, level),
        "another lens": draw(scene, View("", wide, pose)),
    }
    for name, mistaken in mistakes.items():
        assert psnr(canvas, mistaken) < MISTAKEN_DB, name
    plain = draw(replace(scene, sh=scene.sh[:, :1]), view)
    assert psnr(canvas, plain) < psnr(canvas, draw(scene, view)) - 3
