"""Reading a video's frames one after the other, each with its own time stamp, in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from frames.probe import VideoProbe, open_video
from frames.sources import VideoSource

Picture = NDArray[np.uint8]
DENSE_FPS_FACTOR = 12
"""With this many frames for each candidate, those that no other frame refers to need not be decoded."""


@dataclass
class VideoReader:
    """Iterates `(time_s, frame)`, and afterwards says how much could not be read."""

    source: VideoSource
    probe: VideoProbe
    max_pixels: int
    candidates_per_s: float
    unreadable_packets: int = 0
    last_time_s: float = field(default=0.0)

    def __iter__(self) -> Iterator[tuple[float, VideoFrame]]:
        with open_video(self.source, self.max_pixels) as (container, stream):
            context: Any = stream.codec_context
            context.thread_type = "AUTO"
            if self.probe.fps >= DENSE_FPS_FACTOR * self.candidates_per_s:
                context.skip_frame = "NONREF"
            for frame in self._frames(container.demux(stream)):
                yield self._timed(frame), frame

    def _frames(self, packets: Iterator[Any]) -> Iterator[VideoFrame]:
        """All frames that decode; a damaged packet costs only itself, a damaged file only its rest."""
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except (StopIteration, av.error.EOFError):
                return
            except av.error.InvalidDataError:
                self.unreadable_packets += 1
                continue
            except av.error.FFmpegError:
                self.unreadable_packets += 1
                return
            for frame in frames:
                if frame.is_corrupt:
                    self.unreadable_packets += 1
                else:
                    yield frame

    def _timed(self, frame: VideoFrame) -> float:
        """Seconds from the first frame, by the frame's own time stamp (AVI knows decoding times only)."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is not None and frame.time_base:
            self.last_time_s = max(0.0, float(stamp * frame.time_base) - self.probe.start_s)
        return self.last_time_s


def upright_size(probe: VideoProbe, rotation_deg: int, max_side_px: int) -> tuple[int, int]:
    """Width and height in pixels of a stored frame: upright, square pixels, at most `max_side_px`."""
    width, height = probe.width_px * probe.pixel_aspect, float(probe.height_px)
    if rotation_deg % 180:
        width, height = height, width
    scale = min(1.0, max_side_px / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def luma(frame: VideoFrame, long_side_px: int) -> Picture:
    """The brightness of a frame, shape (height, width), not turned upright."""
    scale = min(1.0, long_side_px / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    return np.asarray(frame.reformat(width, height, "gray", interpolation="AREA").to_ndarray(), np.uint8)


def upright_bgr(frame: VideoFrame, size: tuple[int, int]) -> Picture:
    """The frame in 8-bit BGR of shape (height, width, 3), turned as its display matrix says."""
    quarter_turns = round(frame.rotation / 90) % 4
    width, height = size if quarter_turns % 2 == 0 else size[::-1]
    picture = frame.reformat(width, height, "bgr24", interpolation="AREA").to_ndarray()
    return np.ascontiguousarray(np.rot90(picture, quarter_turns))
