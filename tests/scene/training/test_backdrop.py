"""What is behind everything."""

from pathlib import Path

import numpy as np
import pytest
import torch

from splats.cameras import Pinhole, View, look_at
from splats.ply import write_ply
from splats.scene import SplatScene
from tests.scene.training.generated import Place, ball_of_splats
from training.backdrop import (
    NAME,
    backdrop,
    backdrop_size,
    behind,
    colours_towards,
    directions,
    read_backdrop,
)
from views.draw import draw, see
from views.view import PhotoView

RED, BLUE = (200, 30, 30), (30, 30, 200)
COUNT = 300


def photo_from(eye: tuple[float, ...], target: tuple[float, ...], colour: tuple[int, ...]) -> PhotoView:
    pinhole = Pinhole(64, 48, (50.0, 50.0), (32.0, 24.0))
    photo = np.full((48, 64, 3), colour, np.uint8)
    return PhotoView(View("a.jpg", pinhole, look_at(eye, target)), photo)


VIEWS = [photo_from((0, 0, 0), (5, 0, 0), RED), photo_from((0, 0, 0), (-5, 0, 0), BLUE)]


def test_directions_are_unit_vectors_all_round() -> None:
    found = directions(COUNT)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    assert np.abs(found.mean(0)).max() < 0.02
    nearest = np.sort(found @ found.T, axis=1)[:, -2]
    assert np.degrees(np.arccos(nearest)).min() > 0.6 * np.degrees(np.sqrt(4 * np.pi / COUNT))


def test_where_photos_looked_the_backdrop_has_their_colour_and_elsewhere_that_of_the_nearest() -> None:
    colours = colours_towards(np.array([[1.0, 0, 0], [0.5, 0.85, 0], [-1.0, 0, 0], [-0.5, -0.85, 0]]), VIEWS)
    assert colours[:2] * 255 == pytest.approx(np.array([RED, RED]), abs=1)
    assert colours[2:] * 255 == pytest.approx(np.array([BLUE, BLUE]), abs=1)


@pytest.mark.parametrize("target", [(0, 0, 9), (0, 9, 0.1), (1, 0, 0), (-3, -9, 2)])
def test_no_look_past_the_scene_is_black(target: tuple[float, ...]) -> None:
    scene = ball_of_splats(100, seed=0)
    whole = behind(scene, backdrop(scene, VIEWS, COUNT))
    _, alpha = see(whole, photo_from((0.1, 0.2, 0.3), target, RED).view)
    assert float(alpha.min()) > 0.95


def test_where_the_scene_is_opaque_the_backdrop_changes_nothing() -> None:
    wall = SplatScene(
        means=torch.tensor([[3.0, 0.0, 0.0]]),
        quats=torch.tensor([[1.0, 0.0, 0.0, 0.0]]),
        log_scales=torch.full((1, 3), 2.0).log(),
        opacity_logits=torch.tensor([12.0]),
        sh=torch.zeros(1, 1, 3),
    )
    view = VIEWS[0].view
    both = draw(behind(wall, backdrop(wall, VIEWS, COUNT)), view)
    assert both[24, 32] == pytest.approx(draw(wall, view)[24, 32], abs=0.01)


def test_the_backdrop_lies_behind_nearly_all_splats() -> None:
    scene = ball_of_splats(500, seed=0)
    shell = backdrop(scene, VIEWS, COUNT)
    assert shell.means.norm(dim=1).min() > scene.means.norm(dim=1).max()
    assert shell.sh.shape[1:] == scene.sh.shape[1:]


def test_its_splats_are_part_of_what_is_allowed() -> None:
    assert backdrop_size(60_000) == 600
    assert backdrop_size(200) == 10


def test_an_older_model_has_none(place: Place, tmp_path: Path) -> None:
    assert len(read_backdrop(tmp_path, place.scene)) == 0
    shell = backdrop(place.scene, VIEWS, COUNT)
    write_ply(tmp_path / NAME, shell)
    assert torch.equal(read_backdrop(tmp_path, place.scene).means, shell.means)
