"""What one sits on. Each stands on the floor at the origin, its back towards -Z."""

from collections.abc import Sequence

import numpy as np

from examples.furnished_flat import looks
from examples.furnished_flat.colours import OAK, WALNUT
from examples.furnished_flat.looks import Colour, Look
from examples.furnished_flat.patches import Patch, Pile, Soft, rod, sheet, soft_box


def sofa() -> list[Patch]:
    """Three seats, 2.1 m, with cushions and a blanket."""
    pile, fabric = Pile(), looks.cloth((0.36, 0.47, 0.5))
    pile.add(soft_box((0, 0.24, 0), (2.0, 0.2, 0.84), fabric, Soft(0.05)))
    pile.add(soft_box((0, 0.5, -0.36), (2.06, 0.62, 0.2), fabric, Soft(0.08), tilt_deg=6))
    for side in (-1, 1):
        pile.add(soft_box((side * 1.0, 0.4, 0.02), (0.2, 0.5, 0.86), fabric, Soft(0.09)))
        for end in (-0.33, 0.33):
            pile.add(rod((side * 0.92, 0, end), (side * 0.9, 0.15, end), (0.018, 0.026), looks.wood(WALNUT)))
    for seat in (-0.6, 0.0, 0.6):
        pile.add(soft_box((seat, 0.41, 0.07), (0.595, 0.17, 0.72), fabric, Soft(0.06, swell=0.025)))
        pile.add(
            soft_box((seat, 0.66, -0.22), (0.59, 0.42, 0.2), fabric, Soft(0.09, swell=0.03), tilt_deg=14)
        )
    pile.add(
        cushion(
            (-0.73, 0.69, -0.02), looks.blotched(((0.82, 0.6, 0.28), (0.9, 0.8, 0.62), (0.55, 0.3, 0.18)))
        )
    )
    pile.add(cushion((0.72, 0.69, -0.02), looks.striped((0.87, 0.82, 0.72), (0.3, 0.36, 0.42))))
    pile.add(cushion((0.42, 0.66, 0.07), looks.blotched(((0.62, 0.28, 0.2), (0.9, 0.72, 0.55)), 0.06), 0.36))
    pile.add(_blanket())
    return pile.patches


def cushion(centre: Sequence[float], look: Look, size_m: float = 0.44) -> list[Patch]:
    """Thrown on a sofa, leaning back."""
    return soft_box(centre, (size_m, size_m, 0.12), look, Soft(0.055, swell=0.05), tilt_deg=24)


def _blanket() -> Patch:
    """Over an arm of the sofa, hanging down in front of it and beside it."""
    outline = np.array(
        [(0.86, 0.53), (0.89, 0.65), (0.93, 0.668), (1.0, 0.672), (1.08, 0.66), (1.115, 0.6), (1.12, 0.22)]
    )
    depth = np.linspace(-0.22, 0.3, 9)
    points = np.zeros((len(outline), 9, 3))
    points[..., :2] = outline[:, None]
    points[..., 0] += 0.012 * np.sin(9 * np.arange(9))[None] + 0.004
    points[..., 2] = depth + 0.02 * np.sin(5 * outline[:, 1:])
    return sheet(points, looks.striped((0.83, 0.75, 0.6), (0.55, 0.28, 0.22), 0.07), 0.52, 0.95)


def armchair(fabric: Colour) -> list[Patch]:
    """On thin legs."""
    pile, cover = Pile(), looks.cloth(fabric, 1.3)
    pile.add(soft_box((0, 0.36, 0.03), (0.6, 0.18, 0.64), cover, Soft(0.06, swell=0.02)))
    pile.add(soft_box((0, 0.66, -0.29), (0.66, 0.66, 0.16), cover, Soft(0.075, swell=0.02), tilt_deg=13))
    for side in (-1, 1):
        pile.add(soft_box((side * 0.34, 0.44, 0.0), (0.1, 0.34, 0.64), cover, Soft(0.048)))
        for z in (-0.26, 0.28):
            pile.add(rod((side * 0.33, 0, z * 1.1), (side * 0.27, 0.3, z), (0.012, 0.022), looks.wood(OAK)))
    pile.add(cushion((0.02, 0.6, -0.09), looks.striped((0.9, 0.87, 0.8), (0.72, 0.42, 0.25), 0.05), 0.38))
    return pile.patches


def chair(wood: Colour, seat: Look) -> list[Patch]:
    """A dining chair, its back towards -Z."""
    pile, look = Pile(), looks.wood(wood)
    pile.add(soft_box((0, 0.455, 0.01), (0.43, 0.05, 0.42), seat, Soft(0.024, swell=0.01)))
    for side in (-1, 1):
        pile.add(rod((side * 0.2, 0, 0.2), (side * 0.18, 0.43, 0.18), (0.014, 0.019), look))
        pile.add(rod((side * 0.21, 0, -0.23), (side * 0.19, 0.45, -0.19), (0.014, 0.019), look))
        pile.add(rod((side * 0.19, 0.45, -0.19), (side * 0.185, 0.9, -0.26), (0.018, 0.013), look))
        pile.add(rod((side * 0.195, 0.22, -0.2), (side * 0.19, 0.22, 0.19), 0.009, look))
    for height, depth in ((0.84, -0.25), (0.7, -0.23), (0.58, -0.21)):
        pile.add(
            soft_box(
                (0, height, depth), (0.37, 0.065 if height > 0.8 else 0.035, 0.02), look, Soft(0.009, steps=5)
            )
        )
    return pile.patches
