"""Surfaces that no photo shows."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from splats.scene import SplatScene
from tests.scene.training.panel import panel_and_wall, photo, photos
from training import hidden, hidden_space
from training.backdrop import behind
from training.hidden import hidden_size, hidden_surfaces
from views.draw import draw
from views.evaluate import evaluate

MOST = 1_500
BESIDE, BEHIND_THE_PANEL = (-2.5, 0.0, 1.2), (0.0, 0.0, 2.5)


@pytest.fixture(scope="module", autouse=True)
def coarse() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hidden_space, "CELLS", 48)
        yield


@pytest.fixture(scope="module")
def scene() -> SplatScene:
    return panel_and_wall()


@pytest.fixture(scope="module")
def sides(scene: SplatScene) -> SplatScene:
    return hidden_surfaces(scene, photos(scene), MOST, seed=0)


def test_who_steps_aside_sees_the_panels_colour_where_it_hides_the_wall(
    scene: SplatScene, sides: SplatScene
) -> None:
    aside = photo(scene, BESIDE, BEHIND_THE_PANEL).view
    before, after = (draw(each, aside)[30:42, 40:56].mean((0, 1)) for each in (scene, behind(sides, scene)))
    assert before[0] > before[2]
    assert after[2] > before[2] + 0.1
    assert after[0] < before[0] - 0.1


def test_the_photos_look_as_before(scene: SplatScene, sides: SplatScene) -> None:
    both = behind(sides, scene)
    alone = evaluate(photos(scene), lambda view: draw(scene, view)).psnr
    whole = evaluate(photos(scene), lambda view: draw(both, view)).psnr
    assert whole > alone - 0.1


def test_all_go_where_photos_lose_by_them(scene: SplatScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "MOST_LOST_DB", -100.0)
    assert len(hidden_surfaces(scene, photos(scene), MOST, seed=0)) == 0


def test_colours_are_those_that_are_seen_nearby(sides: SplatScene) -> None:
    colours = np.asarray(sides.sh[:, 0] * 0.28209479 + 0.5)
    near_panel = colours[np.asarray(sides.means[:, 2]) < 2.5]
    assert len(near_panel) > 10
    assert (near_panel[:, 2] > near_panel[:, 0]).mean() > 0.9


def test_the_same_seed_gives_the_same_splats(scene: SplatScene, sides: SplatScene) -> None:
    again = hidden_surfaces(scene, photos(scene), MOST, seed=0)
    assert torch.equal(again.means, sides.means)
    assert torch.equal(again.opacity_logits, sides.opacity_logits)


@pytest.mark.parametrize("most", [0, 40])
def test_there_are_no_more_than_allowed(scene: SplatScene, most: int) -> None:
    assert len(hidden_surfaces(scene, photos(scene), most, seed=0)) <= most


def test_a_scene_that_is_not_opaque_hides_nothing(scene: SplatScene) -> None:
    faint = SplatScene(
        scene.means, scene.quats, scene.log_scales, torch.full_like(scene.opacity_logits, -4), scene.sh
    )
    assert len(hidden_surfaces(faint, photos(scene), MOST, seed=0)) == 0


def test_they_are_part_of_what_is_allowed() -> None:
    assert hidden_size(1_000_000) == 3_000
    assert hidden_size(30_000) == 1_500
    assert hidden_size(10) == 0
