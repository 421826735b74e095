"""Books, and the case that holds them."""

from collections.abc import Sequence

import numpy as np

from examples.furnished_flat import looks
from examples.furnished_flat.looks import Colour, Look
from examples.furnished_flat.patches import Patch, Pile, box, placed, rectangle
from examples.furnished_flat.tableware import vase

COVERS: tuple[Colour, ...] = (
    *((0.55, 0.16, 0.14), (0.16, 0.28, 0.42), (0.82, 0.74, 0.58), (0.2, 0.36, 0.29), (0.85, 0.6, 0.24)),
    *((0.36, 0.22, 0.34), (0.9, 0.88, 0.82), (0.24, 0.24, 0.27), (0.62, 0.43, 0.31), (0.45, 0.56, 0.6)),
    *((0.72, 0.35, 0.26), (0.4, 0.45, 0.3)),
)
TITLES: tuple[Colour, ...] = ((0.92, 0.86, 0.62), (0.95, 0.94, 0.9), (0.15, 0.13, 0.12), (0.85, 0.5, 0.3))


def _cover(random: np.random.Generator) -> Look:
    colour = COVERS[int(random.integers(len(COVERS)))]
    titles = [title for title in TITLES if abs(sum(title) - sum(colour)) > 0.8] or [TITLES[0]]
    return looks.printed(colour, titles[int(random.integers(len(titles)))])


def bookcase(width_m: float, height_m: float, shelves: int, wood: Colour, seed: int) -> list[Patch]:
    """Open in front, with books that stand, lean and lie, and a few things between them."""
    pile, look, depth = Pile(), looks.wood(wood), 0.3
    half, step = width_m / 2, (height_m - 0.09) / shelves
    for side in (-half, half - 0.025):
        pile.add(box((side, 0, 0), (side + 0.025, height_m, depth), look))
    for index in range(shelves + 1):
        low = 0.065 + index * step
        pile.add(box((-half + 0.025, low, 0), (half - 0.025, low + 0.025, depth), look, without="west east"))
    pile.add(rectangle((-half, height_m, 0.008), (width_m, 0, 0), (0, -height_m, 0), looks.wood(wood, 0.6)))
    pile.add(box((-half + 0.025, 0, 0), (half - 0.025, 0.065, depth - 0.03), look, without="west east top"))
    random = np.random.default_rng(seed)
    for index in range(shelves):
        pile.add(_shelf_of_books(-half + 0.035, half - 0.035, 0.09 + index * step, step - 0.05, random))
    return pile.patches


def _shelf_of_books(
    left: float, right: float, floor: float, room_m: float, random: np.random.Generator
) -> list[Patch]:
    pile = Pile()
    x = left + float(random.uniform(0, 0.05))
    while x < right - 0.05:
        what = random.random()
        if what < 0.035 and x < right - 0.3:
            pile.add(placed(_lying_books(random), (x + 0.13, floor, 0.14)))
            x += 0.27
        elif what < 0.07 and x < right - 0.2:
            pile.add(
                placed(
                    vase(float(random.uniform(0.12, 0.22)), COVERS[int(random.integers(12))]),
                    (x + 0.09, floor, 0.15),
                )
            )
            x += 0.19
        else:
            width, height = float(random.uniform(0.018, 0.05)), float(random.uniform(0.62, 0.95)) * room_m
            depth, cover = float(random.uniform(0.15, 0.22)), _cover(random)
            low, high = (x, floor, 0.02), (x + width - 0.001, floor + height, 0.02 + depth)
            pile.add(box(low, high, cover, without="north bottom", top=looks.pages))
            x += width
    return pile.patches


def _lying_books(random: np.random.Generator) -> list[Patch]:
    pile, floor = Pile(), 0.0
    for _ in range(int(random.integers(3, 6))):
        w, d, h = random.uniform(0.1, 0.125), random.uniform(0.08, 0.105), random.uniform(0.02, 0.045)
        yaw = float(random.uniform(-9, 9))
        pile.add(book((2 * w, h, 2 * d), _cover(random), yaw, (0.0, floor, 0.0)))
        floor += float(h)
    return pile.patches


def book(size: Sequence[float], cover: Look, yaw_deg: float, at: Sequence[float]) -> list[Patch]:
    """Lying, its spine towards +Z."""
    w, h, d = size[0] / 2, size[1], size[2] / 2
    flat = box(
        (-w, 0, -d), (w, h, d), cover, without="bottom", north=looks.pages, east=looks.pages, west=looks.pages
    )
    return placed(flat, at, yaw_deg)
