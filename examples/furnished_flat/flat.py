"""The flat: a living room and a kitchen, side by side, with two ways from one to the other. Metres, the floor at y = 0.

The living room spans x 0 to 5.4, the kitchen 5.54 to 10.2; both z 0 (north) to 4.6 (south).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from examples.furnished_flat import furniture as f
from examples.furnished_flat import looks, pictures
from examples.furnished_flat.patches import (
    FINE,
    Patch,
    Pile,
    Soft,
    box,
    grid,
    placed,
    rectangle,
    rod,
    soft_box,
)
from examples.furnished_flat.walls import HEIGHT_M, Aperture, Opening, Wall

DEPTH_M = 4.6
LIVING_M, KITCHEN_FROM_M, KITCHEN_TO_M = 5.4, 5.54, 10.2
GARDEN_Y = -0.5

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

_NEAR, _WIDE = (1.35, 2.25), (3.1, 4.3)


def _doors(kind: str, from_left: bool) -> list[Opening]:
    sides = [(low, high) if from_left else (DEPTH_M - high, DEPTH_M - low) for low, high in (_NEAR, _WIDE)]
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


def furnished_flat() -> list[Patch]:
    """Everything there is to see."""
    pile = Pile()
    for wall in (*LIVING.values(), *KITCHEN.values()):
        pile.add(wall.patches())
    pile.add(
        _floors_and_ceilings(), _living_room(), _on_living_walls(), _kitchen_line(), _dining(), _garden()
    )
    return pile.patches


def apertures() -> list[Aperture]:
    """Where daylight comes in."""
    return [aperture for wall in (*LIVING.values(), *KITCHEN.values()) for aperture in wall.apertures()]


def _floors_and_ceilings() -> list[Patch]:
    pile = Pile()
    oak, slate = looks.boards((0.7, 0.53, 0.35)), looks.boards((0.64, 0.51, 0.38), 0.12)
    for low, high, floor in ((0.0, LIVING_M, oak), (KITCHEN_FROM_M, KITCHEN_TO_M, slate)):
        pile.add(rectangle((low, 0, 0), (high - low, 0, 0), (0, 0, DEPTH_M), floor, texels_per_m=FINE))
        pile.add(rectangle((low, HEIGHT_M, DEPTH_M), (high - low, 0, 0), (0, 0, -DEPTH_M), LIME))
    for low, high in (_NEAR, _WIDE):
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


def _living_room() -> list[Patch]:
    pile = Pile()
    figures = (
        (0.3, 0.16, 0.15),
        (0.84, 0.72, 0.52),
        (0.2, 0.27, 0.36),
        (0.62, 0.32, 0.2),
        (0.42, 0.46, 0.36),
    )
    pile.add(
        rectangle(
            (1.15, 0.012, 1.62),
            (2.6, 0, 0),
            (0, 0, 1.75),
            looks.rug((0.56, 0.22, 0.18), figures),
            texels_per_m=FINE,
        )
    )
    pile.add(placed(f.sofa(), (2.6, 0, 4.08), 180))
    pile.add(placed(f.armchair((0.76, 0.53, 0.27)), (0.72, 0, 3.72), 132))
    pile.add(placed(f.armchair((0.55, 0.33, 0.27)), (4.12, 0, 2.5), 275))
    pile.add(placed(f.floor_lamp(), (LAMPS[0].centre[0], 0, LAMPS[0].centre[2])))
    pile.add(placed(f.round_table(0.5, 0.42, f.OAK), (2.4, 0, 2.42)))
    pile.add(_on_coffee_table())
    pile.add(placed(f.plant(1.75, 0.42, 17, 0.34, 5), (0.46, 0, 0.5)))
    pile.add(placed(f.round_table(0.21, 0.5, f.WALNUT), (4.02, 0, 4.28)))
    pile.add(
        placed(
            f.plant(0.42, 0.2, 16, 0.15, 8, looks.glazed((0.85, 0.83, 0.78), (0.4, 0.5, 0.52))),
            (4.02, 0.5, 4.28),
        )
    )
    pile.add(_desk())
    basket = looks.wicker((0.66, 0.5, 0.33))
    pile.add(
        placed(
            [f.lathe((0, 0, 0), [(0.17, 0.26), (0.19, 0.3), (0.21, 0.29), (0.17, 0)], basket)], (3.0, 0, 0.3)
        )
    )
    pile.add(
        placed(f.cushion((0, 0.3, 0), looks.striped((0.8, 0.78, 0.7), (0.5, 0.55, 0.4)), 0.3), (3.0, 0, 0.34))
    )
    return pile.patches


def _on_coffee_table() -> list[Patch]:
    pile = Pile()
    top = 0.42
    for size, colour, yaw, height in (((0.3, 0.03, 0.22), 1, 14, 0.0), ((0.25, 0.025, 0.18), 4, 28, 0.03)):
        cover = looks.printed(f.COVERS[colour], f.TITLES[0])
        pile.add(placed(f.book(size, cover, yaw, (0, height, 0)), (2.55, top, 2.58)))
    pile.add(placed(f.vase(0.24, (0.32, 0.45, 0.5)), (2.28, top, 2.24)))
    pile.add(
        placed(
            f.plant(0.2, 0.12, 10, 0.12, 3, looks.glazed((0.8, 0.72, 0.6), (0.5, 0.36, 0.28))),
            (2.62, top, 2.2),
        )
    )
    pile.add(placed(f.mug((0.78, 0.44, 0.3)), (2.2, top, 2.6)))
    return pile.patches


def _desk() -> list[Patch]:
    pile, wall = Pile(), LIVING["north"]
    pile.add(wall.place(f.table(1.3, 0.6, 0.74, f.PINE), 4.1, 0, 0.33))
    pile.add(placed(f.laptop(), (4.08, 0.74, 0.36)))
    pile.add(placed(f.desk_lamp(), (3.58, 0.74, 0.2)))
    pile.add(placed(f.mug((0.25, 0.4, 0.5)), (4.42, 0.74, 0.45)))
    stack = ((0.24, 0.035, 0.17, 2), (0.22, 0.03, 0.16, 7), (0.2, 0.03, 0.15, 0))
    floor = 0.74
    for width, height, depth, colour in stack:
        cover = looks.printed(f.COVERS[colour], f.TITLES[1])
        pile.add(
            placed(
                f.book((width, height, depth), cover, 0, (0, 0, 0)), (4.57, floor, 0.22), 5.0 * colour - 12
            )
        )
        floor += height
    pile.add(placed(f.chair(f.WALNUT, looks.cloth((0.3, 0.36, 0.34))), (4.0, 0, 0.86), 195))
    return pile.patches


def _on_living_walls() -> list[Patch]:
    pile = Pile()
    north, east, south, west = (LIVING[name] for name in ("north", "east", "south", "west"))
    pile.add(north.place(f.bookcase(1.9, 2.08, 6, f.OAK, 21), 1.78))
    dusk = pictures.landscape((0.62, 0.7, 0.78), (0.62, 0.62, 0.7), (0.18, 0.28, 0.3))
    warm = pictures.abstract(
        ((0.88, 0.82, 0.7), (0.74, 0.36, 0.24), (0.2, 0.3, 0.36), (0.86, 0.64, 0.3), (0.5, 0.55, 0.45))
    )
    cool = pictures.abstract(
        ((0.82, 0.83, 0.8), (0.2, 0.33, 0.45), (0.55, 0.65, 0.66), (0.78, 0.5, 0.36), (0.15, 0.17, 0.2))
    )
    pile.add(north.place(f.framed(0.62, 0.8, pictures.botanical((0.25, 0.36, 0.24)), f.BLACK), 3.5, 1.62))
    pile.add(north.place(f.framed(0.5, 0.42, cool, f.OAK), 4.22, 1.78))
    pile.add(north.place(f.framed(0.36, 0.46, pictures.botanical((0.45, 0.3, 0.22)), f.WALNUT), 4.86, 1.7))
    pile.add(north.place(f.framed(0.42, 0.32, dusk, f.BLACK), 4.18, 1.33))
    pile.add(south.place(f.framed(1.35, 0.85, dusk, f.WALNUT, 0.07), 2.85, 1.62))
    pile.add(
        south.place(f.framed(0.45, 0.6, warm, f.BLACK), 4.02, 1.66),
        south.place(f.framed(0.5, 0.5, cool, f.OAK), 1.68, 1.75),
    )
    pile.add(south.place(f.framed(0.34, 0.44, pictures.botanical((0.3, 0.4, 0.3)), f.BLACK), 4.62, 1.6))
    pile.add(
        east.place(f.framed(0.5, 0.66, warm, f.OAK), 2.68, 1.6),
        east.place(f.framed(0.62, 0.8, cool, f.BLACK), 0.66, 1.58),
    )
    pile.add(
        west.place(f.framed(0.42, 0.54, dusk, f.OAK), 0.45, 1.62),
        west.place(f.framed(0.4, 0.4, warm, f.BLACK), 4.2, 1.9),
    )
    for along in (0.98, 3.62):
        pile.add(
            west.place([f.curtain(0.5, 2.36, (0.85, 0.79, 0.68), (0.62, 0.5, 0.4), int(along * 10))], along)
        )
    pile.add(west.place([f.rail(3.3, 2.37)], 2.3))
    return pile.patches


def _kitchen_line() -> list[Patch]:
    pile, wall = Pile(), KITCHEN["north"]
    green, worktop = (0.4, 0.5, 0.46), looks.stone((0.8, 0.78, 0.74), (0.5, 0.47, 0.44))
    for along, doors in ((0.8, (2, 1)), (1.65, (1, 3)), (2.5, (2, 1))):
        pile.add(wall.place(f.cupboard(0.85, 0.88, 0.58, green, doors, looks.wood(green, 0.45)), along))
    pile.add(wall.place(_cooker(), 3.24))
    pile.add(wall.place(box((0, 0, 0), (2.57, 0.03, 0.61), worktop, without="north"), 0.36, 0.88))
    pile.add(wall.place(_sink(), 2.34, 0.91))
    tiled = looks.tiles(((0.85, 0.86, 0.82), (0.72, 0.79, 0.78), (0.6, 0.71, 0.72), (0.9, 0.88, 0.82)))
    pile.add(wall.place([rectangle((0, 0.27, 0), (3.66, 0, 0), (0, -0.24, 0), tiled)], 0.0, 0.88, 0.004))
    pile.add(wall.place([rectangle((0, 0.6, 0), (1.69, 0, 0), (0, -0.6, 0), tiled)], 0.0, 1.15, 0.004))
    pile.add(wall.place([rectangle((0, 0.6, 0), (0.65, 0, 0), (0, -0.6, 0), tiled)], 3.01, 1.15, 0.004))
    for up, seed in ((1.42, 1), (1.78, 2)):
        pile.add(wall.place(box((-0.62, 0, 0), (0.62, 0.03, 0.24), looks.wood(f.OAK)), 0.86, up))
        pile.add(wall.place(_crockery(seed), 0.86, up + 0.03, 0.12))
    pile.add(wall.place(_on_worktop(), 0.0, 0.91, 0.3))
    fridge = looks.drawers((0.86, 0.84, 0.78), 1, 2, f.STEEL)
    pile.add(
        wall.place(
            box(
                (3.9, 0.03, 0),
                (4.56, 1.86, 0.66),
                looks.paint((0.86, 0.84, 0.78), 0.08),
                without="north bottom",
                south=fridge,
            ),
            0.0,
        )
    )
    notes = (
        (4.1, 1.5, 0.13, 0.17, pictures.botanical((0.3, 0.45, 0.3))),
        (4.3, 1.56, 0.14, 0.1, pictures.landscape((0.6, 0.75, 0.85), (0.5, 0.6, 0.7), (0.2, 0.4, 0.3))),
        (4.27, 1.36, 0.1, 0.13, looks.striped((0.95, 0.93, 0.85), (0.4, 0.4, 0.45), 0.02)),
        (4.08, 1.28, 0.12, 0.09, pictures.abstract(((0.95, 0.9, 0.7), (0.8, 0.3, 0.25), (0.25, 0.45, 0.6)))),
    )
    for along, up, width, height, picture in notes:
        pile.add(
            wall.place(
                [rectangle((0, height, 0), (width, 0, 0), (0, -height, 0), picture, texels_per_m=FINE)],
                along,
                up,
                0.663,
            )
        )
    return pile.patches


def _cooker() -> list[Patch]:
    pile = Pile()
    glass = looks.mixed

    def front(sheet: looks.Sheet) -> looks.Picture:
        door = looks.metal((0.7, 0.7, 0.69))(sheet)
        across, down = sheet.across_m / sheet.width_m, sheet.down_m / sheet.height_m
        pane = (abs(across - 0.5) < 0.4) & (abs(down - 0.58) < 0.26)
        handle = (abs(across - 0.5) < 0.42) & (abs(down - 0.235) < 0.018)
        knobs = ((((across * 6) % 1) - 0.5) ** 2 * 0.012 + (down - 0.1) ** 2 * 0.8) < 0.0012
        door = glass(
            door, (0.08, 0.08, 0.09), (pane | knobs).astype(np.float32) * (0.9 + 0.1 * sheet.noise(0.1))
        )
        return glass(door, (0.85, 0.85, 0.84), handle.astype(np.float32))

    pile.add(
        box(
            (-0.3, 0.02, 0),
            (0.3, 0.905, 0.59),
            looks.metal(f.STEEL),
            without="north bottom",
            south=front,
            top=looks.paint((0.1, 0.1, 0.11), 0.3),
        )
    )
    for x in (-0.14, 0.14):
        for z in (0.17, 0.42):
            pile.add(
                f.lathe(
                    (x, 0.906, z), [(0.03, 0.012), (0.07, 0.012), (0.085, 0.0)], looks.metal((0.3, 0.3, 0.31))
                )
            )
    pot = [(0.11, 0.12), (0.118, 0.13), (0.12, 0.0), (0.05, 0)]
    pile.add(f.lathe((-0.14, 0.918, 0.17), pot, looks.glazed((0.7, 0.3, 0.2), (0.6, 0.22, 0.16))))
    pile.add(
        f.lathe(
            (-0.14, 1.045, 0.17),
            [(0.015, 0.035), (0.02, 0.02), (0.117, 0.0)],
            looks.paint((0.68, 0.28, 0.2), 0.2),
        )
    )
    hood = looks.metal((0.74, 0.74, 0.73))
    pile.add(box((-0.3, 1.62, 0), (0.3, 1.7, 0.45), hood, without="north"))
    pile.add(box((-0.14, 1.7, 0), (0.14, HEIGHT_M, 0.28), hood, without="north top bottom"))
    return pile.patches


def _sink() -> list[Patch]:
    """A basin set on the worktop, and a tap."""
    pile, steel = Pile(), looks.metal((0.74, 0.75, 0.76))
    basin = [(0.02, 0.004), (0.17, 0.004), (0.19, 0.05), (0.205, 0.055), (0.215, 0.045), (0.205, 0.0)]
    pile.add(f.lathe((0, 0, 0.32), basin, steel, 36))
    bend = [(0, 0, 0.09), (0, 0.26, 0.09), (0, 0.31, 0.13), (0, 0.31, 0.22), (0, 0.25, 0.25)]
    for start, end in pairwise(bend):
        pile.add(rod(start, end, 0.013, looks.metal(f.BRASS)))
    return pile.patches


def _crockery(seed: int) -> list[Patch]:
    random = np.random.default_rng(seed)
    pile = Pile()
    for index, x in enumerate(np.linspace(-0.5, 0.5, 7)):
        colour = f.COVERS[int(random.integers(12))]
        kind = (index + seed) % 4
        if kind == 0:
            pile.add(placed(f.jar(float(random.uniform(0.14, 0.2)), colour), (x, 0, 0)))
        elif kind == 1:
            for level in range(4):
                pile.add(placed(f.mug(colour) if level < 1 else [], (x, 0.0, 0.02)))
        elif kind == 2:
            for level in range(5):
                pile.add(placed(f.plate(0.09, f.WHITE if level % 2 else colour), (x, 0.014 * level, 0)))
        else:
            pile.add(placed(f.bowl(0.075, colour, f.WHITE), (x, 0, 0)))
    return pile.patches


def _on_worktop() -> list[Patch]:
    pile = Pile()
    pile.add(
        placed(f.jar(0.22, (0.7, 0.5, 0.3)), (0.5, 0, -0.12)),
        placed(f.jar(0.17, (0.85, 0.75, 0.5)), (0.66, 0, -0.14)),
    )
    pile.add(
        placed(
            soft_box((0, 0.17, 0), (0.26, 0.34, 0.02), looks.wood(f.OAK), Soft(0.009, steps=5), 12),
            (1.12, 0, -0.2),
        )
    )
    pile.add(
        placed(
            soft_box((0, 0.13, 0), (0.2, 0.26, 0.02), looks.wood(f.WALNUT), Soft(0.009, steps=5), 12),
            (1.24, 0, -0.14),
        )
    )
    pile.add(
        placed(f.bowl(0.15, (0.45, 0.5, 0.56), (0.85, 0.8, 0.7)), (1.5, 0, 0.06)),
        placed(f.fruit(4), (1.5, 0.01, 0.06)),
    )
    pile.add(
        placed(
            f.plant(0.24, 0.12, 16, 0.09, 12, looks.glazed((0.78, 0.45, 0.3), (0.7, 0.4, 0.28))),
            (2.75, 0, -0.14),
        )
    )
    pile.add(placed(f.vase(0.2, (0.75, 0.66, 0.5)), (0.86, 0, 0.02)))
    return pile.patches


def _dining() -> list[Patch]:
    pile = Pile()
    x, z, top = 7.85, 2.55, 0.75
    pile.add(placed(f.table(1.55, 0.85, top, f.OAK), (x, 0, z)))
    seat = looks.striped((0.8, 0.76, 0.68), (0.35, 0.42, 0.46), 0.06)
    for dx, dz, yaw in (
        (-0.4, -0.56, 4),
        (0.38, -0.6, -6),
        (-0.36, 0.6, 176),
        (0.42, 0.56, 187),
        (0.98, 0.02, 268),
    ):
        pile.add(placed(f.chair(f.WALNUT, seat), (x + dx, 0, z + dz), yaw))
    runner = looks.striped((0.86, 0.82, 0.74), (0.68, 0.36, 0.26), 0.12)
    pile.add(rectangle((x - 0.7, top + 0.004, z - 0.17), (1.4, 0, 0), (0, 0, 0.34), runner))
    pile.add(
        placed(f.bowl(0.16, (0.8, 0.72, 0.58), (0.5, 0.36, 0.26)), (x - 0.05, top + 0.005, z)),
        placed(f.fruit(9), (x - 0.05, top + 0.02, z)),
    )
    for dx, dz in ((-0.42, -0.25), (0.36, -0.26), (-0.38, 0.27), (0.44, 0.25)):
        pile.add(placed(f.plate(0.125, (0.5, 0.6, 0.62)), (x + dx, top, z + dz)))
    pile.add(
        placed(f.mug((0.5, 0.6, 0.62)), (x - 0.16, top, z - 0.3)),
        placed(f.mug((0.78, 0.62, 0.3)), (x + 0.2, top, z + 0.31)),
    )
    pile.add(
        placed(
            f.plant(0.3, 0.14, 14, 0.11, 31, looks.glazed((0.9, 0.88, 0.84), (0.3, 0.4, 0.46))),
            (x + 0.42, top + 0.005, z),
        )
    )
    for lamp in LAMPS[1:]:
        pile.add(
            placed(f.pendant(HEIGHT_M - 1.84, (0.28, 0.36, 0.34)), (lamp.centre[0], HEIGHT_M, lamp.centre[2]))
        )
    figures = ((0.85, 0.8, 0.68), (0.3, 0.36, 0.42), (0.7, 0.42, 0.3), (0.5, 0.55, 0.5), (0.88, 0.7, 0.4))
    pile.add(
        rectangle(
            (6.2, 0.01, 0.78),
            (2.5, 0, 0),
            (0, 0, 0.62),
            looks.rug((0.42, 0.47, 0.5), figures),
            texels_per_m=FINE,
        )
    )
    pile.add(_on_kitchen_walls())
    pile.add(
        placed(
            f.plant(1.25, 0.36, 18, 0.26, 44, looks.glazed((0.74, 0.7, 0.64), (0.5, 0.44, 0.4))),
            (9.82, 0, 4.2),
        )
    )
    return pile.patches


def _on_kitchen_walls() -> list[Patch]:
    pile = Pile()
    east, south, west = KITCHEN["east"], KITCHEN["south"], KITCHEN["west"]
    pile.add(south.place(f.cupboard(1.6, 0.82, 0.38, (0.62, 0.42, 0.27), (3, 1), looks.wood(f.WALNUT)), 2.3))
    pile.add(
        south.place(f.vase(0.34, (0.35, 0.42, 0.44)), 1.72, 0.82, 0.2),
        south.place(f.vase(0.22, (0.8, 0.6, 0.4)), 1.98, 0.82, 0.2),
    )
    pile.add(south.place(f.plant(0.4, 0.2, 14, 0.16, 17, looks.wicker((0.6, 0.46, 0.3))), 2.9, 0.82, 0.2))
    pile.add(
        south.place(
            f.book((0.26, 0.035, 0.19), looks.printed(f.COVERS[4], f.TITLES[2]), 8, (0, 0, 0)), 2.4, 0.82, 0.2
        )
    )
    bay = pictures.landscape((0.72, 0.78, 0.82), (0.7, 0.66, 0.62), (0.3, 0.26, 0.2), 4)
    bold = pictures.abstract(
        ((0.9, 0.86, 0.76), (0.22, 0.38, 0.4), (0.86, 0.5, 0.3), (0.94, 0.78, 0.5), (0.4, 0.22, 0.2)), 22
    )
    pile.add(south.place(f.framed(1.0, 0.72, bold, f.OAK, 0.03), 2.3, 1.6))
    pile.add(south.place(f.framed(0.4, 0.5, pictures.botanical((0.2, 0.32, 0.3)), f.BLACK), 1.2, 1.62))
    pile.add(
        south.place(f.framed(0.5, 0.4, bay, f.WALNUT), 3.3, 1.72),
        south.place(f.framed(0.36, 0.36, bold, f.BLACK), 3.95, 1.5),
    )
    clock = [
        f.lathe((0, 0, 0), [(0.165, 0.035), (0.18, 0.03), (0.18, 0)], looks.wood(f.WALNUT), 36),
        f.disc((0, 0.02, 0), 0.168, pictures.clock_face),
    ]
    upright = [
        replace(patch, points=patch.points @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]]))
        for patch in clock
    ]
    pile.add(west.place(upright, 1.92, 1.85))
    pile.add(west.place(f.framed(0.46, 0.6, bay, f.OAK), 1.92, 1.32))
    pile.add(west.place(f.framed(0.5, 0.68, pictures.botanical((0.3, 0.36, 0.2)), f.OAK), 3.9, 1.65))
    pile.add(east.place(f.framed(0.44, 0.56, bold, f.WALNUT), 4.0, 1.62))
    for along in (1.22, 3.48):
        pile.add(
            east.place([f.curtain(0.46, 2.32, (0.75, 0.78, 0.76), (0.5, 0.58, 0.6), int(along * 10))], along)
        )
    pile.add(east.place([f.rail(2.9, 2.33)], 2.35))
    return pile.patches


def _garden() -> list[Patch]:
    """A meadow, hedges and trees before hills all round."""
    pile = Pile()
    angle = np.linspace(0, 2 * np.pi, 73)
    ring = np.stack([np.sin(angle), np.zeros_like(angle), -np.cos(angle)], axis=-1) * 34 + [5, 0, 2.3]
    points = ring + np.array([16.5, -5.5])[:, None, None] * np.array([0, 1, 0])
    pile.add(replace(grid(points, pictures.panorama, 2 * np.pi * 34, 22), scenery=True, texels_per_m=26))
    pile.add(
        replace(
            rectangle((-30, GARDEN_Y, -32), (70, 0, 0), (0, 0, 70), pictures.meadow),
            scenery=True,
            texels_per_m=40,
        )
    )
    for at, size, seed in (
        ((-7.5, -0.1, 3.0), (0.9, 1.0, 9.0), 1),
        ((8.0, 0.2, -7.0), (10.0, 1.4, 1.0), 2),
        ((17.5, 0.0, 2.4), (0.9, 1.3, 10.0), 3),
    ):
        pile.add(f.hedge(at, size, (0.4 + 0.03 * seed, 0.55, 0.3), seed))
    green: Sequence[tuple[float, float, float]] = (
        (0.42, 0.57, 0.28),
        (0.5, 0.6, 0.3),
        (0.38, 0.52, 0.32),
        (0.6, 0.6, 0.32),
    )
    for index, (x, z, height) in enumerate(
        (
            (-11, 0.2, 5.0),
            (-13, 4.6, 6.5),
            (16, 0.4, 4.6),
            (20, 4.8, 6.0),
            (6.6, -11, 5.0),
            (11, -13, 6.0),
            (-16, -3, 7.0),
        )
    ):
        pile.add(placed(f.tree(height, 0.36 * height, green[index % 4], index), (x, GARDEN_Y, z)))
    return pile.patches
