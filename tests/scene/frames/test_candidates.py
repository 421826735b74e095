"""Of each short stretch of a video, the sharpest frame becomes the candidate."""

import av
import cv2
import numpy as np

from frames.candidates import sharpest_looks
from tests.scene.films import Picture, pattern


def frames(pictures: list[Picture], fps: float) -> list[tuple[float, av.VideoFrame]]:
    return [
        (index / fps, av.VideoFrame.from_ndarray(picture, format="bgr24"))
        for index, picture in enumerate(pictures)
    ]


def blurred(picture: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 3), np.uint8)


def test_the_sharp_frame_of_each_stretch_is_taken() -> None:
    pictures = [blurred(pattern(i)) for i in range(16)]
    pictures[0], pictures[14] = pattern(0), pattern(14)
    looks = list(sharpest_looks(frames(pictures, fps=8), candidates_per_s=1))
    assert [look.time_s for look in looks] == [0, 1.75]


def test_equally_sharp_frames_come_evenly_spaced() -> None:
    looks = list(sharpest_looks(frames([pattern()] * 80, fps=8), candidates_per_s=2))
    assert [round(look.time_s * 8) % 4 for look in looks] == [2] * 20


def test_no_stretch_gives_more_than_it_has() -> None:
    looks = list(sharpest_looks(frames([pattern(i) for i in range(7)], fps=0.9), candidates_per_s=2))
    assert len(looks) == 7
