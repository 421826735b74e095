"""What hangs on walls and before windows, its back at z = 0."""

import numpy as np

from examples.furnished_flat import looks
from examples.furnished_flat.colours import BRASS
from examples.furnished_flat.looks import Colour, Look
from examples.furnished_flat.patches import FINE, Patch, Pile, box, rectangle, rod, sheet


def framed(
    width_m: float, height_m: float, picture: Look, frame: Colour, mount_m: float = 0.05
) -> list[Patch]:
    """A picture on the wall z = 0, its centre at the origin, with a mount of card."""
    pile, look = Pile(), looks.wood(frame, 0.8)
    w, h, bar = width_m / 2, height_m / 2, 0.022
    for low, high in (
        ((-w, h - bar), (w, h)),
        ((-w, -h), (w, -h + bar)),
        ((-w, -h + bar), (-w + bar, h - bar)),
        ((w - bar, -h + bar), (w, h - bar)),
    ):
        pile.add(box((*low, 0), (*high, 0.028), look, without="north"))
    card = looks.paint((0.93, 0.91, 0.86), 0.03)
    pile.add(rectangle((-w, h, 0.012), (2 * w, 0, 0), (0, -2 * h, 0), card))
    inner = bar + mount_m
    pile.add(
        rectangle(
            (-w + inner, h - inner, 0.014),
            (2 * (w - inner), 0, 0),
            (0, -2 * (h - inner), 0),
            picture,
            texels_per_m=FINE,
        )
    )
    return pile.patches


def curtain(width_m: float, height_m: float, colour: Colour, stripe: Colour, seed: int) -> Patch:
    """Gathered cloth on the wall z = 0.06, hanging from the height down to a little above the floor."""
    across = np.linspace(0, 1, 61)
    down = np.linspace(0, 1, 9)
    random = np.random.default_rng(seed)
    wave = sum(np.sin(2 * np.pi * (k * across + random.random())) / (1 + 0.12 * k) for k in (5, 7, 8)) * 0.018
    points = np.zeros((9, 61, 3))
    points[..., 0] = (across - 0.5) * width_m * (0.94 + 0.06 * down[:, None] ** 2)
    points[..., 1] = height_m - down[:, None] * (height_m - 0.03)
    points[..., 2] = 0.075 + wave * (0.7 + 0.5 * down[:, None])
    return sheet(points, looks.striped(colour, stripe, 0.16), 1.6 * width_m, height_m, 300)


def rail(width_m: float, height_m: float) -> Patch:
    """What curtains hang from."""
    return rod((-width_m / 2, height_m, 0.075), (width_m / 2, height_m, 0.075), 0.013, looks.metal(BRASS))
