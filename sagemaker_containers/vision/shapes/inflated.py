"""Inflation: the outline blown up like a cushion, round where it is round."""

import cv2
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import cg, spsolve

from shapes.silhouette import Flags, Floats

DEEPEST = 0.27
"""Of the silhouette's long side: how far the surface may come forward; large bodies are flatter than spheres."""
DIRECT_CELLS = 40_000
"""Up to which the equations are solved at once, not step by step."""
ROUNDING_CELLS = 1.0
THIN_CELLS, THIN_HEIGHT = 1.5, np.float32(0.5)
"""What is no wider than a cell or two to either side would be smoothed away: it keeps that height, squared."""


def squared_field(front: Floats, back: Floats) -> Floats:
    """The field (rows, columns, depths) of a body given by its squared heights before and behind its outline.

    Heights squared are linear across the outline, where heights themselves are steep: the surface comes out smooth.
    Outside, they go on below 0.
    """
    half = int(np.sqrt(max(front.max(), back.max(), 1.0))) + 3
    z = np.arange(-half, half + 1, dtype=np.float32)
    heights = np.where(z[None, None] >= 0, front[..., None], back[..., None])
    return np.asarray(heights - z * z, np.float32)


def squared_heights(inside: Flags) -> Floats:
    """Heights of the cushion, squared, in cells; below 0 outside.

    They solve laplacian(u) = -4 with u = 0 on the outline: a disc becomes a ball. A long strip would become twice as
    thick as wide, squared; it is made round. `DEEPEST` bounds what is large.
    """
    solved = _solved(inside)
    u = solved / _stretched(solved, inside)
    deepest = DEEPEST * max(np.ptp(np.nonzero(inside), axis=1) + 1)
    bounded = deepest * np.tanh(np.sqrt(np.maximum(u, 0)) / deepest)
    return continued_outside(np.asarray(bounded**2, np.float32), inside)


def _solved(inside: Flags) -> Floats:
    """u of laplacian(u) = -4, 0 outside and beyond the grid."""
    inside = np.pad(inside[1:-1, 1:-1], 1)
    rows, columns = np.nonzero(inside)
    count = len(rows)
    number = np.full(inside.shape, -1, np.intp)
    number[rows, columns] = np.arange(count)
    own = np.arange(count)
    entries = [(own, own, np.full(count, 4.0))]
    for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        beside = number[rows + down, columns + right]
        known = beside >= 0
        entries.append((own[known], beside[known], np.full(int(known.sum()), -1.0)))
    i, j, values = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = coo_matrix((values, (i, j)), (count, count)).tocsc()
    sides = np.full(count, 4.0)
    solution = spsolve(matrix, sides) if count <= DIRECT_CELLS else cg(matrix, sides, rtol=1e-3)[0]
    u = np.zeros(inside.shape, np.float32)
    u[rows, columns] = solution
    return u


def _stretched(u: Floats, inside: Flags) -> Floats:
    """How many times larger than their width, squared, u is in the middle of parts: 1 for discs, 2 for strips."""
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ridge = inside & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)) - 0.2)
    nearest = cv2.distanceTransformWithLabels(
        (~ridge).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    at_label = np.ones(int(nearest.max()) + 1, np.float32)
    at_label[nearest[ridge]] = np.clip(u[ridge] / np.maximum(depth[ridge], 1) ** 2, 1, 2.2)
    return np.asarray(cv2.GaussianBlur(at_label[nearest], (0, 0), 0.03 * max(inside.shape)), np.float32)


def continued_outside(squared: Floats, inside: Flags) -> Floats:
    """Squared heights with their slope at the outline carried on below 0, and the steps of cells smoothed away."""
    away, nearest = cv2.distanceTransformWithLabels(
        (~inside).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    at_label = np.zeros(int(nearest.max()) + 1, np.float32)
    at_label[nearest[inside]] = squared[inside]
    below = -np.maximum(at_label[nearest], 0.2) * np.maximum(2 * away - 1, 0.5)
    field = np.where(inside, squared, below).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(field, (0, 0), ROUNDING_CELLS), np.float32)
    within = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    thin = inside & (cv2.dilate(within, np.ones((3, 3), np.uint8)) < THIN_CELLS)
    return np.where(thin, np.maximum(smooth, THIN_HEIGHT), smooth)
