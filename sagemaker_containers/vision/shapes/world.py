"""Where an object of a tour's frame stands in the tour, and how large it is."""

from dataclasses import dataclass

import numpy as np

from diorama.objects.stages import Matrix
from shapes.body import Body
from shapes.tour_depth import Lens


@dataclass(frozen=True)
class Standing:
    """`longest`: the object's longest side in world units. `world_from_object`: upright and turned to the camera that
    took the photo, for an object whose own longest side is as long."""

    longest: float
    world_from_object: Matrix

    def for_longest(self, own: float) -> Matrix:
        """The same for an object whose files are in another scale: its own longest side is that long."""
        scaled = np.array(self.world_from_object)
        scaled[:3, :3] *= self.longest / own
        return _matrix(scaled)


def stand(body: Body, lens: Lens, seen_depth: float) -> Standing:
    """From the depth at which its front is seen, in world units along the camera's axis.

    The body is taken for small beside its distance (weak perspective): a cell is as long at its front as at its back.
    """
    low, high = body.surface.vertices.min(0), body.surface.vertices.max(0)
    angle = body.outline.cell_px / lens.focal_px
    before_outline = (
        0.0 if body.shape == "extruded" else body.front_cells
    )  # of a box, its front is the outline
    cell = seen_depth * angle / max(1 - before_outline * angle, 0.5)
    depth = seen_depth + cell * body.front_cells
    middle_px = np.array(body.outline.corner_px) + (low[:2] + high[:2]) / 2 * (1, -1) * body.outline.cell_px
    across = (middle_px - lens.centre_px) / lens.focal_px * depth
    middle = lens.world_from_camera @ (*across, depth - cell * (low[2] + high[2]) / 2, 1)
    turn = _facing(lens.world_from_camera[:3, 3] - middle[:3])
    base = middle[:3] - (0, cell * (high[1] - low[1]) / 2, 0)
    return Standing(
        float(cell * (high - low).max()), _matrix(np.block([[turn, base[:, None]], [np.eye(4)[3:]]]))
    )


def _facing(direction: np.ndarray) -> np.ndarray:
    """The rotation about the world's vertical that turns +Z towards a direction; none where that is straight up."""
    length = float(np.hypot(direction[0], direction[2]))
    if length < 1e-6:
        return np.eye(3)
    sine, cosine = direction[0] / length, direction[2] / length
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])


def _matrix(values: np.ndarray) -> Matrix:
    right, up, back, last = ((float(a), float(b), float(c), float(d)) for a, b, c, d in values)
    return right, up, back, last
