"""Where the objects of one photo stand beside each other."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shapes.layout import FIELD_OF_VIEW_DEG, HORIZON, Place, Seen, as_in_tour, laid_out
from shapes.world import Standing

WIDTH_PX, HEIGHT_PX = 1600, 1200
FOCAL_PX = WIDTH_PX / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
EYE_LEVEL_M = 1.5
HORIZON_PX = HORIZON * HEIGHT_PX

across_m = st.floats(-1.5, 1.5)
depth_m = st.floats(2.5, 6)
size_m = st.floats(0.2, 2)
things = st.lists(st.tuples(across_m, depth_m, size_m), min_size=1, max_size=5)


def photographed(across: float, depth: float, size: float) -> Seen:
    """A thing that stands on the floor so far to the right and ahead, as an upright camera at eye level sees it."""
    return Seen(
        middle_px=WIDTH_PX / 2 + FOCAL_PX * across / depth,
        bottom_px=HORIZON_PX + FOCAL_PX * EYE_LEVEL_M / depth,
        px_per_unit=FOCAL_PX * size / depth,
    )


@given(things)
def test_what_stands_on_the_floor_is_laid_out_as_it_stood(real: list[tuple[float, float, float]]) -> None:
    places = laid_out([photographed(*thing) for thing in real], WIDTH_PX, HEIGHT_PX)
    unit = max(size for _, _, size in real)
    assert max(place.scale for place in places) == 1
    for thing, place in zip(real, places, strict=True):
        assert math.isclose(place.scale, thing[2] / unit, rel_tol=1e-6)
        assert place.placed_at[1] == 0
        for other, beside in zip(real, places, strict=True):
            apart = (thing[0] - other[0], other[1] - thing[1])  # +Z is towards the camera
            found = (place.placed_at[0] - beside.placed_at[0], place.placed_at[2] - beside.placed_at[2])
            assert np.allclose(found, np.array(apart) / unit, atol=1e-6)
    assert middle([place.placed_at[0] for place in places]) == 0
    assert middle([place.placed_at[2] for place in places]) == 0


def middle(values: list[float]) -> float:
    return round((min(values) + max(values)) / 2, 9)


@given(
    st.lists(
        st.builds(Seen, st.floats(0, 1600), st.floats(1, 1200), st.floats(1, 1200)), min_size=1, max_size=20
    )
)
def test_whatever_a_photo_shows_every_object_gets_a_place(seen: list[Seen]) -> None:
    for place in laid_out(seen, WIDTH_PX, HEIGHT_PX):
        assert np.isfinite([*place.placed_at, place.scale]).all()
        assert 0 < place.scale <= 1


def standing(x: float, y: float, z: float, longest: float) -> Standing:
    return Standing(longest, ((1, 0, 0, x), (0, 1, 0, y), (0, 0, 1, z), (0, 0, 0, 1)))


@given(st.floats(-math.pi, math.pi))
def test_of_a_tour_objects_stand_as_there_seen_from_the_camera(yaw: float) -> None:
    forward, right = (
        np.array([-math.sin(yaw), 0, -math.cos(yaw)]),
        np.array([math.cos(yaw), 0, -math.sin(yaw)]),
    )
    world_from_camera = np.eye(4)
    world_from_camera[:3, :3] = np.stack([right, [0, -1, 0], forward], axis=1)  # OpenCV axes
    near, far = 2 * forward - 0.5 * right, 4 * forward + 0.5 * right + (0, 0.7, 0)
    chair, lamp = as_in_tour([standing(*near, 0.9), standing(*far, 0.4)], [0.9, 1.0], world_from_camera)
    assert np.allclose(np.subtract(lamp.placed_at, chair.placed_at), (1, 0.7, -2))
    assert chair.placed_at[1] == 0
    assert (chair, lamp.scale) == (Place(chair.placed_at, 1.0), 0.4)
