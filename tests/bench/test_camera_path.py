import json
import math

import numpy as np
import pytest

from bench.camera_path import Camera, animation_of, cameras_along, hash_of
from diorama.tours.manifest import Manifest, read_manifest
from tests.tours.test_manifest import POSE, document

HALF_TURN_ABOUT_X = [0, 1, 0, 0]
AHEAD = POSE | {"rotation_wxyz": HALF_TURN_ABOUT_X}
"""A camera with OpenCV's axes that looks along -Z, its head up."""


def manifest(**changes: object) -> Manifest:
    return read_manifest(json.dumps(document(**changes)))


def test_cameras_stand_evenly_along_the_guided_path() -> None:
    there = AHEAD | {"position": [2, 1.6, -4]}
    cameras = cameras_along(manifest(camera_path={"duration_s": 10, "poses": [AHEAD, there]}), 5)
    assert [camera.position for camera in cameras] == [
        (step * 0.5, pytest.approx(1.6), -step * 1.0) for step in range(5)
    ]
    assert np.allclose([camera.forward for camera in cameras], [0, 0, -1])


def test_without_a_path_they_look_once_around() -> None:
    start = AHEAD | {"field_of_view_deg": 50}
    cameras = cameras_along(manifest(camera_path=None, start=start), 4)
    assert {camera.position for camera in cameras} == {(0.0, 1.6, 0.0)}
    looks = [(0, 0, -1), (-1, 0, 0), (0, 0, 1), (1, 0, 0)]
    assert np.allclose([camera.forward for camera in cameras], looks)


def test_nobody_looks_straight_down() -> None:
    down = POSE | {"rotation_wxyz": [math.cos(math.pi / 4), math.sin(math.pi / 4), 0, 0]}
    (camera,) = cameras_along(manifest(camera_path={"duration_s": 1, "poses": [down, down]}), 1)
    assert camera.forward[1] == pytest.approx(-math.sin(math.radians(80)))
    assert math.hypot(*camera.forward) == pytest.approx(1)


LEFT_AND_DOWN = Camera((1.0, 2.0, 3.0), (-math.cos(0.5), -math.sin(0.5), 0.0))


def test_an_address_says_it_in_turns_to_the_left_and_up() -> None:
    assert hash_of(LEFT_AND_DOWN) == "#at=1.0000,2.0000,3.0000,90.0000,-28.6479"


def test_an_animation_has_the_same_cameras_half_a_turn_about_z_away() -> None:
    ahead = Camera((1.0, 2.0, 3.0), (0.0, 0.0, -1.0))
    frames = animation_of([ahead, LEFT_AND_DOWN], fov_deg=70)["keyframes"]
    assert frames["times"] == [0, 1]
    assert frames["values"]["position"] == [-1, -2, 3, -1, -2, 3]
    assert frames["values"]["target"][:3] == [-1, -2, 2]
    assert frames["values"]["fov"] == [70, 70]
