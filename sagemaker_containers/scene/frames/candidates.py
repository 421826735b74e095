"""Candidates: the sharpest frame of each short stretch of a video, or each photo, with its scores."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import floor
from pathlib import Path

from av.video.frame import VideoFrame

from frames.decode import Luma, Picture
from frames.photos import Photo
from frames.scores import FLOW_SIDE_PX, SCORE_SIDE_PX, Scores, score, sharpness, shift_between, shrink

LOOKS_PER_CANDIDATE = 4
"""Frames compared within one stretch. More find a sharper one now and then, but each costs a scaling."""

CENTRE_PREFERENCE = 0.2
"""Among looks that are about as sharp, the one in the middle of its stretch leaves the most even spacing."""


@dataclass
class Candidate:
    """A frame or photo that may be kept.

    `time_s` counts from the first frame of the video (None for photos). `shift` is how far the picture
    moved since the candidate before it, as a share of the long side. `scores` is None if unreadable.
    `stored` is where its picture lies until the choice is made.
    """

    name: str
    time_s: float | None
    scores: Scores | None
    shift: float = 0.0
    stored: Path | None = None
    focal_35mm_mm: float | None = None
    camera: str | None = None


@dataclass
class _Look:
    time_s: float
    frame: VideoFrame
    gray: Picture
    worth: float


Store = Callable[[Picture], Path]


@dataclass
class Previous:
    """The picture of the candidate before, small, to measure movement against."""

    small: Picture | None = field(default=None)

    def shift_to(self, gray: Picture) -> float:
        small = shrink(gray, FLOW_SIDE_PX)
        shift = 0.0 if self.small is None else shift_between(self.small, small)
        self.small = small
        return shift


def sharpest_looks(frames: Iterable[tuple[float, VideoFrame]], candidates_per_s: float) -> Iterator[_Look]:
    """One look for each stretch of 1 / `candidates_per_s` seconds that has a frame: its sharpest of a few."""
    luma = Luma(SCORE_SIDE_PX)
    best: _Look | None = None
    last_look = -1
    for time_s, frame in frames:
        look_index = floor(time_s * candidates_per_s * LOOKS_PER_CANDIDATE + 1e-6)
        if look_index == last_look:
            continue
        starts_stretch = look_index // LOOKS_PER_CANDIDATE != last_look // LOOKS_PER_CANDIDATE
        last_look = look_index
        gray = luma(frame)
        look = _Look(time_s, frame, gray, sharpness(gray) * centredness(time_s * candidates_per_s % 1))
        if best is None:
            best = look
        elif starts_stretch:
            yield best
            best = look
        elif look.worth > best.worth:
            best = look
    if best is not None:
        yield best


def centredness(phase: float) -> float:
    """1 in the middle of a stretch, a little less towards its ends; `phase` is 0..1 within it."""
    return 1 - CENTRE_PREFERENCE * abs(2 * phase - 1)


def video_candidates(
    frames: Iterable[tuple[float, VideoFrame]],
    candidates_per_s: float,
    upright: Callable[[VideoFrame], Picture],
    store: Store,
) -> Iterator[Candidate]:
    """Scores the sharpest frame of each stretch, and stores the picture that `upright` makes of it."""
    previous = Previous()
    for look in sharpest_looks(frames, candidates_per_s):
        yield Candidate(
            name=f"{look.time_s:.3f} s",
            time_s=look.time_s,
            scores=score(look.gray),
            shift=previous.shift_to(look.gray),
            stored=store(upright(look.frame)),
        )


def photo_candidates(photos: Iterable[Photo], store: Store) -> Iterator[Candidate]:
    """Stores and scores each photo; those that can't be read become candidates without scores."""
    previous = Previous()
    for photo in photos:
        if photo.picture is None:
            yield Candidate(photo.name, None, None)
            continue
        gray = photo.gray(SCORE_SIDE_PX)
        yield Candidate(
            name=photo.name,
            time_s=None,
            scores=score(gray),
            shift=previous.shift_to(gray),
            stored=store(photo.picture),
            focal_35mm_mm=photo.focal_35mm_mm,
            camera=photo.camera,
        )
