"""What is solid and where one can stand, against rooms that are known exactly."""

import numpy as np
import pytest
import torch

from bundle.collision_file import read_collision, write_collision
from bundle.floor_plan import floor_plan
from bundle.ground import Ground, find_ground
from optimizing.bounds import Box
from splats.scene import SplatScene
from tests.scene.bundle.furnished import DEPTH_M, FURNITURE, HEIGHT_M, WIDTH_M, furnished, save_poses
from tests.scene.room import splats_at, together
from views.draw import draw
from views.reading import solved_cameras

BOX = Box((0.0, 0.0, 0.0), (WIDTH_M, HEIGHT_M, DEPTH_M))


@pytest.fixture(scope="module")
def scene() -> SplatScene:
    """With floaters: in the way at the height of a chest, and one above the table."""
    room = furnished()
    strays = splats_at([(1.4, 1.2, 1.0), (3.6, 1.1, 2.9), (2.5, 1.4, 2.0)], 0.05, 0.9)
    return together(
        room,
        SplatScene(strays.means, strays.quats, strays.log_scales, strays.opacity_logits, strays.sh[:, :1]),
    )


@pytest.fixture(scope="module", params=["reference", "assumed_eye_height_1.6m", "none"])
def ground(request, scene, tmp_path_factory) -> Ground:
    poses = save_poses(tmp_path_factory.mktemp("poses"), request.param)
    found = find_ground(scene, poses, solved_cameras(poses), BOX)
    assert found is not None
    return found


def can_stand(ground: Ground, x: float, z: float) -> bool:
    column, _, row = ground.grid.places(np.array([[x, 0.0, z]]))[0]
    inside = 0 <= column < ground.cells.shape[0] and 0 <= row < ground.cells.shape[1]
    return bool(inside and ground.cells[column, row])


def test_the_floor_is_found_where_it_is(ground):
    assert abs(ground.stood.floor) < 0.05
    assert ground.stood.metre == pytest.approx(1, abs=0.05)


def test_nobody_stands_in_furniture_or_nearer_to_it_than_a_body_is_wide(ground):
    for (x0, x1, z0, z1), _ in FURNITURE.values():
        for x in np.linspace(x0 - 0.1, x1 + 0.1, 9):
            for z in np.linspace(z0 - 0.1, z1 + 0.1, 9):
                assert not can_stand(ground, float(x), float(z)), (x, z)


def test_nobody_stands_in_a_wall_or_outside(ground):
    columns, rows = np.nonzero(ground.cells)
    middles = ground.grid.centres(np.stack([columns, np.zeros_like(rows), rows], 1))
    assert middles[:, 0].min() > 0.1
    assert middles[:, 2].min() > 0.1
    assert middles[:, 0].max() < WIDTH_M - 0.1
    assert middles[:, 2].max() < DEPTH_M - 0.1


@pytest.mark.parametrize("place", [(1.4, 1.0), (3.6, 2.9), (2.5, 0.9), (1.3, 2.0), (3.7, 2.0), (2.5, 3.1)])
def test_one_can_stand_where_there_is_room_floaters_or_not(ground, place):
    assert can_stand(ground, *place)


def test_most_of_the_free_floor_can_be_walked_on(ground):
    area = ground.cells.sum() * ground.grid.cube**2
    taken = sum((x1 - x0) * (z1 - z0) for (x0, x1, z0, z1), _ in FURNITURE.values())
    assert 0.55 * (WIDTH_M * DEPTH_M - taken) < area < WIDTH_M * DEPTH_M - taken


def test_the_file_holds_what_was_written_and_is_small(ground, tmp_path):
    path = tmp_path / "collision.bits"
    write_collision(path, ground.grid, ground.cells)
    cubes, cells = read_collision(path, ground.grid.solid.shape)
    assert np.array_equal(cubes, ground.grid.solid)
    assert np.array_equal(cells, ground.cells)
    assert path.stat().st_size < 30_000


def test_the_plan_shows_each_piece_of_furniture_where_it_stands(ground, scene):
    plan = floor_plan(scene, ground)
    picture = draw(plan.scene, plan.view)
    only_floor = draw(plan.scene.select(plan.scene.means[:, 1] < 0.3), plan.view)
    changed = np.abs(picture - only_floor).max(axis=2)

    def at(x: float, z: float) -> tuple[int, int]:
        across, down = (x - plan.corner[0]) / plan.width, (z - plan.corner[1]) / plan.depth
        return int(down * picture.shape[0]), int(across * picture.shape[1])

    for (x0, x1, z0, z1), _ in FURNITURE.values():
        row, column = at((x0 + x1) / 2, (z0 + z1) / 2)
        assert changed[row - 3 : row + 4, column - 3 : column + 4].max() > 0.02
    assert changed[at(1.4, 0.9)] < 0.02


def test_where_no_floor_is_nobody_can_stand(tmp_path):
    cloud = splats_at([(float(x), float(y) - 8, 2.0) for x in range(5) for y in range(4)], 0.3, 0.9)
    poses = save_poses(tmp_path, "none")
    found = find_ground(cloud, poses, solved_cameras(poses), Box((0.0, -8.0, 0.0), (5.0, 2.0, 4.0)))
    assert found is None


def test_equal_scenes_give_equal_ground(scene, tmp_path):
    poses = save_poses(tmp_path)
    one, other = (find_ground(scene, poses, solved_cameras(poses), BOX) for _ in range(2))
    assert one is not None
    assert other is not None
    assert np.array_equal(one.grid.solid, other.grid.solid)
    assert torch.equal(torch.as_tensor(one.cells), torch.as_tensor(other.cells))
