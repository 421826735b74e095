"""Undistorted photos: every point of the world is where a pinhole camera would see it."""

import cv2
import numpy as np
import pycolmap
import pytest

from splats.cameras import Lens, Pinhole
from views.undistort import Undistorter, colmap_camera, fit

FOCAL_PX, MIDDLE_PX = 500.0, (321.0, 238.5)


def lens(k: float, width_px: int = 640, height_px: int = 480) -> Lens:
    params = {"f": FOCAL_PX, "cx": MIDDLE_PX[0], "cy": MIDDLE_PX[1], "k": k}
    pinhole = Pinhole(width_px, height_px, (FOCAL_PX, FOCAL_PX), MIDDLE_PX)
    return Lens("SIMPLE_RADIAL", params, pinhole, {"k": k})


def photo_of_dots(rays: np.ndarray, k: float) -> np.ndarray:
    """A black photo with a soft white dot where the lens x' = x (1 + k r^2) shows each ray (x, y)."""
    radius2 = (rays**2).sum(1, keepdims=True)
    places = FOCAL_PX * rays * (1 + k * radius2) + np.array(MIDDLE_PX)
    rows, columns = np.mgrid[0:480, 0:640] + 0.5
    image = sum(np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 2.5**2)) for x, y in places)
    return np.repeat(np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)[:, :, None], 3, axis=2)


def brightest_near(photo: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The middle of the light within 8 pixels of a place (x, y)."""
    rows, columns = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]] + 0.5
    near = ((columns - place[0]) ** 2 + (rows - place[1]) ** 2 < 8**2) * photo[:, :, 0].astype(float)
    return np.array([(columns * near).sum(), (rows * near).sum()]) / near.sum()


@pytest.mark.parametrize("k", [-0.12, 0.08])
@pytest.mark.parametrize("long_side_px", [4000, 400])
def test_points_lie_where_a_pinhole_camera_sees_them(k: float, long_side_px: int) -> None:
    rays = np.array([[-0.5, -0.35], [0.0, 0.0], [0.45, 0.3], [-0.4, 0.33], [0.52, -0.05]])
    straight, pinhole = Undistorter(lens(k)).straighten(photo_of_dots(rays, k), long_side_px)
    for ray in rays:
        expected = np.array(pinhole.focal_px) * ray + np.array(pinhole.principal_point_px)
        assert np.linalg.norm(brightest_near(straight, expected) - expected) < 0.1


@pytest.mark.parametrize("k", [-0.12, 0.08])
def test_no_edge_is_blank(k: float) -> None:
    white = np.full((480, 640, 3), 255, np.uint8)
    undistorter = Undistorter(lens(k))
    assert undistorter.sources is not None
    x, y = undistorter.sources[..., 0], undistorter.sources[..., 1]
    assert x.min() > -1
    assert x.max() < 641
    assert y.min() > -1
    assert y.max() < 481
    assert undistorter.straighten(white, 640)[0].min() == 255


def test_a_lens_without_distortion_leaves_photos_as_they_are() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    straight, pinhole = Undistorter(lens(0.0)).straighten(photo, 640)
    assert np.array_equal(straight, photo)
    assert pinhole == lens(0.0).pinhole


def test_the_lens_is_colmaps() -> None:
    camera = colmap_camera(lens(-0.12))
    seen = camera.img_from_cam(np.array([[0.3, -0.2, 1.0]]))[0]
    assert seen == pytest.approx([321 + 500 * 0.3 * (1 - 0.12 * 0.13), 238.5 - 500 * 0.2 * (1 - 0.12 * 0.13)])
    assert isinstance(camera, pycolmap.Camera)


def test_fitting_keeps_the_field_of_view_and_never_enlarges() -> None:
    pinhole = Pinhole(1080, 1920, (1400.0, 1400.0), (540.0, 960.0))
    fitted = fit(pinhole, 640)
    assert (fitted.width_px, fitted.height_px) == (360, 640)
    assert fitted.focal_px[0] / fitted.width_px == pytest.approx(1400 / 1080)
    assert fit(pinhole, 4000) == pinhole


def test_scaling_down_averages_what_each_pixel_covers() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8)[None, :, None], (480, 320, 3))
    straight, _ = Undistorter(lens(0.0)).straighten(stripes, 320)
    assert straight.shape == (240, 320, 3)
    assert set(np.unique(straight)) <= {127, 128}
    assert cv2.mean(straight)[0] == pytest.approx(127.5, abs=0.6)
