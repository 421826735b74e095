"""A body: the estimated shape of one cut-out with its colours, and the frame that objects are kept in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diorama.objects.stages import Shape
from shapes.colouring import Looks
from shapes.silhouette import Silhouette
from shapes.surface import Surface

Points = NDArray[np.float64]


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


@dataclass(frozen=True, eq=False)
class Body:
    """A closed surface over a silhouette, and how it looks from the front and from behind."""

    shape: Shape
    outline: Silhouette
    surface: Surface
    looks: Looks
    why: str

    def frame(self, longest: float = 1.0) -> Frame:
        """The object's frame, in which its longest side measures `longest`."""
        low, high = self.surface.vertices.min(0), self.surface.vertices.max(0)
        middle = (low + high) / 2
        return Frame((float(middle[0]), float(low[1]), float(middle[2])), longest / float((high - low).max()))

    def on_looks(self, cells: Points) -> Points:
        """Where points (N, 3) are seen on either picture: (N, 2), 0 to 1 from the upper left corner."""
        size = np.array([self.outline.columns, self.outline.rows])
        return np.asarray((cells[:, :2] * (1, -1)) / size)
