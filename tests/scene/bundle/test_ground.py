"""What is solid and where one can stand, against rooms that are known exactly."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from bundle.collision_file import read_collision, write_collision
from bundle.floor_plan import FADED, FLOOR, PAPER, FloorPlan, drawn, floor_plan
from bundle.ground import Ground, find_ground
from optimizing.bounds import Box
from splats.scene import SH_C0, SplatScene
from tests.scene.bundle.furnished import DEPTH_M, FURNITURE, HEIGHT_M, WIDTH_M, furnished, save_poses
from tests.scene.room import splats_at, together
from views.evaluate import Picture
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


def shown_at(picture: Picture, plan: FloorPlan, x: float, z: float) -> np.ndarray:
    """The colour (3,) of the plan over a spot on the floor."""
    across, down = (x - plan.corner[0]) / plan.width, (z - plan.corner[1]) / plan.depth
    return picture[int(down * picture.shape[0]), int(across * picture.shape[1])]


def test_the_plan_shows_floor_light_walls_dark_and_furniture_in_its_colours(ground, scene):
    plan = floor_plan(scene, ground)
    picture = drawn(plan, ground)

    def at(x: float, z: float) -> np.ndarray:
        return shown_at(picture, plan, x, z)

    for x, z in [(1.4, 1.0), (3.6, 2.9), (2.5, 0.9), (2.5, 3.1)]:
        assert at(x, z) == pytest.approx(FLOOR, abs=0.02)
    walls = {"left": (0.0, 3.5), "right": (WIDTH_M, 2.0), "near": (1.5, DEPTH_M), "far": (1.5, 0.0)}
    for name, (x, z) in walls.items():
        beside = [at(x + across, z + down).max() for across in (-0.06, 0, 0.06) for down in (-0.06, 0, 0.06)]
        assert min(beside) < 0.35, name
    for name, (x, z) in {"table": (2.2, 2.2), "sofa": (0.6, 2.0)}.items():
        height = FURNITURE[name][1]
        own = torch.sin(3 * torch.tensor([x, height, z])).numpy() * 0.8 * SH_C0 + 0.5
        assert at(x, z) == pytest.approx(own + FADED * (1 - own), abs=0.08), name
    assert picture[2, 2] == pytest.approx(PAPER, abs=0.02)


def test_harmonics_that_no_camera_looked_along_do_not_colour_the_plan(ground, scene):
    towards_above = torch.zeros(len(scene), 3, 3)
    towards_above[:, 0] = -2.0
    shiny = replace(scene, sh=torch.cat([scene.sh, towards_above], 1))
    plain, of_shiny = (drawn(floor_plan(one, ground), ground) for one in (scene, shiny))
    assert np.array_equal(plain, of_shiny)


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
