"""Filming the walk: an H.264 video and the truth about its cameras."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from examples.textured_room.render import Camera, Renderer
from examples.textured_room.scene import room
from examples.textured_room.walk import camera_at

GRAIN = 2.0
"""Standard deviation of the sensor's noise, in grey levels."""


def film_room(
    video: Path, seconds: float = 12.0, width_px: int = 1280, height_px: int = 720, fps: int = 24
) -> Path:
    """Writes `video` (MP4, H.264) and its truth beside it as .json; the path of the latter.

    truth: fps, width_px, height_px, focal_px, gravity (3,), floor_y, frames [time_s, rotation_wxyz,
    translation] with `world_from_camera` in OpenCV axes, world right-handed, +Y up, in metres.
    """
    renderer = Renderer(room())
    grain = np.random.default_rng(7).normal(0, GRAIN, (height_px + 64, width_px + 64, 1)).astype(np.float32)
    count = round(seconds * fps)
    frames = []
    video.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(video), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream(
            "libx264", rate=Fraction(fps), options={"crf": "17", "preset": "veryfast"}
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        for index in range(count):
            camera = camera_at(index / max(1, count - 1), index / fps, width_px, height_px)
            picture = _grainy(renderer.draw(camera), grain, index)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            frames.append(_pose(camera, index / fps))
        container.mux(stream.encode(None))
    truth = video.with_suffix(".json")
    truth.write_text(json.dumps(_truth(frames, camera, fps)) + "\n", encoding="utf-8")
    return truth


def _grainy(picture: NDArray[np.uint8], grain: NDArray[np.float32], index: int) -> NDArray[np.uint8]:
    """The picture with noise that differs from frame to frame."""
    height, width = picture.shape[:2]
    top, left = (index * 23) % 64, (index * 37) % 64
    noisy = picture + grain[top : top + height, left : left + width]
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _truth(frames: list[dict[str, Any]], camera: Camera, fps: int) -> dict[str, Any]:
    return {
        "fps": fps,
        "width_px": camera.width_px,
        "height_px": camera.height_px,
        "focal_px": camera.focal_px,
        "gravity": [0.0, -1.0, 0.0],
        "floor_y": 0.0,
        "frames": frames,
    }


def _pose(camera: Camera, time_s: float) -> dict[str, Any]:
    return {
        "time_s": time_s,
        "rotation_wxyz": quaternion(camera.rotation),
        "translation": camera.position.tolist(),
    }


def quaternion(rotation: NDArray[np.float64]) -> list[float]:
    """Of a rotation matrix (3, 3), as w, x, y, z with w >= 0 (the eigenvector form of Bar-Itzhack, 2000)."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = rotation
    symmetric = np.array(
        [
            [xx + yy + zz, zy - yz, xz - zx, yx - xy],
            [zy - yz, xx - yy - zz, xy + yx, xz + zx],
            [xz - zx, xy + yx, yy - xx - zz, yz + zy],
            [yx - xy, xz + zx, yz + zy, zz - xx - yy],
        ]
    )
    vector = np.linalg.eigh(symmetric)[1][:, -1]
    return [float(part) for part in (vector if vector[0] >= 0 else -vector)]
