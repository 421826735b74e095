"""A triangle mesh in the object's frame, with one texture that holds both looks side by side."""

from dataclasses import dataclass, replace
from typing import Self

import fast_simplification
import numpy as np
import trimesh
from numpy.typing import NDArray

from shapes.body import Body, Frame
from shapes.silhouette import Picture
from shapes.surface import Surface

INSET = 1.5
"""Pixels that either half of the texture keeps from the other."""


@dataclass(frozen=True, eq=False)
class TexturedMesh:
    """Triangles, counter-clockwise seen from outside; where the texture's halves meet, vertices come twice.

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

    def moved(self, by: NDArray[np.float64]) -> Self:
        """The same somewhere else."""
        return replace(self, vertices=(self.vertices + by).astype(np.float32))


def textured(body: Body, surface: Surface, frame: Frame) -> TexturedMesh:
    """A surface of the body (its own, or one with fewer faces) with the body's looks on it."""
    behind = surface.face_normals[:, 2] < 0
    corners = surface.faces.astype(np.int64) * 2 + behind[:, None]
    kept, faces = np.unique(corners, return_inverse=True)
    vertex, is_back = kept // 2, kept % 2
    cells = surface.vertices[vertex]
    return TexturedMesh(
        vertices=frame.placed(cells).astype(np.float32),
        normals=surface.vertex_normals()[vertex].astype(np.float32),
        uv=_on_atlas(body, body.on_looks(cells), is_back.astype(bool)),
        faces=faces.reshape(-1, 3).astype(np.int32),
        texture=atlas(body),
    )


def atlas(body: Body) -> Picture:
    """Front and back in one picture: beside each other, or one above the other where they are wide."""
    axis = 1 if _is_tall(body) else 0
    return np.concatenate([body.looks.front, body.looks.back], axis=axis)


def _is_tall(body: Body) -> bool:
    return body.looks.front.shape[0] >= body.looks.front.shape[1]


def _on_atlas(body: Body, seen: NDArray[np.float64], is_back: NDArray[np.bool_]) -> NDArray[np.float32]:
    height, width = body.looks.front.shape[:2]
    inset = INSET / np.array([width, height])
    uv = np.clip(seen, inset, 1 - inset)
    axis = 0 if _is_tall(body) else 1
    uv[:, axis] = (uv[:, axis] + is_back) / 2
    return uv.astype(np.float32)


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
