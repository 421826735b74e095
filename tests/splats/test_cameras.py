import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from splats.cameras import Pinhole, View, intrinsics, look_at, pose_matrix, read_cameras, viewmats
from splats.errors import UnreadableCameras
from splats.rasterize import rasterize

DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "convention": "world: right-handed, +Y up; camera: OpenCV axes (x right, y down, z forward)",
    "scale_source": "none",
    "cameras": {
        "1": {
            "model": "SIMPLE_RADIAL",
            "width_px": 640,
            "height_px": 480,
            "params": {"f": 500.0, "cx": 320.0, "cy": 240.0, "k": 0.01},
            "focal_px": [500.0, 500.0],
            "principal_point_px": [320.0, 240.0],
            "distortion": {"k": 0.01},
        }
    },
    "images": [
        {
            "image": "00001.jpg",
            "camera": "1",
            "time_s": 0.5,
            "confidence": 0.9,
            "observations": 300,
            "reprojection_error_px": 0.7,
            "world_from_camera": {"rotation_wxyz": [0.0, 1.0, 0.0, 0.0], "translation": [1.0, 2.0, 3.0]},
        }
    ],
    "unplaced": [{"image": "00002.jpg", "time_s": 1.0}],
}


def written(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "cameras.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_what_solve_poses_writes_is_read(tmp_path: Path) -> None:
    cameras = read_cameras(written(tmp_path, DOCUMENT))
    assert cameras.lenses["1"].distortion == {"k": 0.01}
    assert cameras.unplaced == ("00002.jpg",)
    (view,) = cameras.views()
    assert view.name == "00001.jpg"
    assert view.world_from_camera.tolist() == [[1, 0, 0, 1], [0, -1, 0, 2], [0, 0, -1, 3], [0, 0, 0, 1]]
    assert torch.equal(
        viewmats([view])[0] @ torch.tensor([1.0, 2.0, 3.0, 1.0]), torch.tensor([0.0, 0.0, 0.0, 1.0])
    )
    assert intrinsics([view]).tolist() == [[[500, 0, 320], [0, 500, 240], [0, 0, 1]]]


def test_the_writer_and_the_reader_agree_on_the_schema() -> None:
    camera_file = pytest.importorskip("poses.camera_file", exc_type=ImportError)
    assert DOCUMENT["schema"] == camera_file.SCHEMA
    assert DOCUMENT["convention"] == camera_file.CONVENTION


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        (DOCUMENT | {"schema": 2}, "schema 2"),
        (DOCUMENT | {"images": [{"image": "a"}]}, "damaged"),
    ],
)
def test_other_documents_are_refused(document: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableCameras, match=said):
        read_cameras(written(tmp_path, document))


def test_a_smaller_picture_shows_the_same() -> None:
    half = Pinhole(640, 480, (500.0, 510.0), (320.0, 250.0)).resized(320, 240)
    assert half == Pinhole(320, 240, (250.0, 255.0), (160.0, 125.0))


def test_quaternions_turn_as_they_should() -> None:
    quarter_turn_about_z = pose_matrix([np.sqrt(0.5), 0, 0, np.sqrt(0.5)], [0, 0, 0])
    assert np.allclose(quarter_turn_about_z @ [1, 0, 0, 1], [0, 1, 0, 1])


def test_the_world_appears_upright_in_a_picture() -> None:
    """+Y is up, and what is to the right of a camera that looks along -Z has larger x."""
    view = View("a", Pinhole(40, 30, (30.0, 30.0), (20.0, 15.0)), look_at([0, 0, 5], [0, 0, 0]))
    means = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    images, _, meta = rasterize(
        *(means, torch.tensor([[1.0, 0, 0, 0]] * 2), torch.full((2, 3), 0.1), torch.ones(2)),
        *(torch.eye(3)[:2], viewmats([view]), intrinsics([view]), 40, 30),
    )
    (above, right) = meta["means2d"][0].tolist()
    assert above == pytest.approx([20, 15 - 6])
    assert right == pytest.approx([20 + 6, 15])
    assert images[0, 9, 20, 0] > 0.5
    assert images[0, 15, 26, 1] > 0.5
