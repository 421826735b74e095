import numpy as np
import pytest

from clicknet.outlines import thing
from clicknet.scenes import Workshop
from clicknet.textures import surface

SIDE_PX = 96


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop(SIDE_PX, np.random.default_rng(1), surfaces=12)


def test_the_same_seed_makes_the_same_scenes() -> None:
    one, other = (Workshop(SIDE_PX, np.random.default_rng(7), surfaces=8).scene() for _ in range(2))
    assert np.array_equal(one.photo, other.photo)
    assert np.array_equal(one.labels, other.labels)


def test_scenes_are_photos_with_labelled_things_in_them(workshop: Workshop) -> None:
    scenes = [workshop.scene() for _ in range(12)]
    assert all(scene.photo.shape == (SIDE_PX, SIDE_PX, 3) for scene in scenes)
    assert all(scene.labels.shape == (SIDE_PX, SIDE_PX) for scene in scenes)
    assert np.mean([0.02 < (scene.labels > 0).mean() < 0.98 for scene in scenes]) > 0.7
    assert np.mean([scene.photo.std() > 8 for scene in scenes]) > 0.9


def test_what_stands_before_hides_what_stands_behind(workshop: Workshop) -> None:
    for _ in range(12):
        labels = workshop.scene().labels
        assert set(np.unique(labels)) <= set(range(int(labels.max()) + 1))


def test_things_stand_on_the_ground_and_are_about_as_high_as_their_size() -> None:
    rng = np.random.default_rng(3)
    for _ in range(60):
        corners = np.concatenate([part.polygon for part in thing(rng)])
        assert np.isfinite(corners).all()
        assert 0.2 < np.ptp(corners[:, 1]) < 3
        assert np.abs(corners).max() < 4


def test_surfaces_are_pictures_of_their_size() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        made = surface(48, rng)
        assert made.shape == (48, 48, 3)
        assert 0 <= made.min() <= made.max() <= 1
