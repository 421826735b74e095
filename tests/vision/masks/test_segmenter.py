import numpy as np
import pytest

from diorama.objects.cutouts import Box, Click
from masks.segmenter import Segmenter
from tests.vision.masks.photos import disc, iou, photo_of

HEIGHT, WIDTH = 320, 480
OBJECT = disc(HEIGHT, WIDTH, 200, 150, 70)
MIDDLE = Click(x=200, y=150, adds=True)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter(photo_of(OBJECT))


def test_one_click_finds_a_plain_object(segmenter: Segmenter) -> None:
    assert iou(segmenter.segment([MIDDLE]) > 127, OBJECT) > 0.9


def test_a_box_finds_it_too(segmenter: Segmenter) -> None:
    assert iou(segmenter.segment([], Box(left=130, top=80, right=270, bottom=220)) > 127, OBJECT) > 0.9


def test_what_was_clicked_away_is_left_out(segmenter: Segmenter) -> None:
    clicks = [Click(x=400, y=50, adds=True), Click(x=200, y=150, adds=False)]
    assert not (segmenter.segment(clicks) > 127)[OBJECT].any()


def test_the_same_gestures_give_the_same_mask_whatever_was_asked_before(segmenter: Segmenter) -> None:
    first = segmenter.segment([MIDDLE])
    segmenter.segment([MIDDLE, Click(x=400, y=50, adds=True)])
    assert np.array_equal(segmenter.segment([MIDDLE]), first)
    assert np.array_equal(Segmenter(photo_of(OBJECT)).segment([MIDDLE]), first)


def test_nothing_clicked_is_nothing_found(segmenter: Segmenter) -> None:
    assert (segmenter.segment([]) < 128).all()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 900), (700, 2), (3, 5), (1200, 1700)])
def test_photos_of_any_size_are_taken(height: int, width: int) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    mask = Segmenter(photo).segment([Click(x=width / 2, y=height / 2, adds=True)])
    assert max(mask.shape) == min(768, max(height, width))


def test_clicks_beyond_the_photo_count_at_its_frame(segmenter: Segmenter) -> None:
    beyond = segmenter.segment([MIDDLE, Click(x=9999, y=9999, adds=False)])
    assert np.array_equal(beyond, segmenter.segment([MIDDLE, Click(x=479.5, y=319.5, adds=False)]))
