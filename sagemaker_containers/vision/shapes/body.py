"""A body: the estimated shape of one cut-out with its colours, and the frame that objects are kept in."""

from dataclasses import dataclass

import numpy as np

from diorama.objects.stages import Shape
from shapes.paint import Paint
from shapes.silhouette import Floats, Points, Silhouette
from shapes.surface import Surface


@dataclass(frozen=True)
class Frame:
    """From cells to the object's own frame: +Y up, standing on y = 0, its middle over the origin.

    A point is `(cells - middle_cells) * unit`.
    """

    middle_cells: tuple[float, float, float]
    unit: float

    def placed(self, cells: Points) -> Points:
        """Points (N, 3) in the object's frame."""
        return (cells - np.asarray(self.middle_cells)) * self.unit

    def turned(self, directions: Points) -> Points:
        """Directions (N, 3) of cells in the object's frame."""
        return directions


@dataclass(frozen=True, eq=False)
class Body:
    """A closed surface over a silhouette, and how it looks from the front and from behind."""

    shape: Shape
    outline: Silhouette
    surface: Surface
    paint: Paint
    why: str

    def frame(self, longest: float = 1.0) -> Frame:
        """The object's frame, in which its longest side measures `longest`."""
        low, high = self.surface.vertices.min(0), self.surface.vertices.max(0)
        middle = (low + high) / 2
        return Frame((float(middle[0]), float(low[1]), float(middle[2])), longest / float((high - low).max()))

    @property
    def front_cells(self) -> float:
        """How far before the outline's plane the front lies, on average over what is seen of it."""
        normals, corners = self.surface.face_normals, self.surface.corners
        seen = np.maximum(normals[:, 2], 0)
        return float((corners[..., 2].mean(1) * seen).sum() / max(float(seen.sum()), 1e-12))

    @property
    def px_per_cell(self) -> float:
        """Pixels of the looks."""
        return self.paint.size_px[0] / self.outline.columns

    def colours(self, cells: Points, normals: Points, apart_cells: float) -> Floats:
        """Colours (N, 3) from 0 to 255 of points of the surface that lie that far apart."""
        at_px = cells * self.px_per_cell * (1, -1, 1)
        return self.paint.colours(at_px, normals, apart_cells * self.px_per_cell)
