"""What SAM 3D Objects made, as a body like those that are estimated: one way leads to all files."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from outputs.textured import with_fewer_faces
from sam3d.reconstruct import Reconstruction
from shapes.body import Body
from shapes.silhouette import Floats, Points, Silhouette
from shapes.surface import Surface

MOST_FACES = 200_000
"""Of the full mesh: its own has a face or two a voxel, more than its colours are fine."""
NEAREST = 3
WHY = "SAM 3D Objects made it from the photo, the unseen side too."


@dataclass(frozen=True, eq=False)
class VertexPaint:
    """Colours between those of vertices, (V, 3) each, which are in pixels of the looks and as many to the camera."""

    tree: KDTree
    vertex_colours: Floats
    size_px: tuple[int, int]

    def colours(self, at_px: Points, normals: Points, apart_px: float) -> Floats:  # noqa: ARG002 - Painted's words
        """Colours (N, 3) from 0 to 255, the nearest vertices' by how near they are."""
        ranks = range(1, min(NEAREST, len(self.vertex_colours)) + 1)
        distances, nearest = self.tree.query(at_px, k=list(ranks))
        weights = 1 / np.maximum(distances, 1e-6)
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray((self.vertex_colours[nearest] * weights[..., None]).sum(axis=1), np.float32)


def body_of(found: Reconstruction, outline: Silhouette, texture_px: int) -> Body:
    """The reconstruction over its silhouette, as wide as that is; its texture's long side is that long at most."""
    rows, columns = np.nonzero(outline.inside)
    left, right, bottom = columns.min(), columns.max() + 1, rows.max() + 1
    wide = found.vertices[:, 0].max() - found.vertices[:, 0].min()
    foot = np.array([(left + right) / 2, -float(bottom), 0.0])
    cells = found.vertices * ((right - left) / max(float(wide), 1e-6)) + foot
    surface = with_fewer_faces(Surface(cells, found.faces.astype(np.int32)), MOST_FACES)
    px_per_cell = texture_px / max(outline.rows, outline.columns)
    paint = VertexPaint(
        KDTree(cells * px_per_cell * (1, -1, 1)),
        found.colours.astype(np.float32),
        (round(outline.columns * px_per_cell), round(outline.rows * px_per_cell)),
    )
    return Body(None, outline, surface, paint, WHY, "sam-3d-objects", found.splats)
