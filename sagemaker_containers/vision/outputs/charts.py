"""Charts: a surface cut into pieces that lie flat, and the pieces' places in one texture.

What faces the photo is one piece, what faces away another, the sides many: those faces that hang together and turn
mostly to the same side. Every piece is seen along one axis, and since the body is a relief over its outline, no piece
covers itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from shapes.silhouette import Points
from shapes.surface import Faces, Surface

SIDE = 0.45
"""A face whose normal points less than that share to front or back is a side's."""
FRONT, BACK = 0, 1
LEAST_FACES = 16
"""Of a side's piece; smaller ones stay with front or back."""
FINENESS = (1.0, 0.5, 0.5)
"""Texels a pixel of the photo: front, back, sides; there is more to see on the front."""
APART_PX = 4
"""Between pieces, so that smaller copies of the texture do not mix them."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Charts:
    """chart (M,) of each face; of each chart the axes it is seen along, its corner in cells and its scale.

    A vertex (N, 3) in cells has its texel at `(vertex[axes] * signs - corner) * scale + origin`.
    """

    chart: Numbers
    axes: Numbers
    signs: Points
    corner: Points
    scale: Points
    origin: Points
    width_px: int
    height_px: int

    def texels(self, vertices: Points, chart: Numbers) -> Points:
        """Where vertices (N, 3) lie in the texture (N, 2), in pixels from its upper left corner, by their charts."""
        seen = np.take_along_axis(vertices, self.axes[chart], axis=1) * self.signs[chart]
        return (seen - self.corner[chart]) * self.scale[chart][:, None] + self.origin[chart]


def charts(surface: Surface, px_per_cell: float, most_px: int) -> Charts:
    """Cuts a surface and packs its pieces into a texture no longer or wider than that."""
    chart, side = _pieces(surface)
    planes = np.array([(0, 1), (0, 1), (2, 1), (2, 1), (0, 2), (0, 2)])
    signs = np.array([(1, -1), (1, -1), (1, -1), (1, -1), (1, 1), (1, 1)], float)
    axes, signs = planes[side], signs[side]
    low, high = _extents(surface, chart, axes, signs)
    scale = px_per_cell * np.array(FINENESS)[np.minimum(side, 2)]
    while True:
        sizes = np.ceil((high - low) * scale[:, None]).astype(int) + 2 * APART_PX
        origin, width_px, height_px = packed(sizes)
        longest = max(width_px, height_px)
        if longest <= most_px:
            break
        scale = scale * max(0.5, min(0.97, most_px / longest))
    return Charts(chart, axes, signs, low, scale, origin + APART_PX, width_px, height_px)


def _pieces(surface: Surface) -> tuple[Numbers, Numbers]:
    """The chart of every face, and the side of every chart: front, back, then +x, -x, +y, -y."""
    normals = surface.face_normals
    lengths = np.maximum(np.linalg.norm(normals, axis=1), 1e-30)
    behind = (normals[:, 2] < 0).astype(np.int64)
    across = np.abs(normals[:, :2]).argmax(1)
    turned = 2 + 2 * across + (np.take_along_axis(normals, across[:, None], 1)[:, 0] < 0)
    side = np.where(np.abs(normals[:, 2]) < SIDE * lengths, turned, behind)
    piece = _hanging_together(surface.faces, side)
    sizes = np.bincount(piece)
    side = np.where((side > BACK) & (sizes[piece] < LEAST_FACES), behind, side)
    piece = np.where(side > BACK, piece + 2, side)
    kept, chart = np.unique(piece, return_inverse=True)
    sides = np.zeros(len(kept), np.int64)
    sides[chart] = side
    return chart.astype(np.int64), sides


def _hanging_together(faces: Faces, label: Numbers) -> Numbers:
    """A number for every face, the same where faces of one label share edges."""
    edges = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1).astype(np.int64)
    keys = edges[:, 0] * (int(faces.max()) + 1) + edges[:, 1]
    order = np.argsort(keys, kind="stable")
    together = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    one, other = order[together] // 3, order[together + 1] // 3
    same = label[one] == label[other]
    one, other = one[same], other[same]
    graph = coo_matrix((np.ones(len(one)), (one, other)), (len(faces), len(faces)))
    numbers: Numbers = connected_components(graph, directed=False)[1].astype(np.int64)
    return numbers


def _extents(surface: Surface, chart: Numbers, axes: Numbers, signs: Points) -> tuple[Points, Points]:
    """The least and the greatest that every chart shows, (charts, 2) each."""
    corners = surface.corners
    face_axes = np.repeat(axes[chart][:, None], 3, axis=1)
    seen = np.take_along_axis(corners, face_axes, axis=2) * signs[chart][:, None]
    low, high = np.full((len(axes), 2), np.inf), np.full((len(axes), 2), -np.inf)
    np.minimum.at(low, chart, seen.min(1))
    np.maximum.at(high, chart, seen.max(1))
    return low, high


def packed(sizes: Numbers) -> tuple[Points, int, int]:
    """Upper left corners (N, 2) of boxes (N, 2) that don't overlap, in rows from the highest box to the lowest; and the
    width and height of all."""
    most = max(int(sizes[:, 0].max()), int(1.08 * np.sqrt((sizes[:, 0] * sizes[:, 1]).sum())))
    origin = np.zeros((len(sizes), 2))
    x = y = row_height = width = 0
    for number in np.argsort(-sizes[:, 1], kind="stable"):
        wide, high = (int(length) for length in sizes[number])
        if x + wide > most:
            x, y, row_height = 0, y + row_height, 0
        origin[number] = x, y
        x, row_height, width = x + wide, max(row_height, high), max(width, x + wide)
    return origin, width, y + row_height
