"""Depths by a plane sweep, beside those of a known place."""

import numpy as np
import pytest

from splats.cameras import Pinhole, View, look_at
from training import stereo
from training.stereo import DepthMap, depth_maps, projected, rays, shown
from views.view import PhotoView

FOCAL_PX = 160.0
WALL_Z = -1.0


def texture(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Grey of a wall's places: waves of many lengths, no two places alike."""
    random = np.random.default_rng(3)
    waves = random.uniform(2, 40, (40, 2)) * random.choice([-1, 1], (40, 2))
    phases = random.uniform(0, 2 * np.pi, 40)
    summed = sum(np.sin(a * x + b * y + phase) for (a, b), phase in zip(waves, phases, strict=True))
    return np.clip(128 + 22 * summed, 0, 255)


def wall_from(eye: tuple[float, float, float], plain: bool = False) -> PhotoView:
    """A photo of the plane z = -1, ray by ray."""
    pinhole = Pinhole(200, 150, (FOCAL_PX, FOCAL_PX), (100.0, 75.0))
    view = View(f"{eye}.png", pinhole, look_at(eye, (0.0, 0.0, WALL_Z)))
    away = rays(pinhole) @ view.world_from_camera[:3, :3].T
    reach = (WALL_Z - eye[2]) / away[..., 2]
    places = np.array(eye) + reach[..., None] * away
    grey = np.full(reach.shape, 128.0) if plain else texture(places[..., 0], places[..., 1])
    return PhotoView(view, np.repeat(grey[..., None], 3, 2).astype(np.uint8))


EYES = [(-0.3, 0.0, 1.0), (-0.1, 0.05, 1.0), (0.1, 0.0, 1.05), (0.3, 0.05, 1.0)]


def points(count: int = 300) -> np.ndarray:
    found = np.random.default_rng(0).uniform(-0.8, 0.8, (count, 3)).astype(np.float32)
    found[:, 2] = WALL_Z + np.linspace(-0.4, 0.4, count)
    return found


def test_a_wall_is_found_where_it_is() -> None:
    views = [wall_from(eye) for eye in EYES]
    for view, found in zip(views, depth_maps(views, points()), strict=True):
        rows, columns = np.nonzero(found.depths)
        assert len(rows) > 0.6 * found.depths.size
        places = stereo.world_places(found, rows, columns)
        off = np.abs(places[:, 2] - WALL_Z)
        assert np.median(off) < 0.01
        assert np.quantile(off, 0.95) < 0.06
        pixels, depths = projected(view, places)
        assert pixels == pytest.approx(np.stack([columns, rows], 1) + 0.5, abs=1e-6)
        assert depths == pytest.approx(found.depths[rows, columns], rel=1e-6)


def test_of_a_plain_wall_nothing_is_claimed() -> None:
    views = [wall_from(eye, plain=True) for eye in EYES]
    assert not any(found.depths.any() for found in depth_maps(views, points()))


def test_what_the_others_do_not_agree_on_is_left_out() -> None:
    views = [wall_from(eye) for eye in EYES]
    strange = np.random.default_rng(5).integers(0, 255, views[0].photo.shape).astype(np.uint8)
    views[0] = PhotoView(views[0].view, strange)
    assert np.count_nonzero(depth_maps(views, points())[0].depths) < 0.02 * 200 * 150


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_neighbours_say_nothing(count: int) -> None:
    found = depth_maps([wall_from(eye) for eye in EYES[:count]], points())
    assert not any(each.depths.any() for each in found)


def test_points_behind_a_camera_are_not_shown() -> None:
    view = wall_from((0.0, 0.0, 1.0))
    pixels, depths = projected(view, np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 2.0], [9.0, 0.0, 0.0]]))
    assert shown(view.view.pinhole, pixels, depths).tolist() == [True, False, False]


def test_a_map_of_nothing_has_no_places() -> None:
    view = wall_from((0.0, 0.0, 1.0)).view
    nothing = DepthMap(np.zeros((3, 4), np.float32), view.pinhole, view.world_from_camera)
    assert len(stereo.world_places(nothing, *np.nonzero(nothing.depths))) == 0
