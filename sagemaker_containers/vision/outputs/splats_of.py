"""Splats on a body's surface: evenly over its area, flat along it, with the colours of its looks."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from shapes.body import Body, Frame, Points
from shapes.silhouette import Floats, Picture
from splats.scene import SH_C0, SplatScene

SPACING_SIGMAS = 0.62
"""Standard deviation along the surface, of the mean spacing of splats: closed, and hardly blurred."""
FLATNESS = 0.12
"""Of that, across the surface."""
OPACITY = 0.96
BLENDED = 0.25
"""Where normals lean less than this to either side, both looks share in the colour."""
ROW = 4096


def splats_of(body: Body, frame: Frame, count: int, seed: int) -> SplatScene:
    """So many splats in the object's frame."""
    points, normals = _spread_over(body, count, seed)
    spacing = frame.unit * np.sqrt(body.surface.area / count)
    colours = _colours(body, points, normals, spacing / frame.unit)
    across = np.log(spacing * SPACING_SIGMAS)
    log_scales = np.tile([across, across, across + np.log(FLATNESS)], (count, 1))
    return SplatScene(
        means=_tensor(frame.placed(points)),
        quats=_tensor(turned_to(normals)),
        log_scales=_tensor(log_scales),
        opacity_logits=torch.full((count,), float(np.log(OPACITY / (1 - OPACITY)))),
        sh=_tensor(((colours - 0.5) / SH_C0)[:, None, :]),
    )


def _tensor(values: NDArray[np.floating]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))


def _spread_over(body: Body, count: int, seed: int) -> tuple[Points, Points]:
    """Points (count, 3) in cells, by one in every equal share of the area, and the normals there."""
    surface, chance = body.surface, np.random.default_rng(seed)
    until = np.cumsum(np.linalg.norm(surface.face_normals, axis=1))
    shares = (np.arange(count) + chance.random(count)) / count * until[-1]
    face = np.minimum(np.searchsorted(until, shares), len(until) - 1)
    a, b = chance.random((2, count))
    folded = a + b > 1
    a, b = np.where(folded, 1 - a, a), np.where(folded, 1 - b, b)
    weights = np.stack([1 - a - b, a, b], axis=1)[..., None]
    points = (surface.corners[face] * weights).sum(1)
    normals = (surface.vertex_normals()[surface.faces[face]] * weights).sum(1)
    return points, normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)


def _colours(body: Body, points: Points, normals: Points, spacing_cells: float) -> NDArray[np.float64]:
    """Colours (N, 3) from 0 to 1, blurred only as much as splats are apart."""
    seen = body.on_looks(points)
    pixels_apart = spacing_cells * body.looks.front.shape[1] / body.outline.columns
    front, back = (_looked_up(picture, seen, pixels_apart) for picture in (body.looks.front, body.looks.back))
    share = np.clip(0.5 + normals[:, 2:] / (2 * BLENDED), 0, 1)
    return np.asarray((back + share * (front - back)) / 255)


def _looked_up(picture: Picture, seen: Points, pixels_apart: float) -> Floats:
    if pixels_apart > 1:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.4 * pixels_apart), np.uint8)
    height, width = picture.shape[:2]
    at = (seen * (width, height) - 0.5).astype(np.float32)
    rows = -(-len(at) // ROW)  # OpenCV takes no rows that are longer than 32767
    folded = np.resize(at, (rows, ROW, 2))
    colours = cv2.remap(picture, folded, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(colours.reshape(-1, 3)[: len(at)], np.float32)


def turned_to(normals: Points) -> Points:
    """Quaternions wxyz (N, 4) that turn +Z to these directions by the least angle."""
    quats = np.stack([1 + normals[:, 2], -normals[:, 1], normals[:, 0], np.zeros(len(normals))], axis=1)
    opposite = quats[:, 0] < 1e-6
    quats[opposite] = (0, 1, 0, 0)
    return quats / np.linalg.norm(quats, axis=1, keepdims=True)
