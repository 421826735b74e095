"""The photos that a tour was made from, as its version in the library names them: files and their cameras.

Tours list them, objects are lifted out of them: here the two meet. Cameras are as solve_poses wrote them
(cameras.json, schema 1).
"""

import json
from math import sqrt
from typing import Any

from pydantic import Field

from diorama.errors import NotFound
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.stage import Contract

SCHEMA = 1

Row = tuple[float, float, float, float]
Matrix = tuple[Row, Row, Row, Row]


class FrameSource(Contract):
    """What the details of a tour's version say of where its frames lie: folders of the store."""

    frames: str = Field("", description="What sample_frames wrote; empty in versions before there was this")
    poses: str = ""
    bundle: str


class Frame(Contract):
    """A photo with its camera. Pixels are of the photo as it is stored, before its lens's distortion is taken out."""

    name: str
    time_s: float | None = Field(description="In the video; null for photos")
    world_from_camera: Matrix = Field(description="4 x 4, row by row; OpenCV axes, the tour's world")
    focal_px: tuple[float, float]
    centre_px: tuple[float, float]
    width_px: int
    height_px: int
    radial: tuple[float, float] = Field(
        (0.0, 0.0),
        description="How the lens bends: what a pinhole sees at radius r (in focal lengths) from the centre is at"
        " r * (1 + radial[0] * r^2 + radial[1] * r^4)",
    )


class Frames(Contract):
    """All placed photos of a tour, in order of their names."""

    scale_source: str
    frames: tuple[Frame, ...]


def source_of(details: JsonObject) -> FrameSource:
    """Where the frames lie. Raises `NotFound` for a version that does not say."""
    named = {name: details[name] for name in FrameSource.model_fields if name in details}
    source = FrameSource.model_validate(named)
    if not source.frames or not source.poses:
        raise NotFound(
            "This tour's frames are not known.", "Make the tour again: retry its job.", "no_frames"
        )
    return source


def read_frames(platform: Platform, source: FrameSource) -> Frames:
    """The frames with their cameras. Raises `NotFound` where they have gone: frames are kept for a month."""
    try:
        document = json.loads(platform.store.get(f"{source.poses}/cameras.json"))
    except NotFound:
        raise gone() from None
    cameras = document["cameras"]
    found = (_frame(image, cameras[image["camera"]]) for image in document["images"])
    ordered = tuple(sorted(found, key=lambda frame: frame.name))
    return Frames(scale_source=document["scale_source"], frames=ordered)


def picture_uri(source: FrameSource, name: str) -> str:
    """Where a frame's photo lies."""
    return f"{source.frames}/images/{name}"


def gone() -> NotFound:
    """The frames were kept as long as frames are."""
    return NotFound(
        "This tour's frames are kept no longer.",
        "Make the tour again: retry its job from the start.",
        "no_frames",
    )


def _frame(image: dict[str, Any], camera: dict[str, Any]) -> Frame:
    pose = image["world_from_camera"]
    return Frame(
        name=image["image"],
        time_s=image["time_s"],
        world_from_camera=_matrix(pose["rotation_wxyz"], pose["translation"]),
        focal_px=camera["focal_px"],
        centre_px=camera["principal_point_px"],
        width_px=camera["width_px"],
        height_px=camera["height_px"],
        radial=_radial(camera["distortion"]),
    )


def _radial(distortion: dict[str, float]) -> tuple[float, float]:
    """Of COLMAP's SIMPLE_RADIAL (k), which is what tours are solved with, and RADIAL (k1, k2)."""
    return distortion.get("k", distortion.get("k1", 0.0)), distortion.get("k2", 0.0)


def _matrix(rotation_wxyz: list[float], translation: list[float]) -> Matrix:
    length = sqrt(sum(part * part for part in rotation_wxyz))
    w, x, y, z = (part / length for part in rotation_wxyz)
    a, b, c = translation
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y), a),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x), b),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y), c),
        (0.0, 0.0, 0.0, 1.0),
    )
