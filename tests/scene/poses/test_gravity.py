"""Up is found from cameras held as people hold them, and from upright edges."""

import numpy as np
import pytest

from poses.gravity import angle_deg, up_from_edges, up_from_poses

RANDOM = np.random.default_rng(11)


def held(yaw_deg: float, pitch_deg: float, roll_deg: float) -> np.ndarray:
    """`world_from_camera` (3, 3) in a world with +Y up."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    forward = np.array([np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)])
    right = np.cross(forward, [0, 1, 0]) / np.cos(pitch)
    down = np.cross(forward, right)
    rolled = np.cos(roll) * right + np.sin(roll) * down
    return np.stack([rolled, np.cross(forward, rolled), forward], axis=1)


def any_rotation() -> np.ndarray:
    orthogonal = np.linalg.qr(RANDOM.normal(size=(3, 3)))[0]
    return orthogonal * np.sign(np.linalg.det(orthogonal))


def test_up_follows_from_level_images_in_any_frame() -> None:
    frame = any_rotation()
    rotations = np.stack([frame @ held(yaw, -25, 0) for yaw in range(0, 200, 10)])
    assert angle_deg(up_from_poses(rotations), frame @ np.array([0, 1.0, 0])) < 2


def test_a_few_tilted_shots_do_not_matter() -> None:
    rolls = [*RANDOM.normal(0, 2, 30), 60, -75, 80]
    rotations = np.stack([held(11 * i, -10, roll) for i, roll in enumerate(rolls)])
    assert angle_deg(up_from_poses(rotations), np.array([0, 1.0, 0])) < 2.5


def test_cameras_that_all_look_one_way_still_tell_up() -> None:
    rotations = np.stack([held(5 + i / 10, -3, 0.5 * (-1) ** i) for i in range(12)])
    assert angle_deg(up_from_poses(rotations), np.array([0, 1.0, 0])) < 6


@pytest.mark.parametrize("start_deg", [2, 6, 10])
def test_upright_edges_correct_the_start(start_deg: float) -> None:
    upright = np.cross(RANDOM.normal(size=(150, 3)), [0, 1, 0])
    chance = RANDOM.normal(size=(300, 3))
    planes = np.concatenate([upright, chance])
    planes *= 0.1 / np.linalg.norm(planes, axis=1, keepdims=True)
    start = np.array([np.sin(np.radians(start_deg)), np.cos(np.radians(start_deg)), 0])
    assert angle_deg(up_from_edges(planes, start), np.array([0, 1.0, 0])) < 0.5


def test_too_few_edges_change_nothing() -> None:
    start = np.array([0, 1.0, 0])
    assert up_from_edges(RANDOM.normal(size=(10, 3)), start) is start
