"""The plan of the flat: a living room and a kitchen side by side, with two ways from one to the other.

Metres, the floor at y = 0. The living room spans x 0 to 5.4, the kitchen 5.54 to 10.2; both z 0 (north) to 4.6 (south).
"""

from dataclasses import dataclass

from examples.furnished_flat import looks
from examples.furnished_flat.patches import FINE, Patch, Pile, box, rectangle
from examples.furnished_flat.walls import HEIGHT_M, Aperture, Opening, Wall

DEPTH_M = 4.6
LIVING_M, KITCHEN_FROM_M, KITCHEN_TO_M = 5.4, 5.54, 10.2
CREAM = looks.plaster((0.92, 0.88, 0.8), 0.75)
SAGE = looks.plaster((0.68, 0.74, 0.65), 0.85)
CLAY = looks.plaster((0.88, 0.75, 0.65), 0.85)
MILK = looks.plaster((0.93, 0.92, 0.88), 0.75)
LIME = looks.plaster((0.94, 0.93, 0.9), 0.7)


@dataclass(frozen=True)
class Lamp:
    """A ball of warm light: centre, radius in metres, and power (radiance times area, relative to a white wall's)."""

    centre: tuple[float, float, float]
    radius_m: float
    power: float


LAMPS = (
    Lamp((0.38, 1.47, 4.22), 0.09, 2.6),
    Lamp((7.45, 1.9, 2.55), 0.06, 1.5),
    Lamp((8.2, 1.9, 2.55), 0.06, 1.5),
)
NEAR_DOOR, WIDE_DOOR = (1.35, 2.25), (3.1, 4.3)


def _doors(kind: str, from_left: bool) -> list[Opening]:
    sides = [
        (low, high) if from_left else (DEPTH_M - high, DEPTH_M - low) for low, high in (NEAR_DOOR, WIDE_DOOR)
    ]
    return [Opening(kind, *side, 0.0, top) for side, top in zip(sides, (2.08, 2.16), strict=True)]  # type: ignore[arg-type]


LIVING = {
    "north": Wall((0, 0), 0, LIVING_M, SAGE),
    "east": Wall((LIVING_M, 0), 270, DEPTH_M, CREAM, _doors("door", from_left=True)),
    "south": Wall((LIVING_M, DEPTH_M), 180, LIVING_M, CREAM),
    "west": Wall((0, DEPTH_M), 90, DEPTH_M, CREAM, [Opening("window", 1.2, 3.4, 0.55, 2.25, (3, 2))]),
}
KITCHEN_M = KITCHEN_TO_M - KITCHEN_FROM_M
KITCHEN = {
    "north": Wall(
        (KITCHEN_FROM_M, 0), 0, KITCHEN_M, MILK, [Opening("window", 1.75, 2.95, 1.18, 2.22, (2, 1))]
    ),
    "east": Wall((KITCHEN_TO_M, 0), 270, DEPTH_M, MILK, [Opening("window", 1.4, 3.3, 0.12, 2.25, (2, 3))]),
    "south": Wall((KITCHEN_TO_M, DEPTH_M), 180, KITCHEN_M, CLAY),
    "west": Wall((KITCHEN_FROM_M, DEPTH_M), 90, DEPTH_M, MILK, _doors("far side of a door", from_left=False)),
}


def apertures() -> list[Aperture]:
    """Where daylight comes in."""
    return [aperture for wall in (*LIVING.values(), *KITCHEN.values()) for aperture in wall.apertures()]


def floors_and_ceilings() -> list[Patch]:
    """Boards, plaster and beams."""
    pile = Pile()
    oak, slate = looks.boards((0.7, 0.53, 0.35)), looks.boards((0.64, 0.51, 0.38), 0.12)
    for low, high, floor in ((0.0, LIVING_M, oak), (KITCHEN_FROM_M, KITCHEN_TO_M, slate)):
        pile.add(rectangle((low, 0, 0), (high - low, 0, 0), (0, 0, DEPTH_M), floor, texels_per_m=FINE))
        pile.add(rectangle((low, HEIGHT_M, DEPTH_M), (high - low, 0, 0), (0, 0, -DEPTH_M), LIME))
    for low, high in (NEAR_DOOR, WIDE_DOOR):
        board = looks.wood((0.5, 0.36, 0.24))
        pile.add(
            rectangle((LIVING_M, 0.001, low), (KITCHEN_FROM_M - LIVING_M, 0, 0), (0, 0, high - low), board)
        )
    for x in (0.9, 1.98, 3.06, 4.14, 5.0):
        pile.add(
            box(
                (x - 0.07, 2.44, 0),
                (x + 0.07, HEIGHT_M, DEPTH_M),
                looks.wood((0.5, 0.36, 0.24)),
                without="top north south",
            )
        )
    return pile.patches
