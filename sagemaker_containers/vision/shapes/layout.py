"""Where the objects of one photo stand beside each other.

A photo alone is taken for one of a usual lens, held upright at eye height: what touches the floor lower in it stands
nearer. Of a tour's frame, the tour knows.
"""

import math
from dataclasses import dataclass

import numpy as np

from shapes.body import Body
from shapes.silhouette import Picture, without_specks
from shapes.world import Standing

FIELD_OF_VIEW_DEG = 55.0
"""Of the photo's long side, as with a phone's usual lens."""
HORIZON = 0.18
"""How far above the photo's upper edge or below it the horizon may lie at best; a share of its height."""


@dataclass(frozen=True)
class Place:
    """Where an object's origin stands in the scene, and how much larger it is there than in its own frame."""

    placed_at: tuple[float, float, float]
    scale: float


@dataclass(frozen=True)
class Seen:
    """What of a body matters here, in pixels of the photo: its outline's box, and pixels a unit of its own frame."""

    middle_px: float
    bottom_px: float
    px_per_unit: float


def seen(body: Body, mask: Picture) -> Seen:
    """Of a body in a frame in which its longest side is 1, and its mask on the photo, which may be seen another way."""
    rows, columns = np.nonzero(without_specks(mask >= 128))
    middle = (columns.min() + columns.max() + 1) / 2
    return Seen(float(middle), float(rows.max() + 1), body.outline.cell_px / body.frame().unit)


def laid_out(objects: list[Seen], width_px: int, height_px: int) -> list[Place]:
    """Places with the middle of all at the origin, in units of the largest object's longest side."""
    focal_px = max(width_px, height_px) / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
    horizon_px = min(HORIZON * height_px, min(one.bottom_px for one in objects) - 0.12 * height_px)
    depths = np.array([focal_px / (one.bottom_px - horizon_px) for one in objects])
    across = np.array([(one.middle_px - width_px / 2) / focal_px for one in objects]) * depths
    sizes = np.array([one.px_per_unit / focal_px for one in objects]) * depths
    largest = sizes.max()
    x, z, scales = across / largest, -depths / largest, sizes / largest
    x, z = x - (x.min() + x.max()) / 2, z - (z.min() + z.max()) / 2
    return [
        Place((float(at_x), 0.0, float(at_z)), float(scale))
        for at_x, at_z, scale in zip(x, z, scales, strict=True)
    ]


def as_in_tour(
    standings: list[Standing], own_longest: list[float], world_from_camera: np.ndarray
) -> list[Place]:
    """Places as in the tour, seen from the camera's side, around the middle of all; the lowest stands on the floor."""
    origins = np.array([standing.world_from_object for standing in standings])[:, :3, 3]
    forward = world_from_camera[:3, 2]
    yaw = math.atan2(-forward[0], -forward[2])
    turn = np.array([[math.cos(yaw), 0, -math.sin(yaw)], [0, 1, 0], [math.sin(yaw), 0, math.cos(yaw)]])
    seen_from_camera = origins @ turn.T
    low, high = seen_from_camera.min(0), seen_from_camera.max(0)
    places = seen_from_camera - ((low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2)
    return [
        Place((float(x), float(y), float(z)), standing.longest / own)
        for (x, y, z), standing, own in zip(places, standings, own_longest, strict=True)
    ]
