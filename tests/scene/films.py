"""Small videos, photos and zips made on the spot."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def pattern(index: int = 0, width: int = 320, height: int = 240, step: int = 6) -> Picture:
    """A busy picture that slides to the left by `step` pixels for each index; its top left is red."""
    picture = _panorama(width + 4000, height)[:, index * step : index * step + width].copy()
    picture[: height // 4, : width // 4] = (0, 0, 230)
    return picture


@cache
def _panorama(width: int, height: int) -> Picture:
    cells = np.random.default_rng(3).integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    return np.asarray(cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def film(
    path: Path,
    pictures: Iterable[Picture],
    *,
    codec: str = "libx264",
    fps: int = 10,
    pix_fmt: str = "yuv420p",
    rotation_deg: int = 0,
    times_ms: list[int] | None = None,
    options: dict[str, str] | None = None,
    movflags: str = "",
) -> Path:
    """Encodes pictures; the container follows from the suffix. Skips the test where a codec is absent."""
    try:
        av.codec.Codec(codec, "w")
    except av.codec.codec.UnknownCodecError:
        pytest.skip(f"this PyAV has no encoder {codec}")
    path.parent.mkdir(parents=True, exist_ok=True)
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    with av.open(str(path), "w", options={"movflags": movflags} if movflags else {}) as container:
        stream = container.add_stream(codec, rate=fps, options={**quiet, **(options or {})})
        stream.pix_fmt = pix_fmt
        ticks = Fraction(1, 1000 if times_ms else fps)
        stream.time_base = stream.codec_context.time_base = ticks
        for index, picture in enumerate(pictures):
            if index == 0:
                stream.height, stream.width = picture.shape[:2]
                if rotation_deg:
                    stream.set_display_rotation(rotation_deg)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts = times_ms[index] if times_ms else index
            frame.time_base = ticks
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sound_only(path: Path) -> Path:
    """An MP4 with a second of silence and no picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        for index in range(16):
            frame.pts = index * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def photo(path: Path, picture: Picture) -> Path:
    """A JPEG or PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture)
    return path
