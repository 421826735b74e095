"""The camera path."""

import numpy as np
import pytest

from bundle.path import camera_path, in_order
from splats.cameras import SolvedImage, look_at


def image(number, eye, target=(0.0, 1.0, 0.0), time_s=None):
    return SolvedImage(f"{number:05}.jpg", "1", time_s, 0.9, look_at(eye, target))


def walk(count=40, shake=0.0, timed=True):
    """Along x in front of the target, with a hand that shakes."""
    random = np.random.default_rng(0)
    return [
        image(
            i,
            np.array([4 * i / count - 2, 1.6, 3.0]) + shake * random.normal(size=3),
            time_s=i * 0.5 if timed else None,
        )
        for i in range(count)
    ]


def test_the_path_has_as_many_poses_as_asked_for_and_ends_where_the_walk_did():
    images = walk()
    path = camera_path(images, 4.0, 50)
    assert path.poses.shape == (50, 4, 4)
    assert np.allclose(path.poses[0, :3, 3], images[0].world_from_camera[:3, 3], atol=0.02)
    assert np.allclose(path.poses[-1, :3, 3], images[-1].world_from_camera[:3, 3], atol=0.02)


def test_the_path_is_smoother_than_the_hand():
    def jerk(positions):
        return np.linalg.norm(np.diff(positions, n=2, axis=0), axis=1).mean()

    images = walk(shake=0.05)
    path = camera_path(images, 4.0, 40)
    assert jerk(path.poses[:, :3, 3]) < jerk(np.stack([i.world_from_camera[:3, 3] for i in images])) / 5


def test_steps_of_the_path_are_even_though_the_walk_was_not():
    images = [image(i, (-2 + 4 * (i / 39) ** 3, 1.6, 3.0), time_s=i * 0.5) for i in range(40)]
    steps = np.linalg.norm(np.diff(camera_path(images, 4.0, 60).poses[:, :3, 3], axis=0), axis=1)
    assert steps.std() < 0.35 * steps.mean()


def test_every_pose_is_level():
    path = camera_path(walk(shake=0.1), 4.0, 30)
    assert np.abs(path.poses[:, 1, 0]).max() < 1e-9
    assert np.allclose(np.linalg.det(path.poses[:, :3, :3]), 1)


def test_a_longer_walk_takes_longer_within_limits():
    short, long = (camera_path(walk(), width, 30).duration_s for width in (20.0, 1.0))
    assert 6 <= short < long <= 180


def test_photos_without_times_follow_their_neighbours():
    images = walk(12, timed=False)
    mixed = [image(int(i * 5 % 12), images[i].world_from_camera[:3, 3]) for i in range(12)]
    ordered = [entry.world_from_camera[0, 3] for entry in in_order(mixed)]
    assert ordered == sorted(ordered) or ordered[::-1] == sorted(ordered)


@pytest.mark.parametrize("images", [[], walk(1), [image(i, (1.0, 1.0, 1.0), time_s=i) for i in range(5)]])
def test_where_nothing_moves_there_is_no_path(images):
    assert camera_path(images, 4.0, 30) is None
