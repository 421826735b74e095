"""The frames that `sample_frames` would look at, with what can be recognised in them."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from frames.candidates import Candidate, Previous, sharpest_looks
from frames.decode import Picture, VideoReader
from frames.scores import Scores, score

POINTS = 600
"""Features a look at 640 pixels: a seventh of what cameras are found with, enough to see whether they will be."""
FAINT_CONTRAST, CLEAR_CONTRAST = 0.008, 0.04
"""OpenCV's threshold, for as faint features as the last tries of `solve_poses` use, and its usual value."""
OCTAVE_LAYERS = 3
READ_AHEAD = 8
"""Looks that may wait for their features while the video is read on."""


@dataclass(frozen=True)
class Look:
    """A frame: when, its scores, how far the picture moved since the look before (share of the long side).

    `points` (n, 2) in pixels of a picture of 640 pixels, `descriptors` (n, 128) of SIFT, the strongest first.
    `clear` of them stand out as much as features usually must.
    """

    time_s: float
    scores: Scores
    shift: float
    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    clear: int

    @property
    def candidate(self) -> Candidate:
        """As `sample_frames` would weigh it."""
        return Candidate(f"{self.time_s:.3f} s", self.time_s, self.scores, self.shift)


def looks_at(reader: VideoReader, per_s: float) -> Iterator[Look]:
    """The sharpest frame of each 1 / `per_s` seconds, not turned upright: nothing here depends on it.

    Features are found beside it, while the next frames are read.
    """
    previous = Previous()
    waiting: deque[Future[Look]] = deque()
    with _opencv_in_one_thread(), ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as beside:
        for frame in sharpest_looks(reader, per_s):
            shift = previous.shift_to(frame.gray)
            waiting.append(beside.submit(_look, frame.time_s, frame.gray, shift))
            if len(waiting) > READ_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _opencv_in_one_thread() -> Iterator[None]:
    """Its own threads take and give back memory with every picture, which costs more than features themselves."""
    usual = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(usual)


def _look(time_s: float, gray: Picture, shift: float) -> Look:
    return Look(time_s, score(gray), shift, *_features(gray))


def _features(gray: Picture) -> tuple[NDArray[np.float32], NDArray[np.uint8], int]:
    """Points, descriptors and how many of them are clear, as in `Look`."""
    detector = cv2.SIFT.create(POINTS, OCTAVE_LAYERS, FAINT_CONTRAST)
    found, descriptors = detector.detectAndCompute(gray, None)
    if not found or descriptors is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8), 0
    points = np.array([point.pt for point in found], np.float32)
    clear = sum(point.response * OCTAVE_LAYERS >= CLEAR_CONTRAST for point in found)
    return points, np.clip(descriptors, 0, 255).astype(np.uint8), clear
