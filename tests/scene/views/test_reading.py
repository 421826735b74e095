"""From frames and cameras.json to undistorted photos."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from diorama.errors import StageError
from tests.scene.training.generated import HEIGHT_PX, WIDTH_PX, Place, generated_place
from views.reading import part_of, read_views, smaller, solved_cameras


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return generated_place(tmp_path_factory.mktemp("place"), photos=10, splats=110)


def test_every_photo_comes_with_its_camera_in_the_order_of_names(place: Place) -> None:
    views = read_views(place.inputs / "frames", place.inputs / "poses", 640)
    assert [view.image for view in views] == sorted(view.name for view in place.views)
    for read, made in zip(views, place.views, strict=True):
        assert read.view.world_from_camera == pytest.approx(made.world_from_camera)
        assert read.photo.shape == (HEIGHT_PX, WIDTH_PX, 3)
        assert read.position == pytest.approx(made.world_from_camera[:3, 3])


def test_colours_are_red_green_blue(place: Place) -> None:
    stored = cv2.imread(str(place.inputs / "frames" / "images" / "00001.png"))
    assert stored is not None
    read = read_views(place.inputs / "frames", place.inputs / "poses", 640)[0]
    assert np.array_equal(read.photo, stored[:, :, ::-1])


def test_training_and_held_out_views_never_meet(place: Place) -> None:
    frames, poses = place.inputs / "frames", place.inputs / "poses"
    training = {view.image for view in read_views(frames, poses, 640, "training")}
    held_out = {view.image for view in read_views(frames, poses, 640, "held_out")}
    assert held_out == {"00001.png", "00009.png"}
    assert not training & held_out
    assert len(training | held_out) == 10


def test_the_split_does_not_depend_on_the_order_of_the_document(place: Place) -> None:
    images = solved_cameras(place.inputs / "poses").images
    assert part_of(images, "held_out") == part_of(images[::-1], "held_out")


def test_photos_are_scaled_to_the_long_side(place: Place) -> None:
    view = read_views(place.inputs / "frames", place.inputs / "poses", 32)[0]
    assert view.photo.shape == (24, 32, 3)
    assert smaller(view, 16).photo.shape == (12, 16, 3)
    assert smaller(view, 16).view.pinhole.focal_px == pytest.approx((15.0, 15.0))


def test_a_missing_photo_is_refused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(StageError, match=r"00001\.png") as refused:
        read_views(tmp_path, place.inputs / "poses", 640)
    assert refused.value.stable_code == "unreadable_frame"


def test_a_photo_of_another_size_is_refused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    cv2.imwrite(str(tmp_path / "images" / "00001.png"), np.zeros((10, 10, 3), np.uint8))
    with pytest.raises(StageError) as refused:
        read_views(tmp_path, place.inputs / "poses", 640)
    assert refused.value.stable_code == "unreadable_frame"


@pytest.mark.parametrize("text", [None, "", "[]", json.dumps({"schema": 99, "images": []})])
def test_a_folder_without_readable_cameras_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "cameras.json").write_text(text)
    with pytest.raises(StageError) as refused:
        read_views(tmp_path, tmp_path, 640)
    assert refused.value.stable_code == "no_cameras"
