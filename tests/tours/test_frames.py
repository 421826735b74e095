"""The photos that a tour was made from."""

import pytest

from diorama.errors import Conflict, NotFound
from diorama.tours import frames
from tests.studio_world import World
from tests.tours.bundles import a_tour, make
from tests.tours.framed import POSES, make_with_frames


@pytest.fixture
def tour_id(world: World) -> str:
    return a_tour(world)


def test_the_frames_of_a_tour_are_its_placed_photos_with_their_cameras(world: World, tour_id: str) -> None:
    make_with_frames(world, tour_id)
    found = frames.listed(world.platform, "ann", tour_id)
    assert found.scale_source == "assumed_eye_height_1.6m"
    first, second = found.frames
    assert (first.name, second.name, second.time_s) == ("00001.jpg", "00002.jpg", 0.5)
    assert first.world_from_camera == ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
    turned = [list(row) for row in second.world_from_camera]
    assert turned == [
        pytest.approx([1, 0, 0, 1]),
        pytest.approx([0, 0, -1, 2]),
        pytest.approx([0, 1, 0, 3]),
        [0, 0, 0, 1],
    ]
    assert (first.focal_px, first.centre_px, first.width_px) == ((70, 71), (40, 30), 80)
    assert first.radial == (-0.05, 0)
    assert "/store/media/frames/p/f/images/00001.jpg?" in first.picture_url


def test_a_tour_that_is_being_made_has_no_frames_yet(world: World, tour_id: str) -> None:
    with pytest.raises(Conflict):
        frames.listed(world.platform, "ann", tour_id)


def test_frames_that_were_never_noted_and_those_that_have_gone_are_not_there(
    world: World, tour_id: str
) -> None:
    make(world, tour_id)
    with pytest.raises(NotFound, match="not known") as unknown:
        frames.listed(world.platform, "ann", tour_id)
    make_with_frames(world, other := a_tour(world))
    world.store.delete(f"{POSES}/")
    with pytest.raises(NotFound, match="no longer") as gone:
        frames.listed(world.platform, "ann", other)
    assert unknown.value.stable_code == gone.value.stable_code == "no_frames"


def test_a_stranger_sees_none(world: World, tour_id: str) -> None:
    make_with_frames(world, tour_id)
    with pytest.raises(NotFound):
        frames.listed(world.platform, "eve", tour_id)
