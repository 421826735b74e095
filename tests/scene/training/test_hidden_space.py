"""Space that no photo looks into."""

import numpy as np
import pytest

from splats.cameras import look_at
from tests.scene.training.panel import EYES, PANEL_HALF, PANEL_Z, PINHOLE, WALL_Z
from training import hidden_space
from training.hidden_space import CELLS, DEPTH_ERROR, Grid, grid_round, hidden_borders
from training.stereo import DepthMap, rays

PLACES = np.array([[x, y, z] for x in (-2, 2) for y in (-2, 2) for z in (0, 5)], np.float32)
GRID = Grid(np.array([-2.0, -2.0, 0.0]), 0.1, (40, 40, 50))


def seen_from(eye: tuple[float, ...]) -> DepthMap:
    """Exact depths of the panel, and of the wall behind it."""
    pose = look_at(eye, (eye[0], eye[1], 1.0))
    on_panel = rays(PINHOLE) * PANEL_Z @ pose[:3, :3].T + pose[:3, 3]
    panel = (np.abs(on_panel[..., :2]) < PANEL_HALF).all(-1)
    return DepthMap(np.where(panel, PANEL_Z, WALL_Z).astype(np.float32), PINHOLE, pose)


def before(depth_map: DepthMap, place: np.ndarray) -> bool:
    """Whether the view sees something that is clearly behind this place. One place at a time, by the definition."""
    in_camera = np.linalg.inv(depth_map.world_from_camera) @ [*place, 1.0]
    if in_camera[2] <= 0:
        return False
    x, y = in_camera[:2] / in_camera[2] * PINHOLE.focal_px + PINHOLE.principal_point_px
    if not (0 <= x < PINHOLE.width_px and 0 <= y < PINHOLE.height_px):
        return False
    depth = depth_map.depths[int(y), int(x)]
    return bool(in_camera[2] < depth - max(DEPTH_ERROR * depth, GRID.size) - 1e-4)


def test_behind_a_panel_the_sides_of_its_shadow_are_found() -> None:
    borders = GRID.middles(hidden_borders(GRID, [seen_from(eye) for eye in EYES]))
    middle = (np.abs(borders[:, 1]) < 0.3) & (borders[:, 2] > PANEL_Z + 0.4) & (borders[:, 2] < WALL_Z - 1)
    sides = borders[middle]
    assert len(sides) > 50
    # From one unit aside, the panel's edge half a unit aside and two away hides this much.
    half = 1 - sides[:, 2] / 4
    assert (np.abs(sides[:, 0]) < half).all()
    assert (np.abs(sides[:, 0]) > half - 4 * GRID.size).all()


def test_what_any_view_sees_through_is_not_hidden() -> None:
    maps = [seen_from(eye) for eye in EYES]
    for place in GRID.middles(hidden_borders(GRID, maps))[::7]:
        assert not any(before(depth_map, place) for depth_map in maps)


def test_who_looks_behind_the_panel_finds_nothing_hidden_there() -> None:
    beside = DepthMap(
        np.full((PINHOLE.height_px, PINHOLE.width_px), 6.0, np.float32),
        PINHOLE,
        look_at((-3.0, 0.0, 3.2), (0.0, 0.0, 3.2)),
    )
    seen = GRID.middles(hidden_borders(GRID, [seen_from(EYES[0]), beside]))
    assert not ((np.abs(seen[:, :2]) < 0.4).all(1) & (np.abs(seen[:, 2] - 3.2) < 0.4)).any()


def test_without_depths_nothing_is_hidden() -> None:
    unknown = DepthMap(np.zeros((PINHOLE.height_px, PINHOLE.width_px), np.float32), PINHOLE, np.eye(4))
    assert len(hidden_borders(GRID, [unknown])) == 0


def test_the_grid_holds_cameras_and_what_is_seen_and_its_cells_are_numbered_in_order() -> None:
    grid = grid_round(PLACES, np.array([[0.0, 0.0, -1.0], [3.0, 0.0, 0.0]]))
    assert max(grid.shape) == CELLS
    assert grid.count == np.prod(grid.shape)
    corners = grid.middles(np.array([0, grid.count - 1]))
    assert (corners[0] < [-1.9, -1.9, -0.9]).all()
    assert (corners[1] > [2.9, 1.9, 4.9]).all()


def test_cells_that_are_looked_at_in_parts_are_found_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    maps = [seen_from(eye) for eye in EYES]
    at_once = hidden_borders(GRID, maps)
    monkeypatch.setattr(hidden_space, "CELLS_AT_ONCE", 7_001)
    assert np.array_equal(hidden_borders(GRID, maps), at_once)
