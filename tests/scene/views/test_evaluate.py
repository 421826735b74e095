"""PSNR and SSIM beside their definitions written out in float64."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import correlate1d

from splats.cameras import Pinhole, View
from views.evaluate import MAX_PSNR_DB, Evaluation, Score, evaluate, exposed, psnr, score, ssim
from views.view import PhotoView


def reference_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """As scikit-image's structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)."""
    weights = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    weights /= weights.sum()

    def mean(x: np.ndarray) -> np.ndarray:
        return correlate1d(correlate1d(x, weights, axis=0), weights, axis=1)

    ma, mb = mean(a), mean(b)
    va, vb, cab = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = 0.01**2, 0.03**2
    values = (2 * ma * mb + c1) * (2 * cab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
    return float(values[5:-5, 5:-5].mean())


def photo_view(photo: np.ndarray, name: str = "a.jpg") -> PhotoView:
    height, width = photo.shape[:2]
    return PhotoView(
        View(name, Pinhole(width, height, (50.0, 50.0), (width / 2, height / 2)), np.eye(4)), photo
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(11, 40), st.integers(11, 40), st.integers(0, 2**32 - 1), st.floats(0, 0.5))
def test_ssim_is_as_defined(height: int, width: int, seed: int, noise: float) -> None:
    random = np.random.default_rng(seed)
    a = random.random((height, width, 3))
    b = np.clip(a + noise * random.standard_normal(a.shape), 0, 1)
    assert ssim(a, b) == pytest.approx(reference_ssim(a, b), abs=1e-9)


def test_equal_pictures_are_perfect() -> None:
    a = np.random.default_rng(0).random((20, 30, 3))
    assert ssim(a, a) == pytest.approx(1)
    assert psnr(a, a) == MAX_PSNR_DB


def test_psnr_is_ten_decibels_for_each_tenth_of_the_squared_error() -> None:
    a = np.zeros((20, 30, 3))
    assert psnr(a + 0.1, a) == pytest.approx(20)
    assert psnr(a + 0.01, a) == pytest.approx(40)


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 30, 3), (11, 11, 3)])
def test_pictures_smaller_than_the_window_are_compared_too(shape: tuple[int, int, int]) -> None:
    a = np.random.default_rng(0).random(shape)
    assert ssim(a, a) == pytest.approx(1)


def test_what_a_screen_can_t_show_is_cut_off() -> None:
    photo = np.full((20, 30, 3), 255, np.uint8)
    too_bright = np.full((20, 30, 3), 1.7, np.float32)
    assert score(photo_view(photo), too_bright).psnr == MAX_PSNR_DB


def test_means_are_over_views_not_over_pixels() -> None:
    evaluation = Evaluation((Score("a", 20.0, 0.5, 20.0), Score("b", 30.0, 0.9, 30.0)))
    assert evaluation.psnr == pytest.approx(25)
    assert evaluation.ssim == pytest.approx(0.7)


def test_each_view_is_drawn_once_and_compared_with_its_own_photo() -> None:
    photos = {name: np.full((12, 12, 3), value, np.uint8) for name, value in (("a", 51), ("b", 204))}
    views = [photo_view(photo, name) for name, photo in photos.items()]
    drawn = []

    def draw(view: View) -> np.ndarray:
        drawn.append(view.name)
        return photos[view.name].astype(np.float32) / 255

    evaluation = evaluate(views, draw)
    assert drawn == ["a", "b"]
    assert [each.image for each in evaluation.scores] == ["a", "b"]
    assert evaluation.psnr > 90


def test_a_photo_of_another_exposure_is_the_same_once_exposure_is_fitted() -> None:
    random = np.random.default_rng(0)
    photo = random.random((30, 40, 3)) * 0.5 + 0.2
    picture = (photo - np.array([0.05, 0.0, -0.05])) / np.array([1.2, 0.9, 1.0])
    assert psnr(exposed(picture, photo), photo) > 90
    assert psnr(picture, photo) < 30


def test_fitting_an_exposure_never_makes_the_error_larger() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        picture, photo = random.random((2, 12, 14, 3))
        assert psnr(exposed(picture, photo), photo) >= psnr(picture, photo) - 1e-9


def test_a_plain_picture_is_given_the_photo_s_mean() -> None:
    picture, photo = np.full((12, 14, 3), 0.3), np.full((12, 14, 3), 0.6)
    assert exposed(picture, photo) == pytest.approx(photo)
