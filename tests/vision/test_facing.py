"""A cut-out seen by a camera that looks straight at it: a ball's outline is round wherever in the photo it was."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.objects.cutouts import Cutout, TourView
from facing import Faced, faced
from photo_cutouts import PhotoCutout
from splats.cameras import look_at

WIDTH_PX, HEIGHT_PX, FOCAL_PX = 320, 240, 210.0
BALL_DEG = 8.0
"""The angle between the ball's middle and its edge."""

angles_deg = st.floats(-180, 180)


def photographed(
    across_px: float, down_px: float, roll_deg: float = 0.0, radial: tuple[float, float] = (0.0, 0.0)
) -> Faced:
    """A ball whose middle is seen at that pixel, by a camera that was held askew."""
    columns, rows = np.meshgrid(np.arange(WIDTH_PX) + 0.5, np.arange(HEIGHT_PX) + 0.5)
    seen = np.stack([columns, rows], axis=-1).reshape(-1, 1, 2)
    lens = np.array([[FOCAL_PX, 0, WIDTH_PX / 2], [0, FOCAL_PX, HEIGHT_PX / 2], [0, 0, 1]])
    bends = np.array([*radial, 0, 0])
    straight = cv2.undistortPoints(seen, lens, bends).reshape(HEIGHT_PX, WIDTH_PX, 2)
    rays = np.concatenate([straight, np.ones((HEIGHT_PX, WIDTH_PX, 1))], axis=-1)
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    middle = rays[int(down_px), int(across_px)]
    mask = np.where(rays @ middle > math.cos(math.radians(BALL_DEG)), 255, 0).astype(np.uint8)
    pose = look_at((0, 1, 3), (0.4, 0.5, 0))
    roll = math.radians(roll_deg)
    turn = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    pose[:3, :3] = pose[:3, :3] @ turn
    view = TourView(
        world_from_camera=tuple(map(tuple, pose.tolist())),
        focal_px=(FOCAL_PX, FOCAL_PX),
        centre_px=(WIDTH_PX / 2, HEIGHT_PX / 2),
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        radial=radial,
        scale_source="reference",
    )
    picture = np.repeat(mask[..., None], 3, axis=2)
    return faced(picture, PhotoCutout(Cutout(cutout_id="ball", name="Ball"), mask), view)


def extents_px(shot: Faced) -> tuple[int, int]:
    rows, columns = np.nonzero(shot.cut.mask >= 128)
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


@given(st.floats(60, 260), st.floats(50, 190), angles_deg)
def test_a_ball_is_round_and_of_its_true_size(across_px: float, down_px: float, roll_deg: float) -> None:
    shot = photographed(across_px, down_px, roll_deg)
    true = 2 * math.tan(math.radians(BALL_DEG)) * shot.view.focal_px[0]
    assert extents_px(shot) == pytest.approx((true, true), abs=2)


def test_a_ball_is_round_behind_a_lens_that_bends_lines() -> None:
    shot = photographed(55, 50, radial=(-0.25, 0.05))
    true = 2 * math.tan(math.radians(BALL_DEG)) * shot.view.focal_px[0]
    assert extents_px(shot) == pytest.approx((true, true), abs=2)


@given(angles_deg)
def test_however_the_camera_was_held_the_picture_is_upright(roll_deg: float) -> None:
    pose = np.array(photographed(240, 60, roll_deg).view.world_from_camera)
    assert pose[1, 0] == pytest.approx(0, abs=1e-9)
    assert pose[1, 1] < 0  # a camera's y points down
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1)


def test_the_new_view_is_of_the_new_picture() -> None:
    shot = photographed(250, 60)
    assert shot.picture.shape == (*shot.cut.mask.shape, 3)
    assert (shot.view.height_px, shot.view.width_px) == shot.cut.mask.shape
    rows, columns = np.nonzero(shot.cut.mask >= 128)
    middle = columns.mean() + 0.5, rows.mean() + 0.5
    assert shot.view.centre_px == pytest.approx(middle, abs=0.5)
    assert ((shot.picture[..., 0] >= 128) == (shot.cut.mask >= 128)).mean() > 0.99


def test_nothing_is_drawn_smaller_than_the_photo_shows_it() -> None:
    shot = photographed(280, 45)
    middle = np.array([280 - WIDTH_PX / 2, 45 - HEIGHT_PX / 2, FOCAL_PX])
    assert shot.view.focal_px[0] == pytest.approx(np.linalg.norm(middle), rel=0.01)
