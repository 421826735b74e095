"""Scores order pictures as an eye would."""

import cv2
import numpy as np
import pytest

from frames.scores import FLOW_SIDE_PX, difference_hash, hash_distance, score, shift_between, shrink
from tests.scene.films import pattern

GRAY = np.asarray(cv2.cvtColor(pattern(width=640, height=480), cv2.COLOR_BGR2GRAY), np.uint8)


def smeared(gray: np.ndarray, length_px: int) -> np.ndarray:
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1 / length_px
    return np.asarray(cv2.filter2D(gray, -1, kernel), np.uint8)


def test_blur_lowers_sharpness() -> None:
    sharpnesses = [score(np.asarray(cv2.GaussianBlur(GRAY, (0, 0), s))).sharpness for s in (0.5, 1, 2, 4)]
    assert sharpnesses == sorted(sharpnesses, reverse=True)
    assert score(GRAY).sharpness > sharpnesses[0]


def test_a_smear_in_one_direction_is_told_from_lack_of_focus() -> None:
    noise = np.random.default_rng(0).integers(0, 255, GRAY.shape, np.uint8)
    unfocused = np.asarray(cv2.GaussianBlur(noise, (0, 0), 2), np.uint8)
    assert score(smeared(noise, 15)).motion_blur > 0.8
    assert score(unfocused).motion_blur < 0.4


@pytest.mark.parametrize(
    ("gray", "clipped"), [(np.zeros_like(GRAY), 1.0), (np.full_like(GRAY, 255), 1.0), (GRAY, 0.1)]
)
def test_black_and_burnt_out_pixels_count_as_clipped(gray: np.ndarray, clipped: float) -> None:
    assert score(gray).clipped == pytest.approx(clipped, abs=0.1)


def test_the_hash_survives_noise_but_not_another_picture() -> None:
    noisy = np.clip(GRAY + np.random.default_rng(0).normal(0, 4, GRAY.shape), 0, 255).astype(np.uint8)
    other = np.ascontiguousarray(GRAY[::-1])
    assert hash_distance(difference_hash(GRAY), difference_hash(noisy)) <= 6
    assert hash_distance(difference_hash(GRAY), difference_hash(other)) > 16


@pytest.mark.parametrize("moved_px", [0, 8, 24])
def test_shift_is_how_far_the_picture_moved(moved_px: int) -> None:
    before, after = (
        shrink(
            np.asarray(cv2.cvtColor(pattern(i, 640, 480, moved_px), cv2.COLOR_BGR2GRAY), np.uint8),
            FLOW_SIDE_PX,
        )
        for i in (0, 1)
    )
    assert shift_between(before, after) == pytest.approx(moved_px / 640, abs=0.004)
