"""Which way is up: from how people hold cameras, refined by the upright edges that the pictures show."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pycolmap
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

LEVEL_WEIGHT = 0.05
"""How much the mean of the images' own up counts where all cameras look the same way and so say little."""
ROBUST_SINE = 0.1
EDGE_IMAGES = 60
EDGE_LONG_SIDE_PX = 960
EDGE_MIN_SHARE = 0.04
"""Of the long side: shorter line segments say too little about direction."""
EDGE_START_DEG, EDGE_END_DEG = 12.0, 1.5
EDGE_ROUNDS = 8
MIN_EDGES = 40
MAX_CORRECTION_DEG = 20.0


@dataclass(frozen=True)
class View:
    """A placed image: `world_from_camera` rotation (3, 3), position (3,), its image file and camera."""

    rotation: Matrix
    position: Vector
    image: Path
    camera: pycolmap.Camera


def views_of(model: pycolmap.Reconstruction, images: Path) -> list[View]:
    """All registered images in the order of their names."""
    registered = sorted((model.image(i) for i in model.reg_image_ids()), key=lambda image: image.name)
    views = []
    for image in registered:
        pose = image.cam_from_world().inverse()
        camera = model.camera(image.camera_id)
        views.append(View(pose.rotation.matrix(), pose.translation, images / image.name, camera))
    return views


def up_direction(views: Sequence[View]) -> Vector:
    """The unit vector that points up, in the frame of `views`."""
    held = up_from_poses(np.stack([view.rotation for view in views]))
    return up_from_edges(upright_planes(views), held)


def up_from_poses(rotations: Matrix) -> Vector:
    """Up, from `world_from_camera` rotations (n, 3, 3).

    People keep the horizon level: the image's row direction is perpendicular to gravity, whatever way the
    camera looks (Szeliski, "Image alignment and stitching", 2006, section 4.3). Tilted shots are outliers
    and lose weight; the mean of the image's own up settles what level rows alone leave open.
    """
    rows, ups = rotations[:, :, 0], -rotations[:, :, 1]
    mean_up = _unit(ups.mean(0))
    weights = np.ones(len(rows))
    up = mean_up
    for _ in range(20):
        spread = np.einsum("n,ni,nj->ij", weights / weights.sum(), rows, rows)
        up = _smallest(spread - LEVEL_WEIGHT * np.outer(mean_up, mean_up), mean_up)
        weights = 1 / (1 + np.square(rows @ up / ROBUST_SINE))
    return up


def upright_planes(views: Sequence[View]) -> Matrix:
    """Normals (m, 3) of the planes through a camera and a line segment in its picture, times its length.

    A plane holds the line in space that made the segment; the planes of upright edges all hold gravity.
    """
    step = max(1, len(views) // EDGE_IMAGES)
    found = [_planes_of(view) for view in views[::step]]
    return np.concatenate(found) if found else np.zeros((0, 3))


def _planes_of(view: View) -> Matrix:
    gray = np.asarray(cv2.imread(str(view.image), cv2.IMREAD_GRAYSCALE), np.uint8)
    scale = min(1.0, EDGE_LONG_SIDE_PX / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector().detect(small)[0]
    ends = np.array([] if found is None else found, np.float64).reshape(-1, 2, 2)
    lengths = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    long = lengths >= EDGE_MIN_SHARE * max(small.shape)
    ends, lengths = ends[long] / scale, lengths[long]
    if not len(ends):
        return np.zeros((0, 3))
    rays = np.asarray(view.camera.cam_from_img(ends.reshape(-1, 2))).reshape(-1, 2, 2)
    rays = np.concatenate([rays, np.ones((len(rays), 2, 1))], axis=2)
    normals = np.cross(rays[:, 0], rays[:, 1])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return np.asarray(normals @ view.rotation.T * lengths[:, None] / max(small.shape))


def up_from_edges(planes: Matrix, start: Vector) -> Vector:
    """`start`, turned to where the planes of upright edges meet; unchanged where too few agree."""
    if len(planes) < MIN_EDGES:
        return start
    lengths = np.linalg.norm(planes, axis=1)
    normals = planes / lengths[:, None]
    up = start
    for limit_deg in np.geomspace(EDGE_START_DEG, EDGE_END_DEG, EDGE_ROUNDS):
        sines = np.abs(normals @ up)
        near = sines < np.sin(np.radians(limit_deg))
        if near.sum() < MIN_EDGES:
            break
        weights = lengths[near] * (1 - np.square(sines[near] / np.sin(np.radians(limit_deg))))
        spread = np.einsum("n,ni,nj->ij", weights / weights.sum(), normals[near], normals[near])
        up = _smallest(spread, up)
    return up if angle_deg(up, start) <= MAX_CORRECTION_DEG else start


def angle_deg(one: Vector, other: Vector) -> float:
    """The angle between two directions in degrees, 0 to 180."""
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(one, other)), one @ other)))


def _smallest(symmetric: Matrix, towards: Vector) -> Vector:
    """The eigenvector of the smallest eigenvalue, in the half space of `towards`."""
    vector = np.linalg.eigh(symmetric)[1][:, 0]
    return np.asarray(vector if vector @ towards >= 0 else -vector)


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))
