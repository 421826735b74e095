"""What is thrown on a wheel, and what is in it. Each stands at the origin."""

import numpy as np

from examples.furnished_flat import looks
from examples.furnished_flat.colours import WHITE
from examples.furnished_flat.looks import Colour
from examples.furnished_flat.patches import Patch, Pile, Soft, disc, lathe, soft_box


def vase(height_m: float, colour: Colour) -> list[Patch]:
    """Thrown on a wheel."""
    h = height_m
    profile = [
        (0.28, 0.96),
        (0.34, 1.0),
        (0.36, 0.97),
        (0.24, 0.8),
        (0.3, 0.66),
        (0.48, 0.45),
        (0.46, 0.25),
        (0.28, 0.02),
        (0.26, 0.0),
    ]
    dark = tuple(0.55 * part for part in colour)
    return [lathe((0, 0, 0), [(0.8 * h * r, h * y) for r, y in profile], looks.glazed(colour, dark))]  # type: ignore[arg-type]


def bowl(radius_m: float, colour: Colour, rim: Colour) -> list[Patch]:
    """A shallow one, seen inside and out."""
    r = radius_m
    profile = [
        (0.05 * r, 0.09 * r),
        (0.5 * r, 0.13 * r),
        (0.85 * r, 0.33 * r),
        (0.98 * r, 0.5 * r),
        (r, 0.48 * r),
        (0.86 * r, 0.26 * r),
        (0.45 * r, 0.03 * r),
        (0.42 * r, 0),
    ]
    return [lathe((0, 0, 0), profile, looks.glazed(colour, rim))]


def mug(colour: Colour) -> list[Patch]:
    """With coffee in it, and no handle."""
    coffee = disc((0, 0.072, 0), 0.037, looks.paint((0.2, 0.12, 0.07)))
    return [
        lathe(
            (0, 0, 0),
            [(0.038, 0.07), (0.037, 0.09), (0.041, 0.09), (0.041, 0.01), (0.036, 0)],
            looks.glazed(colour, WHITE),
        ),
        coffee,
    ]


def plate(radius_m: float, colour: Colour) -> list[Patch]:
    """A dinner plate."""
    r = radius_m
    return [
        lathe(
            (0, 0, 0),
            [(0.02, 0.006), (0.62 * r, 0.007), (0.7 * r, 0.016), (r, 0.024), (r, 0.02), (0.6 * r, 0.0)],
            looks.paint(colour, 0.12),
            24,
        )
    ]


def fruit(seed: int) -> list[Patch]:
    """A handful that fits a bowl."""
    random = np.random.default_rng(seed)
    pile = Pile()
    colours: tuple[Colour, ...] = (
        (0.86, 0.5, 0.16),
        (0.78, 0.2, 0.14),
        (0.9, 0.78, 0.25),
        (0.55, 0.65, 0.22),
    )
    for index in range(7):
        angle, reach = index * 1.05, 0.075 if index < 6 else 0.0
        at = reach * np.sin(angle), 0.075 + (0.045 if index == 6 else 0), reach * np.cos(angle)
        colour = colours[int(random.integers(4))]
        spot = tuple(min(1.0, 1.2 * part) for part in colour)
        pile.add(
            soft_box(at, (0.078, 0.074, 0.078), looks.blotched((colour, spot), 0.02), Soft(0.037, steps=7))
        )  # type: ignore[arg-type]
    return pile.patches


def jar(height_m: float, fill: Colour) -> list[Patch]:
    """Filled to below its cork."""
    r, h = 0.42 * height_m, height_m
    pot = lathe(
        (0, 0, 0),
        [(0.86 * r, 0.84 * h), (r, 0.78 * h), (r, 0.02 * h), (0.9 * r, 0)],
        looks.blotched((fill, WHITE), 0.012),
        18,
    )
    cork = lathe(
        (0, 0, 0), [(0.001, h), (0.8 * r, h), (0.8 * r, 0.82 * h)], looks.paint((0.7, 0.53, 0.36), 0.3), 14
    )
    return [pot, cork]
