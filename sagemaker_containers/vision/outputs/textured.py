"""A triangle mesh in the object's frame with its texture: every texel gets the colour of its place on the body."""

from dataclasses import dataclass

import cv2
import fast_simplification
import numpy as np
import trimesh
from numpy.typing import NDArray

from outputs.charts import Charts, charts
from shapes.body import Body, Frame
from shapes.silhouette import Picture, Points
from shapes.surface import Surface

SUBPIXEL_BITS = 6


@dataclass(frozen=True, eq=False)
class TexturedMesh:
    """Triangles, counter-clockwise seen from outside; where pieces of the texture meet, vertices come twice.

    vertices (N, 3) float32 in the object's frame, normals (N, 3), uv (N, 2) from the texture's upper left corner,
    faces (M, 3) int32, texture (height, width, 3) in RGB.
    """

    vertices: NDArray[np.float32]
    normals: NDArray[np.float32]
    uv: NDArray[np.float32]
    faces: NDArray[np.int32]
    texture: Picture

    @property
    def bounds(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The least and the greatest of each coordinate."""
        return self.vertices.min(0), self.vertices.max(0)


def textured(body: Body, surface: Surface, frame: Frame, most_px: int) -> TexturedMesh:
    """A surface of the body (its own, or one with fewer faces) with the body's looks on it."""
    cut = charts(surface, body.px_per_cell, most_px)
    count = int(cut.chart.max()) + 1
    corners = surface.faces.astype(np.int64) * count + cut.chart[:, None]
    kept, faces = np.unique(corners, return_inverse=True)
    faces = faces.reshape(-1, 3).astype(np.int32)
    vertex, chart = kept // count, kept % count
    texels = cut.texels(surface.vertices[vertex], chart)
    return TexturedMesh(
        vertices=frame.placed(surface.vertices[vertex]).astype(np.float32),
        normals=frame.turned(surface.vertex_normals()[vertex]).astype(np.float32),
        uv=(texels / (cut.width_px, cut.height_px)).astype(np.float32),
        faces=faces,
        texture=_baked(body, surface, cut, texels[faces]),
    )


def _baked(body: Body, surface: Surface, cut: Charts, corners_px: Points) -> Picture:
    """The texture (height, width, 3), for faces whose corners (M, 3, 2) lie there; texels of no face take the
    nearest's."""
    face = _faces_drawn(corners_px, cut.width_px, cut.height_px)
    rows, columns = np.nonzero(face >= 0)
    at = face[rows, columns]
    weights = _weights(corners_px[at], np.stack([columns, rows], axis=1) + np.float64(0.5))[..., None]
    points = (surface.corners[at] * weights).sum(1)
    normals = (surface.vertex_normals()[surface.faces[at]] * weights).sum(1)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    texture = np.zeros((*face.shape, 3), np.uint8)
    apart_cells = 1 / cut.scale[0]
    texture[rows, columns] = np.rint(body.colours(points, normals, apart_cells))
    return _spread(texture, face < 0)


def _faces_drawn(corners_px: Points, width_px: int, height_px: int) -> NDArray[np.int32]:
    """The number of the face at every texel (height, width), -1 where there is none."""
    face = np.full((height_px, width_px), -1, np.int32)
    fixed = np.rint((corners_px - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
    for number, corners in enumerate(fixed):
        cv2.fillConvexPoly(face, corners, number, cv2.LINE_8, SUBPIXEL_BITS)
    return face


def _weights(corners: Points, points: Points) -> Points:
    """Barycentric coordinates (N, 3) of points (N, 2) in triangles (N, 3, 2)."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = _cross(b - a, c - a)
    area = np.where(np.abs(area) < 1e-9, 1.0, area)
    second, third = _cross(points - a, c - a) / area, _cross(b - a, points - a) / area
    weights = np.clip(np.stack([1 - second - third, second, third], axis=1), -0.5, 1.5)
    return np.asarray(weights / weights.sum(1, keepdims=True))


def _cross(one: Points, other: Points) -> Points:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _spread(texture: Picture, empty: NDArray[np.bool_]) -> Picture:
    if not empty.any():
        return texture
    labels = cv2.distanceTransformWithLabels(
        empty.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    colours = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    colours[labels[~empty]] = texture[~empty]
    return np.asarray(colours[labels])


def with_fewer_faces(surface: Surface, most_faces: int) -> Surface:
    """The surface with at most so many faces, by quadric error (M. Garland, P. S. Heckbert, SIGGRAPH 1997)."""
    if len(surface.faces) <= most_faces:
        return surface
    vertices, faces = fast_simplification.simplify(
        surface.vertices.astype(np.float32), surface.faces, target_count=most_faces
    )
    return Surface(vertices.astype(np.float64), faces.astype(np.int32))


def is_watertight(surface: Surface) -> bool:
    """Whether every edge belongs to two faces that agree on what is outside."""
    mesh = trimesh.Trimesh(surface.vertices, surface.faces, process=False)
    return bool(mesh.is_watertight and mesh.is_winding_consistent)
