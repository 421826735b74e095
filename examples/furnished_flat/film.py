"""Filming the walk: seconds one by one, then the clip and the truth about its cameras."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from examples.furnished_flat.baked import Baked
from examples.furnished_flat.draw import Drawer, Size
from examples.furnished_flat.walk import DURATION_S, FOCAL_SHARE, Camera, Walk, the_walk
from examples.textured_room.film import quaternion

FPS = 30
SIZE = Size(1920, 1080)
BLURRED_S = (20.3, 21.4)
"""Here the shutter stays open from one frame to the next, as in a phone that finds it too dark."""
MOMENTS = 6
"""Pictures that make up a blurred frame."""
FINAL = {"crf": "26", "preset": "slow"}
KEPT_FOR_NOW = {"qp": "8", "preset": "ultrafast"}
Picture = NDArray[np.uint8]


def film(baked: Baked, work: Path, video: Path, truth: Path) -> None:
    """Writes the video (MP4, H.264) and the truth about its cameras. Seconds that `work` holds already are kept."""
    with ProcessPoolExecutor(initializer=_take_up, initargs=(baked,)) as pool:
        seconds = list(pool.map(_filmed, repeat(work), range(round(DURATION_S))))
    _encode(video, (picture for path in seconds for picture in _decode(path)), FINAL)
    truth.write_text(json.dumps(the_truth(the_walk()), separators=(",", ":")) + "\n", encoding="utf-8")


_drawer: Drawer
"""Of a process that films: what it draws with is too large to be sent along with each second."""


def _take_up(baked: Baked) -> None:
    global _drawer
    _drawer = Drawer(baked)


def frame_times_s() -> list[float]:
    """Of every frame of the clip."""
    return [index / FPS for index in range(round(DURATION_S * FPS))]


def the_truth(walk: Walk) -> dict[str, Any]:
    """fps, width_px, height_px, focal_px, gravity (3,), floor_y, frames [time_s, rotation_wxyz, translation]:
    `world_from_camera` in OpenCV axes, world right-handed, +Y up, in metres."""
    return {
        "fps": FPS,
        "width_px": SIZE.width,
        "height_px": SIZE.height,
        "focal_px": FOCAL_SHARE * SIZE.width,
        "gravity": [0.0, -1.0, 0.0],
        "floor_y": 0.0,
        "frames": [_pose(walk.at(time_s), time_s) for time_s in frame_times_s()],
    }


def _pose(camera: Camera, time_s: float) -> dict[str, Any]:
    return {
        "time_s": round(time_s, 5),
        "rotation_wxyz": [round(part, 7) for part in quaternion(camera.rotation)],
        "translation": [round(part, 6) for part in camera.position.tolist()],
    }


def _filmed(work: Path, second: int) -> Path:
    """The file of one second of the walk."""
    path = work / f"second_{second:02}.mp4"
    if not path.exists():
        walk = the_walk()
        times_s = frame_times_s()[second * FPS : (second + 1) * FPS]
        unfinished = path.with_suffix(".part.mp4")
        _encode(unfinished, (_exposed(_drawer, walk, time_s) for time_s in times_s), KEPT_FOR_NOW)
        unfinished.rename(path)
        print(path, flush=True)
    return path


def _exposed(drawer: Drawer, walk: Walk, time_s: float) -> Picture:
    """One frame: a moment, or the mean of some round it."""
    blurred = BLURRED_S[0] <= time_s < BLURRED_S[1]
    moments = (np.arange(MOMENTS) + 0.5) / MOMENTS - 0.5 if blurred else np.zeros(1)
    pictures = [drawer.draw(walk.at(time_s + offset / FPS), SIZE) for offset in moments]
    return np.asarray(np.clip(np.mean(pictures, axis=0) + 0.5, 0, 255), np.uint8)


def _encode(path: Path, pictures: Iterable[Picture], options: dict[str, str]) -> None:
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS), options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = SIZE.width, SIZE.height, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def _decode(path: Path) -> Iterator[Picture]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
