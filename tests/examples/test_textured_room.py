"""The generated room is drawn where its truth says, and filmed in a moment."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from bench.camera_errors import rotation_of
from examples.textured_room.film import film_room, quaternion
from examples.textured_room.render import Camera, Renderer
from examples.textured_room.scene import Face
from examples.textured_room.walk import camera_at


def dotted(depth_m: float, colour: tuple[int, int, int]) -> Face:
    """A dark wall, 4 m x 3 m, facing +Z at z = -`depth_m`, with a small dot in its centre."""
    texture = np.full((300, 400, 3), 10, np.uint8)
    texture[148:152, 198:202] = colour
    return Face(np.array([-2, 1.5, -depth_m]), np.array([4.0, 0, 0]), np.array([0, -3.0, 0]), texture)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.3])
def test_a_dot_is_drawn_where_the_truth_projects_it(share: float) -> None:
    walker = camera_at(share, share * 12, 640, 360)
    forward = walker.rotation[:, 2] + 0.15 * walker.rotation[:, 0]
    camera = Camera(walker.rotation, np.array([0, 0, -3.0]) - 3 * forward, 460, 640, 360)
    picture = Renderer([dotted(3.0, (0, 0, 250))]).draw(camera)
    in_camera = camera.rotation.T @ (np.array([0, 0, -3.0]) - camera.position)
    expected = camera.intrinsics @ in_camera / in_camera[2]
    rows, columns = np.nonzero(picture[:, :, 2] > 100)
    assert columns.mean() == pytest.approx(expected[0], abs=0.6)
    assert rows.mean() == pytest.approx(expected[1], abs=0.6)


def test_what_is_nearer_hides_what_is_behind() -> None:
    camera = Camera(np.diag([1.0, -1, -1]), np.zeros(3), 460, 640, 360)
    near, far = dotted(2.0, (0, 250, 0)), dotted(3.0, (0, 0, 250))
    for faces in ([near, far], [far, near]):
        picture = Renderer(faces).draw(camera)
        assert picture[:, :, 1].max() > 200
        assert picture[:, :, 2].max() < 50


def test_cameras_are_upright_and_their_quaternions_say_the_same() -> None:
    for share in np.linspace(0, 1, 7):
        camera = camera_at(float(share), float(share) * 12, 640, 360)
        assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3))
        assert np.linalg.det(camera.rotation) == pytest.approx(1)
        assert camera.rotation[1, 1] < -0.9
        assert np.allclose(rotation_of(quaternion(camera.rotation)), camera.rotation)


def test_the_film_and_its_truth_have_the_same_frames(tmp_path: Path) -> None:
    truth = json.loads(film_room(tmp_path / "room.mp4", 1, 320, 180, 8).read_text())
    with av.open(str(tmp_path / "room.mp4")) as container:
        times = [float(frame.time or 0) for frame in container.decode(video=0)]
    assert times == pytest.approx([frame["time_s"] for frame in truth["frames"]])
    assert truth["gravity"] == [0, -1, 0]
