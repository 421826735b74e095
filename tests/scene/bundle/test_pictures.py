"""Posters and thumbnails."""

import cv2
import numpy as np
import pytest

from bundle.pictures import vertical_field_of_view_deg, wide, write_picture
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
