"""The kitchen: worktop and cooker along the north wall, a table laid for four, a sideboard."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from examples.furnished_flat import looks, pictures
from examples.furnished_flat.books import COVERS, TITLES, book
from examples.furnished_flat.colours import BLACK, BRASS, OAK, STEEL, WALNUT, WHITE
from examples.furnished_flat.hangings import curtain, framed, rail
from examples.furnished_flat.lamps import pendant
from examples.furnished_flat.patches import (
    FINE,
    Patch,
    Pile,
    Soft,
    box,
    disc,
    lathe,
    placed,
    rectangle,
    rod,
    soft_box,
)
from examples.furnished_flat.plan import KITCHEN, LAMPS
from examples.furnished_flat.plants import plant
from examples.furnished_flat.seats import chair
from examples.furnished_flat.tables import cupboard, table
from examples.furnished_flat.tableware import bowl, fruit, jar, mug, plate, vase
from examples.furnished_flat.walls import HEIGHT_M


def kitchen_line() -> list[Patch]:
    """Cupboards, cooker, sink, shelves and fridge along its north wall."""
    pile, wall = Pile(), KITCHEN["north"]
    green, worktop = (0.4, 0.5, 0.46), looks.stone((0.8, 0.78, 0.74), (0.5, 0.47, 0.44))
    for along, doors in ((0.8, (2, 1)), (1.65, (1, 3)), (2.5, (2, 1))):
        pile.add(wall.place(cupboard(0.85, 0.88, 0.58, green, doors, looks.wood(green, 0.45)), along))
    pile.add(wall.place(_cooker(), 3.24))
    pile.add(wall.place(box((0, 0, 0), (2.57, 0.03, 0.61), worktop, without="north"), 0.36, 0.88))
    pile.add(wall.place(_sink(), 2.34, 0.91))
    tiled = looks.tiles(((0.85, 0.86, 0.82), (0.72, 0.79, 0.78), (0.6, 0.71, 0.72), (0.9, 0.88, 0.82)))
    pile.add(wall.place([rectangle((0, 0.27, 0), (3.66, 0, 0), (0, -0.24, 0), tiled)], 0.0, 0.88, 0.004))
    pile.add(wall.place([rectangle((0, 0.6, 0), (1.69, 0, 0), (0, -0.6, 0), tiled)], 0.0, 1.15, 0.004))
    pile.add(wall.place([rectangle((0, 0.6, 0), (0.65, 0, 0), (0, -0.6, 0), tiled)], 3.01, 1.15, 0.004))
    for up, seed in ((1.42, 1), (1.78, 2)):
        pile.add(wall.place(box((-0.62, 0, 0), (0.62, 0.03, 0.24), looks.wood(OAK)), 0.86, up))
        pile.add(wall.place(_crockery(seed), 0.86, up + 0.03, 0.12))
    pile.add(wall.place(_on_worktop(), 0.0, 0.91, 0.3))
    fridge = looks.drawers((0.86, 0.84, 0.78), 1, 2, STEEL)
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
            looks.metal(STEEL),
            without="north bottom",
            south=front,
            top=looks.paint((0.1, 0.1, 0.11), 0.3),
        )
    )
    for x in (-0.14, 0.14):
        for z in (0.17, 0.42):
            pile.add(
                lathe(
                    (x, 0.906, z), [(0.03, 0.012), (0.07, 0.012), (0.085, 0.0)], looks.metal((0.3, 0.3, 0.31))
                )
            )
    pot = [(0.11, 0.12), (0.118, 0.13), (0.12, 0.0), (0.05, 0)]
    pile.add(lathe((-0.14, 0.918, 0.17), pot, looks.glazed((0.7, 0.3, 0.2), (0.6, 0.22, 0.16))))
    pile.add(
        lathe(
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
    pile.add(lathe((0, 0, 0.32), basin, steel, 36))
    bend = [(0, 0, 0.09), (0, 0.26, 0.09), (0, 0.31, 0.13), (0, 0.31, 0.22), (0, 0.25, 0.25)]
    for start, end in pairwise(bend):
        pile.add(rod(start, end, 0.013, looks.metal(BRASS)))
    return pile.patches


def _crockery(seed: int) -> list[Patch]:
    random = np.random.default_rng(seed)
    pile = Pile()
    for index, x in enumerate(np.linspace(-0.5, 0.5, 7)):
        colour = COVERS[int(random.integers(12))]
        kind = (index + seed) % 4
        if kind == 0:
            pile.add(placed(jar(float(random.uniform(0.14, 0.2)), colour), (x, 0, 0)))
        elif kind == 1:
            for level in range(4):
                pile.add(placed(mug(colour) if level < 1 else [], (x, 0.0, 0.02)))
        elif kind == 2:
            for level in range(5):
                pile.add(placed(plate(0.09, WHITE if level % 2 else colour), (x, 0.014 * level, 0)))
        else:
            pile.add(placed(bowl(0.075, colour, WHITE), (x, 0, 0)))
    return pile.patches


def _on_worktop() -> list[Patch]:
    pile = Pile()
    pile.add(
        placed(jar(0.22, (0.7, 0.5, 0.3)), (0.5, 0, -0.12)),
        placed(jar(0.17, (0.85, 0.75, 0.5)), (0.66, 0, -0.14)),
    )
    pile.add(
        placed(
            soft_box((0, 0.17, 0), (0.26, 0.34, 0.02), looks.wood(OAK), Soft(0.009, steps=5), 12),
            (1.12, 0, -0.2),
        )
    )
    pile.add(
        placed(
            soft_box((0, 0.13, 0), (0.2, 0.26, 0.02), looks.wood(WALNUT), Soft(0.009, steps=5), 12),
            (1.24, 0, -0.14),
        )
    )
    pile.add(
        placed(bowl(0.15, (0.45, 0.5, 0.56), (0.85, 0.8, 0.7)), (1.5, 0, 0.06)),
        placed(fruit(4), (1.5, 0.01, 0.06)),
    )
    pile.add(
        placed(
            plant(0.24, 0.12, 16, 0.09, 12, looks.glazed((0.78, 0.45, 0.3), (0.7, 0.4, 0.28))),
            (2.75, 0, -0.14),
        )
    )
    pile.add(placed(vase(0.2, (0.75, 0.66, 0.5)), (0.86, 0, 0.02)))
    return pile.patches


def dining() -> list[Patch]:
    """The table, and all else but the north wall."""
    pile = Pile()
    x, z, top = 7.85, 2.55, 0.75
    pile.add(placed(table(1.55, 0.85, top, OAK), (x, 0, z)))
    seat = looks.striped((0.8, 0.76, 0.68), (0.35, 0.42, 0.46), 0.06)
    for dx, dz, yaw in (
        (-0.4, -0.56, 4),
        (0.38, -0.6, -6),
        (-0.36, 0.6, 176),
        (0.42, 0.56, 187),
        (0.98, 0.02, 268),
    ):
        pile.add(placed(chair(WALNUT, seat), (x + dx, 0, z + dz), yaw))
    runner = looks.striped((0.86, 0.82, 0.74), (0.68, 0.36, 0.26), 0.12)
    pile.add(rectangle((x - 0.7, top + 0.004, z - 0.17), (1.4, 0, 0), (0, 0, 0.34), runner))
    pile.add(
        placed(bowl(0.16, (0.8, 0.72, 0.58), (0.5, 0.36, 0.26)), (x - 0.05, top + 0.005, z)),
        placed(fruit(9), (x - 0.05, top + 0.02, z)),
    )
    for dx, dz in ((-0.42, -0.25), (0.36, -0.26), (-0.38, 0.27), (0.44, 0.25)):
        pile.add(placed(plate(0.125, (0.5, 0.6, 0.62)), (x + dx, top, z + dz)))
    pile.add(
        placed(mug((0.5, 0.6, 0.62)), (x - 0.16, top, z - 0.3)),
        placed(mug((0.78, 0.62, 0.3)), (x + 0.2, top, z + 0.31)),
    )
    pile.add(
        placed(
            plant(0.3, 0.14, 14, 0.11, 31, looks.glazed((0.9, 0.88, 0.84), (0.3, 0.4, 0.46))),
            (x + 0.42, top + 0.005, z),
        )
    )
    for lamp in LAMPS[1:]:
        pile.add(
            placed(pendant(HEIGHT_M - 1.84, (0.28, 0.36, 0.34)), (lamp.centre[0], HEIGHT_M, lamp.centre[2]))
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
            plant(1.25, 0.36, 18, 0.26, 44, looks.glazed((0.74, 0.7, 0.64), (0.5, 0.44, 0.4))),
            (9.82, 0, 4.2),
        )
    )
    return pile.patches


def _on_kitchen_walls() -> list[Patch]:
    pile = Pile()
    east, south, west = KITCHEN["east"], KITCHEN["south"], KITCHEN["west"]
    pile.add(south.place(cupboard(1.6, 0.82, 0.38, (0.62, 0.42, 0.27), (3, 1), looks.wood(WALNUT)), 2.3))
    pile.add(
        south.place(vase(0.34, (0.35, 0.42, 0.44)), 1.72, 0.82, 0.2),
        south.place(vase(0.22, (0.8, 0.6, 0.4)), 1.98, 0.82, 0.2),
    )
    pile.add(south.place(plant(0.4, 0.2, 14, 0.16, 17, looks.wicker((0.6, 0.46, 0.3))), 2.9, 0.82, 0.2))
    pile.add(
        south.place(
            book((0.26, 0.035, 0.19), looks.printed(COVERS[4], TITLES[2]), 8, (0, 0, 0)), 2.4, 0.82, 0.2
        )
    )
    bay = pictures.landscape((0.72, 0.78, 0.82), (0.7, 0.66, 0.62), (0.3, 0.26, 0.2), 4)
    bold = pictures.abstract(
        ((0.9, 0.86, 0.76), (0.22, 0.38, 0.4), (0.86, 0.5, 0.3), (0.94, 0.78, 0.5), (0.4, 0.22, 0.2)), 22
    )
    pile.add(south.place(framed(1.0, 0.72, bold, OAK, 0.03), 2.3, 1.6))
    pile.add(south.place(framed(0.4, 0.5, pictures.botanical((0.2, 0.32, 0.3)), BLACK), 1.2, 1.62))
    pile.add(
        south.place(framed(0.5, 0.4, bay, WALNUT), 3.3, 1.72),
        south.place(framed(0.36, 0.36, bold, BLACK), 3.95, 1.5),
    )
    clock = [
        lathe((0, 0, 0), [(0.165, 0.035), (0.18, 0.03), (0.18, 0)], looks.wood(WALNUT), 36),
        disc((0, 0.02, 0), 0.168, pictures.clock_face),
    ]
    upright = [
        replace(patch, points=patch.points @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]]))
        for patch in clock
    ]
    pile.add(west.place(upright, 1.92, 1.85))
    pile.add(west.place(framed(0.46, 0.6, bay, OAK), 1.92, 1.32))
    pile.add(west.place(framed(0.5, 0.68, pictures.botanical((0.3, 0.36, 0.2)), OAK), 3.9, 1.65))
    pile.add(east.place(framed(0.44, 0.56, bold, WALNUT), 4.0, 1.62))
    for along in (1.22, 3.48):
        pile.add(
            east.place([curtain(0.46, 2.32, (0.75, 0.78, 0.76), (0.5, 0.58, 0.6), int(along * 10))], along)
        )
    pile.add(east.place([rail(2.9, 2.33)], 2.35))
    return pile.patches
