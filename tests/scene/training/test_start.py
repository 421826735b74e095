"""The first splats."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from splats.cameras import Pinhole, View, look_at
from splats.scene import SH_C0
from training.start import OPACITY, SCALE_OF_DISTANCE, extent, first_splats, with_pixels
from training.stereo import DepthMap
from views.view import PhotoView

WHITE = np.full((48, 64, 3), 255, np.uint8)


def view_from(*eye: float) -> PhotoView:
    pinhole = Pinhole(64, 48, (60.0, 60.0), (32.0, 24.0))
    return PhotoView(View("a.jpg", pinhole, look_at(eye, (0.0, 0.0, 0.0))), WHITE)


def unknown(view: PhotoView) -> DepthMap:
    return DepthMap(
        np.zeros((24, 32), np.float32), view.view.pinhole.resized(32, 24), view.view.world_from_camera
    )


def wall(count: int) -> np.ndarray:
    """Points on the plane z = 0."""
    points = np.random.default_rng(0).uniform(-0.5, 0.5, (count, 3)).astype(np.float32)
    points[:, 2] = 0
    return points


def test_each_point_becomes_a_splat_of_its_colour() -> None:
    positions = wall(50)
    colours = np.random.default_rng(1).random((50, 3)).astype(np.float32)
    splats = first_splats(positions, colours, most=100, sh_degree=2, seed=0)
    assert torch.equal(splats["means"], torch.from_numpy(positions))
    assert (splats["sh0"][:, 0] * SH_C0 + 0.5).numpy() == pytest.approx(colours, abs=1e-6)
    assert splats["shN"].shape == (50, 8, 3)
    assert splats["opacities"].sigmoid().tolist() == pytest.approx([OPACITY] * 50)


def test_splats_reach_part_of_the_way_to_their_neighbours() -> None:
    grid = np.stack(np.meshgrid(range(6), range(6), range(6)), -1).reshape(-1, 3).astype(np.float32)
    splats = first_splats(grid, np.zeros_like(grid), most=1000, sh_degree=0, seed=0)
    assert splats["scales"].exp().numpy() == pytest.approx(np.full((216, 3), SCALE_OF_DISTANCE))


def test_points_in_the_same_place_make_no_endless_numbers() -> None:
    positions = np.concatenate([np.zeros((150, 3), np.float32), wall(50)])
    splats = first_splats(positions, np.zeros_like(positions), most=1000, sh_degree=0, seed=0)
    assert all(tensor.isfinite().all() for tensor in splats.values())


def test_never_more_than_the_budget() -> None:
    splats = first_splats(wall(500), np.zeros((500, 3), np.float32), most=200, sh_degree=1, seed=0)
    assert {len(tensor) for tensor in splats.values()} == {200}


def test_pixels_without_a_point_are_put_as_far_away_as_their_neighbours() -> None:
    points, black = wall(40), np.zeros((40, 3), np.float32)
    views = [view_from(0, 0, 3), view_from(1, 0, 3)]
    positions, colours = with_pixels(points, black, views, [unknown(view) for view in views], 140, seed=0)
    assert len(positions) == len(colours) == 140
    assert np.array_equal(positions[:40], points)
    assert colours[40:] == pytest.approx(1.0)
    assert np.abs(positions[40:, 2]).max() < 1.5
    assert np.median(np.abs(positions[40:, 2])) < 0.4


def test_pixels_of_known_depth_lie_exactly_there() -> None:
    view = view_from(0, 0, 3)
    known = replace(unknown(view), depths=np.full((24, 32), 2.5, np.float32))
    positions, _ = with_pixels(wall(40), np.zeros((40, 3), np.float32), [view], [known], 100, seed=0)
    assert np.mean(np.abs(positions[40:, 2] - 0.5) < 0.02) > 0.9


def test_where_there_are_points_enough_nothing_is_added() -> None:
    view = view_from(0, 0, 3)
    positions, _ = with_pixels(wall(40), np.zeros((40, 3), np.float32), [view], [unknown(view)], 30, seed=0)
    assert len(positions) == 40


def test_a_view_that_shows_no_point_adds_nothing() -> None:
    away = PhotoView(View("a.jpg", view_from(0, 0, 3).view.pinhole, look_at((0, 0, 3), (0, 0, 9))), WHITE)
    positions, _ = with_pixels(wall(40), np.zeros((40, 3), np.float32), [away], [unknown(away)], 100, seed=0)
    assert len(positions) == 40


def test_the_extent_is_that_of_the_cameras() -> None:
    assert extent([view_from(0, 0, 3), view_from(0, 0, -3)]) == pytest.approx(3.3)
    assert extent([view_from(0, 0, 3)]) == 1.0
