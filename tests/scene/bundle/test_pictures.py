"""Posters and thumbnails."""

import cv2
import numpy as np
import pytest

from bundle.pictures import MOST_BYTES, vertical_field_of_view_deg, wide, write_jpeg, write_picture
from splats.cameras import Pinhole, View


@pytest.mark.parametrize(("width_px", "height_px"), [(640, 480), (1080, 1920), (1920, 1080)])
def test_a_wide_picture_takes_in_as_much_as_the_photo(width_px, height_px):
    view = View("a", Pinhole(width_px, height_px, (900.0, 900.0), (300.0, 200.0)), np.eye(4))
    lens = wide(view, 1280).pinhole
    assert (lens.width_px, lens.height_px) == (1280, 720)
    taken_in = lens.width_px * lens.height_px / lens.focal_px[0] ** 2
    assert taken_in == pytest.approx(width_px * height_px / 900**2)
    assert lens.principal_point_px == (640, 360)


def test_the_field_of_view_is_from_edge_to_edge():
    assert vertical_field_of_view_deg(Pinhole(100, 200, (100.0, 100.0), (50.0, 100.0))) == pytest.approx(90)


def test_a_picture_is_a_jpeg_of_the_splats(known, tmp_path):
    write_picture(tmp_path / "a.jpg", known.scene, wide(known.views[8], 320))
    picture = cv2.imread(str(tmp_path / "a.jpg"))
    assert picture.shape == (180, 320, 3)
    assert picture.std() > 20


def test_a_picture_full_of_detail_is_no_larger_than_one_that_comes_first_may_be(tmp_path):
    noise = np.random.default_rng(0).random((360, 640, 1)).repeat(3, axis=2)
    picture = np.kron(noise, np.ones((2, 2, 1))).astype(np.float32)
    write_jpeg(tmp_path / "a.jpg", picture)
    assert (tmp_path / "a.jpg").stat().st_size > MOST_BYTES / 2
    write_jpeg(tmp_path / "b.jpg", 0.5 + 0.2 * (picture - 0.5))
    assert (tmp_path / "b.jpg").stat().st_size <= MOST_BYTES
    assert cv2.imread(str(tmp_path / "b.jpg")).std() > 10
