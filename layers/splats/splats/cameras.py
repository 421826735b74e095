"""Cameras: where a picture was taken from, through which lens; and as tensors, what `rasterize` asks for.

Frames: world right-handed, +Y up; cameras with OpenCV axes (x right, y down, z forward). `viewmats` of gsplat
are camera_from_world, the inverse of the poses that we store.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from splats.errors import UnreadableCameras

SCHEMA = 1
Point = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True)
class Pinhole:
    """A lens without distortion, in pixels; the first pixel's centre is at (0.5, 0.5)."""

    width_px: int
    height_px: int
    focal_px: tuple[float, float]
    principal_point_px: tuple[float, float]

    def resized(self, width_px: int, height_px: int) -> Self:
        """The same view in a picture of another size."""
        x, y = width_px / self.width_px, height_px / self.height_px
        focal_px = (self.focal_px[0] * x, self.focal_px[1] * y)
        return type(self)(
            width_px, height_px, focal_px, (self.principal_point_px[0] * x, self.principal_point_px[1] * y)
        )


@dataclass(frozen=True)
class Lens:
    """A camera as solved: a model of COLMAP's with its parameters by name; the pinhole part again."""

    model: str
    params: dict[str, float]
    pinhole: Pinhole
    distortion: dict[str, float]


@dataclass(frozen=True, eq=False)
class View:
    """A pinhole at a place: world_from_camera (4, 4) float64."""

    name: str
    pinhole: Pinhole
    world_from_camera: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SolvedImage:
    """A frame with its pose; `lens` is the name of its camera in `SolvedCameras.lenses`."""

    image: str
    lens: str
    time_s: float | None
    confidence: float
    world_from_camera: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SolvedCameras:
    """What solve_poses found. With scale_source "none" lengths mean nothing."""

    scale_source: str
    lenses: dict[str, Lens]
    images: tuple[SolvedImage, ...]
    unplaced: tuple[str, ...]

    def views(self) -> list[View]:
        """One view an image, without its lens's distortion: for undistorted pictures of the same size."""
        return [
            View(image.image, self.lenses[image.lens].pinhole, image.world_from_camera)
            for image in self.images
        ]


def read_cameras(path: Path) -> SolvedCameras:
    """Reads cameras.json. Raises UnreadableCameras where it is damaged or of another schema."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != SCHEMA:
            raise UnreadableCameras(
                f"{path.name} has schema {document['schema']}, not {SCHEMA}.", "Solve the poses again."
            )
        return SolvedCameras(
            scale_source=document["scale_source"],
            lenses={name: _lens(camera) for name, camera in document["cameras"].items()},
            images=tuple(_solved_image(image) for image in document["images"]),
            unplaced=tuple(image["image"] for image in document["unplaced"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableCameras(
            f"{path.name} is damaged: {type(error).__name__} {error}.", "Solve the poses again."
        ) from error


def _lens(camera: dict[str, Any]) -> Lens:
    (fx, fy), (cx, cy) = camera["focal_px"], camera["principal_point_px"]
    pinhole = Pinhole(camera["width_px"], camera["height_px"], (fx, fy), (cx, cy))
    return Lens(camera["model"], camera["params"], pinhole, camera["distortion"])


def _solved_image(image: dict[str, Any]) -> SolvedImage:
    pose = image["world_from_camera"]
    return SolvedImage(
        image=image["image"],
        lens=image["camera"],
        time_s=image["time_s"],
        confidence=image["confidence"],
        world_from_camera=pose_matrix(pose["rotation_wxyz"], pose["translation"]),
    )


def pose_matrix(rotation_wxyz: Sequence[float], translation: Sequence[float]) -> NDArray[np.float64]:
    """The (4, 4) matrix of a quaternion (of any length but zero) and a translation."""
    w, x, y, z = np.asarray(rotation_wxyz, np.float64) / np.linalg.norm(rotation_wxyz)
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    matrix[:3, 3] = translation
    return matrix


def look_at(eye: Point, target: Point, up: Point = (0.0, 1.0, 0.0)) -> NDArray[np.float64]:
    """world_from_camera (4, 4) of a camera at `eye` that has `target` in its centre and `up` upwards."""
    forward = np.asarray(target, np.float64) - np.asarray(eye, np.float64)
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    matrix[:3, 3] = eye
    return matrix


def viewmats(views: Sequence[View]) -> Tensor:
    """camera_from_world (C, 4, 4) float32, inverted in float64."""
    poses = np.stack([view.world_from_camera for view in views])
    return torch.from_numpy(np.linalg.inv(poses).astype(np.float32))


def intrinsics(views: Sequence[View]) -> Tensor:
    """Matrices (C, 3, 3) float32 in pixels: the `Ks` of gsplat."""
    matrices = np.zeros((len(views), 3, 3), np.float32)
    for matrix, view in zip(matrices, views, strict=True):
        matrix[0, 0], matrix[1, 1] = view.pinhole.focal_px
        matrix[:2, 2] = view.pinhole.principal_point_px
        matrix[2, 2] = 1
    return torch.from_numpy(matrices)
