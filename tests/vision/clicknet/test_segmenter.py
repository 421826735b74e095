from pathlib import Path

import numpy as np
import pytest

from clicknet.scenes import Scene, Workshop
from clicknet.segmenter import BOX_WEIGHTS, WEIGHTS, Segmenter
from diorama.objects.cutouts import Box, Click
from masks.robot import box_of, mask_of, next_click
from masks.segmenter import Segmenter as WeightFree
from tests.vision.masks.photos import Mask, disc, iou, photo_of

HEIGHT, WIDTH = 320, 480
OBJECT = disc(HEIGHT, WIDTH, 200, 150, 70)
MIDDLE = Click(x=200, y=150, adds=True)
MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter(photo_of(OBJECT))


def test_the_weights_are_a_small_download() -> None:
    assert all(500_000 < weights.stat().st_size < MOST_BYTES for weights in (WEIGHTS, BOX_WEIGHTS))


def test_one_click_finds_a_plain_object(segmenter: Segmenter) -> None:
    assert iou(segmenter.segment([MIDDLE]) > 127, OBJECT) > 0.9


def test_a_box_finds_it_too(segmenter: Segmenter) -> None:
    assert iou(segmenter.segment([], Box(left=130, top=80, right=270, bottom=220)) > 127, OBJECT) > 0.9


def test_clicks_are_obeyed_where_they_are(segmenter: Segmenter) -> None:
    clicks = [
        MIDDLE,
        Click(x=400, y=60, adds=True),
        Click(x=180, y=140, adds=False),
        Click(x=30, y=300, adds=False),
    ]
    mask = segmenter.segment(clicks)
    assert [bool(mask[int(click.y), int(click.x)] > 127) for click in clicks] == [True, True, False, False]


def test_the_same_gestures_give_the_same_mask_whatever_was_asked_before(segmenter: Segmenter) -> None:
    clicks = [MIDDLE, Click(x=400, y=50, adds=False), Click(x=230, y=190, adds=True)]
    first = segmenter.segment(clicks)
    segmenter.segment([*clicks[::-1], Click(x=400, y=50, adds=True)])
    assert np.array_equal(segmenter.segment(clicks), first)
    assert np.array_equal(Segmenter(photo_of(OBJECT)).segment(clicks), first)


def test_what_was_looked_at_before_is_seen_the_same_again(segmenter: Segmenter) -> None:
    elsewhere, box = Click(x=400, y=250, adds=True), Box(left=130, top=80, right=270, bottom=220)
    asked: list[tuple[list[Click], Box | None]] = [
        ([MIDDLE], None),
        ([], box),
        ([elsewhere], None),
        ([MIDDLE], box),
        ([elsewhere, MIDDLE], None),
    ]
    for clicks, drawn in asked:
        alone = Segmenter(photo_of(OBJECT)).segment(clicks, drawn)
        assert np.array_equal(segmenter.segment(clicks, drawn), alone)


def test_nothing_clicked_is_nothing_found(segmenter: Segmenter) -> None:
    assert not segmenter.segment([]).any()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 900), (700, 2), (3, 5), (1200, 1700)])
def test_photos_of_any_size_are_taken(height: int, width: int) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    middle = Click(x=width / 2, y=height / 2, adds=True)
    segmenter = Segmenter(photo)
    masks = [
        segmenter.segment([middle]),
        segmenter.segment([], Box(left=0, top=0, right=width, bottom=height)),
    ]
    assert all(max(mask.shape) == min(768, max(height, width)) for mask in masks)


def _largest(scene: Scene) -> Mask:
    areas = np.bincount(scene.labels.ravel())[1:]
    return np.asarray(scene.labels == 1 + int(areas.argmax()))


def _clicked(segmenter: Segmenter | WeightFree, truth: Mask, clicks_count: int) -> float:
    """IoU after so many clicks of the robot."""
    clicks: list[Click] = []
    said = np.zeros_like(truth)
    for _ in range(clicks_count):
        click = next_click(said, truth)
        if click is None:
            break
        clicks.append(click)
        said = mask_of(segmenter.segment(clicks), truth)
    return iou(said, truth)


@pytest.mark.slow
def test_a_box_is_answered_better_by_the_network_that_learnt_from_boxes() -> None:
    workshop = Workshop(256, np.random.default_rng(98), surfaces=24)
    scenes = [workshop.scene() for _ in range(20)]
    truths = [_largest(scene) for scene in scenes]

    def mean_iou(box_weights: Path) -> float:
        found = (
            mask_of(Segmenter(scene.photo, box_weights=box_weights).segment([], box_of(truth)), truth)
            for scene, truth in zip(scenes, truths, strict=True)
        )
        return float(np.mean([iou(mask, truth) for mask, truth in zip(found, truths, strict=True)]))

    assert mean_iou(BOX_WEIGHTS) > mean_iou(WEIGHTS) + 0.01


def test_on_generated_photos_it_is_better_than_without_the_network() -> None:
    workshop = Workshop(160, np.random.default_rng(99), surfaces=24)
    scenes = [workshop.scene() for _ in range(16)]
    truths = [_largest(scene) for scene in scenes]
    pairs = list(zip(scenes, truths, strict=True))
    ours = np.mean([_clicked(Segmenter(scene.photo), truth, 3) for scene, truth in pairs])
    without = np.mean([_clicked(WeightFree(scene.photo), truth, 3) for scene, truth in pairs])
    assert ours > without + 0.02
    assert ours > 0.75
