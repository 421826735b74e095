"""Tables and cupboards. Each stands on the floor at the origin, its back towards -Z."""

import numpy as np

from examples.furnished_flat import looks
from examples.furnished_flat.looks import Colour, Look
from examples.furnished_flat.patches import Patch, Pile, box, disc, lathe, rod


def round_table(radius_m: float, height_m: float, wood: Colour) -> list[Patch]:
    """On three splayed legs."""
    edge = height_m - 0.035
    pile, look = Pile(), looks.wood(wood)
    pile.add(disc((0, height_m, 0), radius_m, look))
    pile.add(
        lathe(
            (0, 0, 0),
            [(radius_m, height_m), (radius_m, edge), (radius_m - 0.03, edge - 0.012), (0.01, edge - 0.012)],
            look,
            48,
        )
    )
    for angle in (0.5, 2.6, 4.7):
        x, z = np.sin(angle), np.cos(angle)
        pile.add(
            rod(
                (x * radius_m * 0.86, 0, z * radius_m * 0.86),
                (x * radius_m * 0.55, edge, z * radius_m * 0.55),
                (0.015, 0.025),
                look,
            )
        )
    return pile.patches


def table(width_m: float, depth_m: float, height_m: float, wood: Colour) -> list[Patch]:
    """Four legs, a frame and a thick top."""
    pile, look = Pile(), looks.wood(wood)
    w, d = width_m / 2, depth_m / 2
    pile.add(box((-w, height_m - 0.035, -d), (w, height_m, d), look))
    pile.add(
        box(
            (-w + 0.07, height_m - 0.11, -d + 0.07),
            (w - 0.07, height_m - 0.035, d - 0.07),
            look,
            without="top",
        )
    )
    for x in (-w + 0.08, w - 0.08):
        for z in (-d + 0.08, d - 0.08):
            pile.add(rod((x, 0, z), (x, height_m - 0.035, z), (0.024, 0.036), look))
    return pile.patches


def cupboard(
    width_m: float, height_m: float, depth_m: float, colour: Colour, doors: tuple[int, int], top: Look
) -> list[Patch]:
    """A sideboard, a kitchen cupboard: doors in front, a top that stands out a little."""
    pile, w = Pile(), width_m / 2
    front, side = looks.drawers(colour, *doors), looks.wood(colour, 0.45)
    pile.add(box((-w, 0.08, 0), (w, height_m - 0.03, depth_m), side, without="north top bottom", south=front))
    pile.add(
        box(
            (-w + 0.02, 0, 0),
            (w - 0.02, 0.08, depth_m - 0.05),
            looks.paint((0.2, 0.19, 0.18)),
            without="north top bottom",
        )
    )
    pile.add(
        box((-w - 0.012, height_m - 0.03, 0), (w + 0.012, height_m, depth_m + 0.015), top, without="north")
    )
    return pile.patches
