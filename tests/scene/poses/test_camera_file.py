"""cameras.json holds what the model holds, in the project's own convention."""

import json
from pathlib import Path

import numpy as np
import pycolmap
import pytest

from poses.camera_file import confidence, write_cameras
from poses.frame_set import Frame
from poses.world import level_rotation


def test_confidence_grows_with_points_and_falls_with_error() -> None:
    assert 0 == confidence(0, 0.5) < confidence(20, 0.5) < confidence(500, 0.5) < 1
    assert confidence(100, 0.3) > confidence(100, 1.0) > confidence(100, 4.0)


@pytest.fixture
def model() -> pycolmap.Reconstruction:
    options = pycolmap.SyntheticDatasetOptions()
    options.num_rigs, options.num_cameras_per_rig, options.num_frames_per_rig = 1, 1, 5
    options.num_points3D = 40
    return pycolmap.synthesize_dataset(options)


def test_a_point_put_through_the_file_lands_where_it_was_seen(
    model: pycolmap.Reconstruction, tmp_path: Path
) -> None:
    names = sorted(image.name for image in model.images.values())
    frames = [Frame(name, name, i / 2, 640, 480, None, None) for i, name in enumerate([*names, "lost.jpg"])]
    write_cameras(tmp_path / "cameras.json", model, frames, "none")
    document = json.loads((tmp_path / "cameras.json").read_text())
    assert [entry["image"] for entry in document["unplaced"]] == ["lost.jpg"]
    assert [entry["image"] for entry in document["images"]] == names
    image = model.find_image_with_name(names[0])
    camera = model.camera(image.camera_id)
    pose = document["images"][0]["world_from_camera"]
    w, x, y, z = pose["rotation_wxyz"]
    rotation = pycolmap.Rotation3d(np.array([x, y, z, w])).matrix()
    seen = next(point for point in image.points2D if point.has_point3D())
    world = model.points3D[seen.point3D_id].xyz
    in_camera = rotation.T @ (world - np.array(pose["translation"]))
    assert np.allclose(camera.img_from_cam(in_camera), seen.xy, atol=1e-3)
    assert document["images"][0]["reprojection_error_px"] < 1e-3
    assert document["images"][0]["time_s"] == 0


@pytest.mark.parametrize("up", [(0, 1, 0), (0, -1, 0), (1, 0, 0), (0.3, 0.5, -0.8)])
def test_levelling_puts_up_along_y_and_the_first_view_along_minus_z(up: tuple[float, ...]) -> None:
    forward = np.array([0.2, -0.4, 0.9])
    level = level_rotation(np.array(up, float), forward)
    assert np.allclose(level @ level.T, np.eye(3))
    assert np.linalg.det(level) == pytest.approx(1)
    assert np.allclose(level @ np.array(up) / np.linalg.norm(up), [0, 1, 0])
    turned = level @ forward
    assert turned[0] == pytest.approx(0)
    assert turned[2] < 0


def test_levelling_works_for_a_camera_that_looks_straight_down() -> None:
    level = level_rotation(np.array([0, 1.0, 0]), np.array([0, -1.0, 0]))
    assert np.allclose(level @ level.T, np.eye(3))
