"""Reading a video's frames one after the other, each with its own time stamp, in constant memory."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc, VideoReformatter
from numpy.typing import NDArray

from frames.probe import VideoProbe, open_video
from frames.sources import VideoSource

Picture = NDArray[np.uint8]
DENSE_FPS_FACTOR = 12
"""With this many frames for each candidate, those that no other frame refers to need not be decoded."""
THREADS_A_CORE, MOST_THREADS = 3, 16
"""Where every other frame is skipped, half of FFmpeg's threads have nothing to do; it advises no more than 16."""
HIGH_DYNAMIC_RANGE = frozenset({ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67})
SQUARE_WITHIN = 0.02
"""Headers often round; resampling a picture for less than this would only blur it."""


@dataclass
class VideoReader:
    """Iterates `(time_s, frame)`, and afterwards says how much could not be read."""

    source: VideoSource
    probe: VideoProbe
    max_pixels: int
    candidates_per_s: float
    unreadable_packets: int = 0
    last_time_s: float = 0.0
    end_s: float = 0.0
    start_s: float | None = None

    def __iter__(self) -> Iterator[tuple[float, VideoFrame]]:
        with open_video(self.source, self.max_pixels) as (container, stream):
            context: Any = stream.codec_context
            context.thread_type = "AUTO"
            if self.probe.fps >= DENSE_FPS_FACTOR * self.candidates_per_s:
                context.skip_frame = "NONREF"
                context.thread_count = min(MOST_THREADS, THREADS_A_CORE * (os.cpu_count() or 1))
            for frame in self._frames(container.demux(stream)):
                time_s = self._timed(frame)
                self.end_s = time_s + self._duration_s(frame)
                yield time_s, frame

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
        """Seconds from the first frame, by the frame's own time stamp.

        AVI has none: what FFmpeg makes up for it is out of order where frames are reordered, so the order of
        decoding is taken, which is that of the frames as they come out.
        """
        stamp = frame.dts if self.source.container == "avi" else frame.pts
        if stamp is None or not frame.time_base:
            self.last_time_s += 1 / self.probe.fps if self.probe.fps else 0.0
            return self.last_time_s
        time_s = float(stamp * frame.time_base)
        if self.start_s is None:
            self.start_s = time_s
        self.last_time_s = max(self.last_time_s, time_s - self.start_s)
        return self.last_time_s

    def _duration_s(self, frame: VideoFrame) -> float:
        """How long a frame is shown: a recording of a screen may hold its last one for long."""
        if frame.duration and frame.time_base:
            return float(frame.duration * frame.time_base)
        return 1 / self.probe.fps if self.probe.fps else 0.0


def upright_size(probe: VideoProbe, rotation_deg: int, max_side_px: int) -> tuple[int, int]:
    """Width and height in pixels of a stored frame: upright, square pixels, at most `max_side_px`."""
    square = abs(probe.pixel_aspect - 1) < SQUARE_WITHIN
    width, height = probe.width_px * (1.0 if square else probe.pixel_aspect), float(probe.height_px)
    if rotation_deg % 180:
        width, height = height, width
    scale = min(1.0, max_side_px / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


class Luma:
    """Takes the brightness of frames, small.

    The reformatter is kept, because setting one up takes half as long as scaling.
    """

    def __init__(self, long_side_px: int) -> None:
        self.long_side_px = long_side_px
        self.reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> Picture:
        """Shape (height, width), not turned upright."""
        scale = min(1.0, self.long_side_px / max(frame.width, frame.height))
        width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        small = self.reformatter.reformat(frame, width, height, "gray", interpolation="AREA")
        return np.asarray(small.to_ndarray(), np.uint8)


class Upright:
    """Turns frames into pictures for people: upright, 8-bit sRGB, square pixels, not too large.

    High dynamic range (PQ and HLG, as phones record it) is brought to sRGB with diffuse white as white; the
    reformatter is kept, because setting up that conversion takes seconds and each frame then milliseconds.
    """

    def __init__(self, probe: VideoProbe, max_side_px: int) -> None:
        self.probe = probe
        self.max_side_px = max_side_px
        self.reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> Picture:
        """The frame in BGR, shape (height, width, 3), turned as its display matrix says."""
        quarter_turns = round(frame.rotation / 90) % 4
        size = upright_size(self.probe, frame.rotation, self.max_side_px)
        width, height = size if quarter_turns % 2 == 0 else size[::-1]
        if frame.color_trc in HIGH_DYNAMIC_RANGE:
            picture = self._mapped(frame, width, height)
        else:
            scaled = frame.reformat(width, height, "bgr24", interpolation="AREA")
            picture = np.asarray(scaled.to_ndarray(), np.uint8)
        return np.ascontiguousarray(np.rot90(picture, quarter_turns), np.uint8)

    def _mapped(self, frame: VideoFrame, width: int, height: int) -> Picture:
        small = frame.reformat(width, height, "rgb48le", interpolation="AREA")
        mapped = self.reformatter.reformat(
            small,
            format="bgr24",
            dst_color_trc=ColorTrc.IEC61966_2_1,
            dst_color_primaries=ColorPrimaries.BT709,
        )
        return np.asarray(mapped.to_ndarray(), np.uint8)
