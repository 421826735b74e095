"""Lamps. What glows in them casts light by `plan.LAMPS`."""

from collections.abc import Sequence

from examples.furnished_flat import looks
from examples.furnished_flat.colours import BLACK, BRASS
from examples.furnished_flat.looks import Colour
from examples.furnished_flat.patches import Patch, Pile, lathe, rod


def floor_lamp() -> list[Patch]:
    """A brass stem with a linen shade that glows."""
    pile = Pile()
    pile.add(lathe((0, 0, 0), [(0.01, 0.03), (0.13, 0.022), (0.14, 0.0)], looks.metal(BRASS)))
    pile.add(rod((0, 0.02, 0), (0, 1.5, 0), 0.011, looks.metal(BRASS)))
    pile.add(shade((0, 1.36, 0), 0.14, 0.21, 0.27))
    return pile.patches


def shade(foot: Sequence[float], top_m: float, bottom_m: float, height_m: float) -> Patch:
    """A lamp's shade, lit from within."""
    cloth = looks.cloth((0.93, 0.82, 0.62), 0.8)
    return lathe(foot, [(top_m, height_m), (bottom_m, 0)], cloth, thin=True, glow=0.55)


def desk_lamp() -> list[Patch]:
    """Two arms and a cone."""
    pile, steel = Pile(), looks.paint((0.16, 0.3, 0.3))
    pile.add(lathe((0, 0, 0), [(0.01, 0.025), (0.075, 0.02), (0.08, 0)], steel))
    pile.add(
        rod((0, 0.02, 0), (-0.05, 0.28, 0), 0.007, steel),
        rod((-0.05, 0.28, 0), (0.13, 0.43, 0.06), 0.007, steel),
    )
    pile.add(lathe((0.13, 0.35, 0.06), [(0.025, 0.1), (0.03, 0.085), (0.085, 0)], steel, thin=True))
    return pile.patches


def pendant(drop_m: float, colour: Colour) -> list[Patch]:
    """Hangs from the ceiling, which is at the origin."""
    pile, look = Pile(), looks.paint(colour)
    pile.add(rod((0, -drop_m + 0.2, 0), (0, 0, 0), 0.005, looks.paint(BLACK)))
    pile.add(
        lathe(
            (0, -drop_m, 0),
            [(0.03, 0.22), (0.045, 0.2), (0.06, 0.16), (0.15, 0.1), (0.2, 0.0)],
            look,
            36,
            thin=True,
        )
    )
    pile.add(
        lathe(
            (0, -drop_m, 0),
            [(0.02, 0.13), (0.06, 0.1), (0.05, 0.05), (0.005, 0.03)],
            looks.paint((0.98, 0.9, 0.7)),
            glow=0.8,
        )
    )
    return pile.patches
