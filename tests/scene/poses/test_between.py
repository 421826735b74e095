"""Looking again between sampled frames: where, and at which times."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.textured_room import film_room
from frames.sources import VideoSource
from poses.between import frames_between, open_stretches, video_in, wanted_times
from poses.frame_set import Frame


def frame(number: int, time_s: float | None) -> Frame:
    return Frame(f"{number:05d}.jpg", str(number), time_s, 320, 180, None, None)


def timed(times_s: Sequence[float]) -> list[Frame]:
    return [frame(number, time_s) for number, time_s in enumerate(times_s)]


def test_a_stretch_goes_from_the_last_image_placed_to_the_next_one() -> None:
    frames = timed([0, 1, 2, 3, 4, 5])
    assert open_stretches(frames, {frames[i].image for i in (0, 1, 4, 5)}) == [(1, 4)]


def test_stretches_at_the_ends_reach_to_the_ends() -> None:
    frames = timed([0, 1, 2, 3, 4, 5])
    assert open_stretches(frames, {frames[i].image for i in (2, 3)}) == [(0, 2), (3, 5)]


def test_where_nothing_is_placed_the_whole_video_is_open() -> None:
    assert open_stretches(timed([0.5, 1, 2]), ()) == [(0.5, 2)]


def test_photos_have_no_stretches() -> None:
    assert open_stretches([frame(1, None), frame(2, None)], ()) == []


@given(
    st.lists(st.floats(0, 60), min_size=1, max_size=8, unique=True).map(sorted),
    st.floats(1, 10),
)
def test_wanted_times_lie_within_their_stretch_and_apart_from_what_is_there(
    taken_s: list[float], per_s: float
) -> None:
    times = wanted_times([(taken_s[0], taken_s[-1])], taken_s, per_s)
    assert all(taken_s[0] <= time_s <= taken_s[-1] + 1e-6 for time_s in times)
    assert all(abs(time_s - there) > 0.4 / per_s for time_s in times for there in taken_s)


def test_frames_between_are_read_from_the_video_at_the_size_of_the_others(tmp_path: Path) -> None:
    video = tmp_path / "room.mp4"
    film_room(video, seconds=4, width_px=320, height_px=180, fps=10)
    frames = timed([0.0, 1.0, 2.0, 3.0])
    (tmp_path / "images").mkdir()
    found = list(frames_between(VideoSource(video, "mov"), [(1.0, 2.0)], frames, 5, tmp_path / "images"))
    assert 3 <= len(found) <= 5
    assert all(1 < each.time_s < 2 for each in found if each.time_s is not None)
    assert {each.lens for each in found} == {frames[0].lens}
    picture = cv2.imread(str(tmp_path / "images" / found[0].image))
    assert picture is not None
    assert picture.shape == (180, 320, 3)
    assert np.std(picture) > 10


@pytest.mark.parametrize("content", [None, b"\xff\xd8\xff\xe0"])
def test_photos_or_nothing_are_no_video(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "video").mkdir()
        (tmp_path / "video" / "photo.jpg").write_bytes(content * 8)
    assert video_in(tmp_path / "video") is None
