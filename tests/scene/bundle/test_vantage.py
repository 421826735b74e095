"""Good places to look from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.vantage import apart, distances_apart, levelled, vantages
from splats.cameras import View, look_at

MIDDLE = np.array([1.0, 0.9, 1.0])


def rolled(pose, degrees):
    """The pose turned about its own axis of view."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned = pose.copy()
    turned[:3, :3] = pose[:3, :3] @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    return turned


@given(st.floats(-180, 180), st.floats(-60, 60), st.floats(0, 360))
def test_a_levelled_camera_looks_the_same_way_with_a_level_horizon(roll, pitch, yaw):
    p, y = np.radians([pitch, yaw])
    away = np.array([np.cos(p) * np.cos(y), np.sin(p), np.cos(p) * np.sin(y)])
    pose = rolled(look_at((1.0, 2.0, 3.0), np.array([1.0, 2.0, 3.0]) + away), roll)
    level = levelled(pose)
    assert np.allclose(level[:3, 3], [1, 2, 3])
    assert np.allclose(level[:3, 2], away, atol=1e-9)
    assert abs(level[1, 0]) < 1e-9
    assert level[1, 1] < 0
    assert np.isclose(np.linalg.det(level[:3, :3]), 1)


@pytest.mark.parametrize("down", [-1.0, 1.0])
def test_a_look_straight_down_or_up_is_made_less_steep(down):
    pose = np.eye(4)
    pose[:3, :3] = np.array([[1.0, 0, 0], [0, 0, down], [0, -down, 0]]).T
    level = levelled(pose)
    assert abs(level[1, 2]) < 0.95
    assert np.sign(level[1, 2]) == np.sign(pose[1, 2])
    assert np.isclose(np.linalg.det(level[:3, :3]), 1)


def with_pose(view, pose, name="odd"):
    return View(name, view.pinhole, pose)


@pytest.mark.parametrize(
    "pose",
    [
        pytest.param(look_at((3.0, 1.6, 3.0), (9.0, 1.6, 9.0)), id="away from the place"),
        pytest.param(look_at((0.15, 1.2, 2.0), (0.0, 1.2, 2.0)), id="nose at the wall"),
        pytest.param(rolled(look_at((3.0, 1.6, 3.0), (1.0, 0.9, 1.0)), 90), id="on its side"),
    ],
)
def test_odd_cameras_are_no_place_to_start_from(known, pose):
    found = vantages(known.scene, [*known.views, with_pose(known.views[0], pose)], known.views, MIDDLE)
    scores = [place.score for place in found]
    assert scores[-1] < 0.5 * np.median(scores[:-1])


def test_targets_lie_on_what_is_straight_ahead(known):
    for place in vantages(known.scene, known.views[::4], known.views, MIDDLE):
        assert np.allclose(
            (place.target - place.position) / np.linalg.norm(place.target - place.position), place.forward
        )
        assert place.target.min() > -0.6
        assert place.target.max() < 4


def test_places_are_chosen_apart_and_never_twice(known):
    found = vantages(known.scene, known.views, known.views, MIDDLE)
    chosen = apart(found, 4)
    assert chosen[0].score == max(place.score for place in found)
    names = [place.view.name for place in chosen]
    assert len(set(names)) == 4
    gaps = distances_apart([place.view for place in chosen])
    everyone = distances_apart([place.view for place in found])
    assert gaps[~np.eye(4, dtype=bool)].min() > np.sort(everyone, axis=1)[:, 1].mean()


def test_no_more_places_are_chosen_than_there_are(known):
    assert len(apart(vantages(known.scene, known.views[:3], known.views, MIDDLE), 9)) == 3
