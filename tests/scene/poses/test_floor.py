"""A floor is found where there is one, and stands for metres only where somebody walked on it."""

import numpy as np
import pytest

from poses.floor import Floor, find_floor, is_orbit, tells_scale

RANDOM = np.random.default_rng(2)
WALK = np.stack([np.linspace(-2, 2, 40), RANDOM.normal(1.6, 0.03, 40), np.zeros(40)], axis=1)
AHEAD = np.tile([1.0, 0, 0], (40, 1))


def level(height: float, count: int, size_m: float = 5.0) -> np.ndarray:
    spread = RANDOM.uniform(-size_m / 2, size_m / 2, (count, 2))
    return np.stack([spread[:, 0], RANDOM.normal(height, 0.008, count), spread[:, 1]], axis=1)


def wall(count: int) -> np.ndarray:
    return np.stack(
        [RANDOM.uniform(-3, 3, count), RANDOM.uniform(0, 2.6, count), RANDOM.normal(3, 0.01, count)], axis=1
    )


@pytest.mark.parametrize("scale", [0.2, 1.0, 30.0])
def test_the_floor_is_found_below_tables_at_any_scale(scale: float) -> None:
    points = np.concatenate([level(0, 300), level(0.75, 500, 1.4), wall(1500)]) * scale
    floor = find_floor(points, WALK * scale)
    assert floor is not None
    assert floor.eye_height == pytest.approx(1.6 * scale, rel=0.02)


def test_a_few_points_below_the_floor_do_not_matter() -> None:
    points = np.concatenate([level(0, 400), wall(1000), RANDOM.uniform(-1.5, -0.3, (20, 3))])
    floor = find_floor(points, WALK)
    assert floor is not None
    assert floor.level == pytest.approx(0, abs=0.03)


def test_a_wall_is_not_a_floor() -> None:
    assert find_floor(wall(3000) - [0, 1, 0], WALK) is None


def test_hills_are_not_a_floor() -> None:
    hills = np.stack(
        [RANDOM.uniform(-5, 5, 3000), RANDOM.uniform(-1, 1, 3000), RANDOM.uniform(-5, 5, 3000)], 1
    )
    assert find_floor(hills, WALK) is None


def test_few_points_are_not_a_floor() -> None:
    assert find_floor(level(0, 20), WALK) is None


def around(down_deg: float, turn_deg: float = 300) -> tuple[np.ndarray, np.ndarray]:
    """Cameras on an arc that look at its centre from above."""
    angles, down = np.radians(np.linspace(0, turn_deg, 40)), np.radians(down_deg)
    out = np.stack([np.sin(angles), np.full(40, np.tan(down)), np.cos(angles)], axis=1)
    return out, -out / np.linalg.norm(out, axis=1, keepdims=True)


def test_going_around_a_thing_on_a_table_is_an_orbit() -> None:
    assert is_orbit(*around(down_deg=35))
    assert not tells_scale(Floor(0.0, 1.0), *around(down_deg=35))


def test_looking_across_a_room_or_at_one_side_is_none() -> None:
    assert not is_orbit(*around(down_deg=8))
    assert not is_orbit(*around(down_deg=35, turn_deg=60))
    assert not is_orbit(WALK, AHEAD)


def test_only_a_steady_eye_height_tells_the_scale() -> None:
    assert tells_scale(Floor(0.0, 1.6), WALK, AHEAD)
    climbing = WALK + np.linspace([0, -0.6, 0], [0, 0.6, 0], 40)
    assert not tells_scale(Floor(0.0, 1.6), climbing, AHEAD)
