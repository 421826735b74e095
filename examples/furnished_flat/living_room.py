"""The living room: sofa, armchairs, desk, books, pictures."""

from examples.furnished_flat import looks, pictures
from examples.furnished_flat.books import COVERS, TITLES, book, bookcase
from examples.furnished_flat.colours import BLACK, OAK, PINE, WALNUT
from examples.furnished_flat.hangings import curtain, framed, rail
from examples.furnished_flat.lamps import desk_lamp, floor_lamp
from examples.furnished_flat.laptop import laptop
from examples.furnished_flat.patches import FINE, Patch, Pile, lathe, placed, rectangle
from examples.furnished_flat.plan import LAMPS, LIVING
from examples.furnished_flat.plants import plant
from examples.furnished_flat.seats import armchair, chair, cushion, sofa
from examples.furnished_flat.tables import round_table, table
from examples.furnished_flat.tableware import mug, vase


def living_room() -> list[Patch]:
    """What stands on its floor."""
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
    pile.add(placed(sofa(), (2.6, 0, 4.08), 180))
    pile.add(placed(armchair((0.76, 0.53, 0.27)), (0.72, 0, 3.72), 132))
    pile.add(placed(armchair((0.55, 0.33, 0.27)), (4.12, 0, 2.5), 275))
    pile.add(placed(floor_lamp(), (LAMPS[0].centre[0], 0, LAMPS[0].centre[2])))
    pile.add(placed(round_table(0.5, 0.42, OAK), (2.4, 0, 2.42)))
    pile.add(_on_coffee_table())
    pile.add(placed(plant(1.75, 0.42, 17, 0.34, 5), (0.46, 0, 0.5)))
    pile.add(placed(round_table(0.21, 0.5, WALNUT), (4.02, 0, 4.28)))
    pile.add(
        placed(
            plant(0.42, 0.2, 16, 0.15, 8, looks.glazed((0.85, 0.83, 0.78), (0.4, 0.5, 0.52))),
            (4.02, 0.5, 4.28),
        )
    )
    pile.add(_desk())
    basket = looks.wicker((0.66, 0.5, 0.33))
    pile.add(
        placed(
            [lathe((0, 0, 0), [(0.17, 0.26), (0.19, 0.3), (0.21, 0.29), (0.17, 0)], basket)], (3.0, 0, 0.3)
        )
    )
    pile.add(
        placed(cushion((0, 0.3, 0), looks.striped((0.8, 0.78, 0.7), (0.5, 0.55, 0.4)), 0.3), (3.0, 0, 0.34))
    )
    return pile.patches


def _on_coffee_table() -> list[Patch]:
    pile = Pile()
    top = 0.42
    for size, colour, yaw, height in (((0.3, 0.03, 0.22), 1, 14, 0.0), ((0.25, 0.025, 0.18), 4, 28, 0.03)):
        cover = looks.printed(COVERS[colour], TITLES[0])
        pile.add(placed(book(size, cover, yaw, (0, height, 0)), (2.55, top, 2.58)))
    pile.add(placed(vase(0.24, (0.32, 0.45, 0.5)), (2.28, top, 2.24)))
    pile.add(
        placed(
            plant(0.2, 0.12, 10, 0.12, 3, looks.glazed((0.8, 0.72, 0.6), (0.5, 0.36, 0.28))),
            (2.62, top, 2.2),
        )
    )
    pile.add(placed(mug((0.78, 0.44, 0.3)), (2.2, top, 2.6)))
    return pile.patches


def _desk() -> list[Patch]:
    pile, wall = Pile(), LIVING["north"]
    pile.add(wall.place(table(1.3, 0.6, 0.74, PINE), 4.1, 0, 0.33))
    pile.add(placed(laptop(), (4.08, 0.74, 0.36)))
    pile.add(placed(desk_lamp(), (3.58, 0.74, 0.2)))
    pile.add(placed(mug((0.25, 0.4, 0.5)), (4.42, 0.74, 0.45)))
    stack = ((0.24, 0.035, 0.17, 2), (0.22, 0.03, 0.16, 7), (0.2, 0.03, 0.15, 0))
    floor = 0.74
    for width, height, depth, colour in stack:
        cover = looks.printed(COVERS[colour], TITLES[1])
        pile.add(
            placed(book((width, height, depth), cover, 0, (0, 0, 0)), (4.57, floor, 0.22), 5.0 * colour - 12)
        )
        floor += height
    pile.add(placed(chair(WALNUT, looks.cloth((0.3, 0.36, 0.34))), (4.0, 0, 0.86), 195))
    return pile.patches


def on_living_walls() -> list[Patch]:
    """What stands against its walls and hangs on them."""
    pile = Pile()
    north, east, south, west = (LIVING[name] for name in ("north", "east", "south", "west"))
    pile.add(north.place(bookcase(1.9, 2.08, 6, OAK, 21), 1.78))
    dusk = pictures.landscape((0.62, 0.7, 0.78), (0.62, 0.62, 0.7), (0.18, 0.28, 0.3))
    warm = pictures.abstract(
        ((0.88, 0.82, 0.7), (0.74, 0.36, 0.24), (0.2, 0.3, 0.36), (0.86, 0.64, 0.3), (0.5, 0.55, 0.45))
    )
    cool = pictures.abstract(
        ((0.82, 0.83, 0.8), (0.2, 0.33, 0.45), (0.55, 0.65, 0.66), (0.78, 0.5, 0.36), (0.15, 0.17, 0.2))
    )
    pile.add(north.place(framed(0.62, 0.8, pictures.botanical((0.25, 0.36, 0.24)), BLACK), 3.5, 1.62))
    pile.add(north.place(framed(0.5, 0.42, cool, OAK), 4.22, 1.78))
    pile.add(north.place(framed(0.36, 0.46, pictures.botanical((0.45, 0.3, 0.22)), WALNUT), 4.86, 1.7))
    pile.add(north.place(framed(0.42, 0.32, dusk, BLACK), 4.18, 1.33))
    pile.add(south.place(framed(1.35, 0.85, dusk, WALNUT, 0.07), 2.85, 1.62))
    pile.add(
        south.place(framed(0.45, 0.6, warm, BLACK), 4.02, 1.66),
        south.place(framed(0.5, 0.5, cool, OAK), 1.68, 1.75),
    )
    pile.add(south.place(framed(0.34, 0.44, pictures.botanical((0.3, 0.4, 0.3)), BLACK), 4.62, 1.6))
    pile.add(
        east.place(framed(0.5, 0.66, warm, OAK), 2.68, 1.6),
        east.place(framed(0.62, 0.8, cool, BLACK), 0.66, 1.58),
    )
    pile.add(
        west.place(framed(0.42, 0.54, dusk, OAK), 0.45, 1.62),
        west.place(framed(0.4, 0.4, warm, BLACK), 4.2, 1.9),
    )
    for along in (0.98, 3.62):
        pile.add(
            west.place([curtain(0.5, 2.36, (0.85, 0.79, 0.68), (0.62, 0.5, 0.4), int(along * 10))], along)
        )
    pile.add(west.place([rail(3.3, 2.37)], 2.3))
    return pile.patches
