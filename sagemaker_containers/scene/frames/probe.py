"""What a video's header says, and whether that is within the limits. Nothing is decoded here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from diorama.errors import StageError
from diorama.tours.stages import SampleFramesParams
from frames.header import declared_size, has_index
from frames.sources import VideoSource

AGAIN = "Copy or export the video again; it should play to its end on your computer. Then upload it."


@dataclass(frozen=True)
class VideoProbe:
    """The header of a video. Sizes are those of the coded picture, before it is turned upright."""

    container: str
    codec: str
    width_px: int
    height_px: int
    pixel_aspect: float
    fps: float
    duration_s: float
    bit_depth: int
    transfer: str


@contextmanager
def open_video(source: VideoSource, max_pixels: int) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The opened file and its picture track.

    The demuxer is fixed to the one that the content calls for, so that a playlist in a video's clothes
    can't make FFmpeg read other files; the codec refuses any picture above `max_pixels` by itself.
    """
    try:
        container = av.open(
            str(source.path), format=source.container, options={"max_pixels": str(max_pixels)}
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise _unreadable(source) from error
    with container:
        if not container.streams.video:
            raise StageError(
                "no_picture",
                "The file has sound but no picture."
                if container.streams.audio
                else "The file has no picture.",
                "Upload the video itself, not its sound track.",
            )
        yield container, container.streams.video[0]


def _unreadable(source: VideoSource) -> StageError:
    if source.container == "mov" and not has_index(source.path):
        return StageError(
            "video_truncated",
            "The video breaks off: its index, which is written last, is missing.",
            "The recording or the copy was interrupted. " + AGAIN,
        )
    return StageError("not_a_video", "The file can't be read as a video.", AGAIN)


def probe_video(source: VideoSource, params: SampleFramesParams) -> VideoProbe:
    """The header's facts. Raises `StageError` for what can't be read or is outside the limits."""
    probe = read_probe(source, params.max_pixels)
    check_limits(probe, params)
    return probe


def read_probe(source: VideoSource, max_pixels: int) -> VideoProbe:
    """The header's facts, whatever they are. Raises `StageError` for what can't be read."""
    with open_video(source, max_pixels) as (container, stream):
        context: Any = stream.codec_context
        if context is None:
            raise StageError(
                "codec_unsupported",
                "The video's compression is not one that can be read here.",
                "Export the video as H.264 or HEVC in an MP4 file.",
            )
        width_px, height_px = _size(source, context, max_pixels)
        return VideoProbe(
            container=source.container,
            codec=str(context.name),
            width_px=width_px,
            height_px=height_px,
            pixel_aspect=float(stream.sample_aspect_ratio or 1) or 1.0,
            fps=float(stream.average_rate or stream.guessed_rate or 0),
            duration_s=_duration_s(container, stream),
            bit_depth=max((c.bits for c in context.format.components), default=8) if context.format else 8,
            transfer=str(context.color_trc),
        )


def _size(source: VideoSource, context: Any, max_pixels: int) -> tuple[int, int]:
    """Width and height in pixels. Where a picture is above its limit, FFmpeg says none but the header does.

    Raises `StageError` where neither says.
    """
    if context.width and context.height:
        return int(context.width), int(context.height)
    width_px, height_px = declared_size(source)
    if width_px * height_px <= max_pixels:
        raise StageError("not_a_video", "The file does not say how large its picture is.", AGAIN)
    return width_px, height_px


def _duration_s(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return float(container.duration or 0) / av.time_base


def check_limits(probe: VideoProbe, params: SampleFramesParams) -> None:
    """Raises `StageError` naming the first limit that the video misses, and the value found."""
    shorter_side_px = min(probe.width_px, probe.height_px)
    size = f"{probe.width_px} x {probe.height_px} pixels"
    if probe.width_px * probe.height_px > params.max_pixels:
        raise StageError(
            "picture_too_large",
            f"The picture is {size}; at most {params.max_pixels / 1e6:.1f} million pixels are accepted.",
            "Export the video at 4K or less.",
        )
    if shorter_side_px < params.min_height_px:
        raise StageError(
            "picture_too_small",
            f"The picture is {size}; its shorter side must have at least {params.min_height_px}.",
            "Film with a higher resolution, or upload the original instead of a shared copy.",
        )
    if probe.fps < params.min_fps:
        raise StageError(
            "frame_rate_too_low",
            f"The video has {probe.fps:.2f} frames a second; at least {params.min_fps:g} are needed.",
            "Film at 24 frames a second or more, without time lapse.",
        )
    check_duration(probe.duration_s, params)


def check_duration(duration_s: float, params: SampleFramesParams) -> None:
    """Raises `StageError` when a video is too short or too long."""
    if duration_s < params.min_duration_s:
        raise StageError(
            "video_too_short",
            f"The video lasts {duration_s:.1f} s; at least {params.min_duration_s:g} s are needed.",
            "Walk slowly through the whole place and film every side of it.",
        )
    if duration_s > params.max_duration_s:
        raise StageError(
            "video_too_long",
            f"The video lasts {duration_s:.1f} s; at most {params.max_duration_s:g} s are accepted.",
            "Cut the video, or make one tour for each part.",
        )
