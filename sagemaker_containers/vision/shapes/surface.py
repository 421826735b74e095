"""Closed surfaces: where a field in a grid of cells changes its sign."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from shapes.silhouette import Floats, Points

Faces = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles, counter-clockwise seen from outside.

    vertices (N, 3) float64 in cells of a silhouette: x like its columns, y like its rows but upwards, z to whoever took
    the photo, the outline at z = 0. (column + 0.5, -(row + 0.5), 0) is the middle of a cell. faces (M, 3).
    """

    vertices: Points
    faces: Faces

    @property
    def corners(self) -> Points:
        """(M, 3, 3) of every face."""
        return self.vertices[self.faces]

    @property
    def face_normals(self) -> Points:
        """(M, 3), as long as twice the face's area."""
        corners = self.corners
        return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])

    @property
    def area(self) -> float:
        return float(np.linalg.norm(self.face_normals, axis=1).sum() / 2)

    @property
    def volume(self) -> float:
        """What it holds; negative where it is turned inside out."""
        corners = self.corners
        return float(np.einsum("ij,ij->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6)

    def vertex_normals(self) -> Points:
        """(N, 3) of length 1, weighted by the areas around."""
        normals = np.zeros_like(self.vertices)
        for corner in range(3):
            for axis in range(3):
                normals[:, axis] += np.bincount(
                    self.faces[:, corner], self.face_normals[:, axis], len(self.vertices)
                )
        return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30))


def closed_surface(field: Floats) -> Surface:
    """Where the field (rows, columns, depths) is 0; positive is inside, and all beyond the grid is outside.

    Depths are whole cells from -(count - 1) / 2 at the back to as much at the front.
    """
    around = np.pad(_off_zero(field), 1, constant_values=-1.0)
    found, faces, _, _ = marching_cubes(around, 0.0, allow_degenerate=False)
    found = found - 1
    half = (field.shape[2] - 1) / 2
    vertices = np.stack([found[:, 1] + 0.5, -(found[:, 0] + 0.5), found[:, 2] - half], axis=1)
    surface = Surface(vertices.astype(np.float64), faces.astype(np.int32))
    return surface if surface.volume > 0 else Surface(surface.vertices, surface.faces[:, ::-1].copy())


def _off_zero(field: Floats) -> Floats:
    """A value of exactly 0 would put several vertices into one place."""
    return np.where(np.abs(field) < 1e-3, np.float32(-1e-3), field)
