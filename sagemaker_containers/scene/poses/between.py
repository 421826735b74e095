"""Frames from between the sampled ones, for stretches of a video in which no camera was found."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import cv2

from frames.candidates import sharpest_looks
from frames.decode import Upright, VideoReader
from frames.probe import read_probe
from frames.sources import VideoSource, find_source
from poses.frame_set import Frame

MAX_PIXELS = 8192 * 4320
JPEG_QUALITY = 95
APART = 0.4
"""A frame nearer than this share of the spacing to one that is there already tells nothing new."""
PREFIX = "between_"

Stretch = tuple[float, float]


def video_in(folder: Path) -> VideoSource | None:
    """The video that frames came from; None for photos, or where it was not handed over."""
    source = find_source(folder) if folder.exists() else None
    return source if isinstance(source, VideoSource) else None


def open_stretches(frames: Sequence[Frame], placed: Collection[str]) -> list[Stretch]:
    """From the last image placed to the next one, in seconds, wherever one between them was not."""
    found: list[Stretch] = []
    last: float | None = None
    unplaced = False
    timed = [(frame.time_s, frame.image in placed) for frame in frames if frame.time_s is not None]
    for time_s, is_placed in timed:
        if not is_placed:
            unplaced, last = True, time_s if last is None else last
            continue
        if unplaced and last is not None:
            found.append((last, time_s))
        last, unplaced = time_s, False
    if unplaced and last is not None:
        found.append((last, timed[-1][0]))
    return found


def wanted_times(stretches: Sequence[Stretch], taken_s: Sequence[float], per_s: float) -> list[float]:
    """Evenly spaced times within the stretches, except where a frame is as good as there."""
    times = [
        start_s + number / per_s
        for start_s, end_s in stretches
        for number in range(1, int((end_s - start_s) * per_s) + 1)
    ]
    return [time_s for time_s in times if all(abs(time_s - there) > APART / per_s for there in taken_s)]


def frames_between(
    source: VideoSource, stretches: Sequence[Stretch], frames: Sequence[Frame], per_s: float, target: Path
) -> Iterator[Frame]:
    """Writes the sharpest frame of each 1 / `per_s` seconds of the stretches to `target`, as large as `frames`."""
    like = frames[0]
    probe = read_probe(source, MAX_PIXELS)
    upright = Upright(probe, max(like.width_px, like.height_px))
    taken_s = [frame.time_s for frame in frames if frame.time_s is not None]
    end_s = max(end for _, end in stretches)
    reader = VideoReader(source, probe, MAX_PIXELS, per_s)
    for look in sharpest_looks(reader, per_s):
        if look.time_s > end_s:
            return
        inside = any(start < look.time_s < end for start, end in stretches)
        if not inside or any(abs(look.time_s - there) <= APART / per_s for there in taken_s):
            continue
        picture = upright(look.frame)
        if picture.shape[:2] != (like.height_px, like.width_px):
            continue  # the video changes its size on the way: another lens
        name = f"{PREFIX}{round(look.time_s * 1000):08d}.jpg"
        if not cv2.imwrite(str(target / name), picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]):
            raise OSError(f"{target / name} could not be written")
        yield Frame(name, name, look.time_s, *like.lens)
