"""A body: the shape of one cut-out with its colours, and the frame that objects are kept in."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from diorama.objects.stages import Shape, ShapeModel
from shapes.silhouette import Floats, Points, Silhouette
from shapes.surface import Surface
from splats.scene import SplatScene


class Painted(Protocol):
    """What knows the colour of any point of a body; see `shapes.paint.Paint`."""

    @property
    def size_px(self) -> tuple[int, int]: ...

    def colours(self, at_px: Points, normals: Points, apart_px: float) -> Floats: ...


@dataclass(frozen=True)
class Frame:
    """From cells to the object's own frame: +Y up, standing on y = 0, its middle over the origin.

    A point is `(cells - middle_cells) * unit`.
    """

    middle_cells: tuple[float, float, float]
    unit: float

    def placed(self, cells: Points) -> Points:
        """Points (N, 3) in the object's frame."""
        return np.asarray((cells - np.asarray(self.middle_cells)) * self.unit)

    def turned(self, directions: Points) -> Points:
        """Directions (N, 3) of cells in the object's frame."""
        return directions


@dataclass(frozen=True, eq=False)
class Body:
    """A surface over a silhouette, closed where it is estimated, and how it looks from all sides.

    `shape` is None where a model knows it, whose own `splats` are in the object's frame, the longest side 1.
    """

    shape: Shape | None
    outline: Silhouette
    surface: Surface
    paint: Painted
    why: str
    model: ShapeModel = "diorama"
    splats: SplatScene | None = None

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
