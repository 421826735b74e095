"""Pieces of furniture. Each stands on the floor at the origin, its back towards -Z, and is moved from there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from examples.furnished_flat import looks, pictures
from examples.furnished_flat.looks import Colour, Look
from examples.furnished_flat.patches import (
    COARSE,
    FINE,
    Array,
    Patch,
    Pile,
    Soft,
    box,
    grid,
    lathe,
    placed,
    rectangle,
    rod,
    sheet,
    soft_box,
)

OAK, WALNUT, PINE = (0.72, 0.54, 0.35), (0.45, 0.3, 0.2), (0.82, 0.68, 0.48)
BRASS, BLACK, STEEL, WHITE = (0.78, 0.62, 0.34), (0.14, 0.14, 0.15), (0.66, 0.67, 0.68), (0.92, 0.91, 0.88)
LEAF, RIB = (0.27, 0.43, 0.2), (0.55, 0.62, 0.36)


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


def disc(centre: Sequence[float], radius_m: float, look: Look, **more: object) -> Patch:
    """Flat and round, its texture straight across it: squares drawn out to rings."""
    share = np.linspace(-1, 1, 13 if radius_m > 0.1 else 7)
    x, z = np.meshgrid(share, share)
    # The elliptical map of a square onto a disc (Fong, 2015).
    points = np.stack([x * np.sqrt(1 - z**2 / 2), np.zeros_like(x), z * np.sqrt(1 - x**2 / 2)], axis=-1)
    return grid(np.asarray(centre) + radius_m * points, look, 2 * radius_m, 2 * radius_m, **more)


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


def plant(
    height_m: float, spread: float, leaves: int, leaf_m: float, seed: int, pot: Look | None = None
) -> list[Patch]:
    """In a pot: stems that lean outwards, leaves that hang from them."""
    random = np.random.default_rng(seed)
    pile = Pile()
    r, h = 0.16 * height_m + 0.03, 0.22 * height_m + 0.04
    pile.add(
        lathe(
            (0, 0, 0),
            [(0.86 * r, h - 0.03), (0.92 * r, h), (r, h), (0.97 * r, 0.8 * h), (0.76 * r, 0.0)],
            pot or looks.wicker((0.72, 0.58, 0.4)),
        )
    )
    pile.add(disc((0, h - 0.03, 0), 0.88 * r, looks.soil))
    for index in range(leaves):
        share = (index + 0.5) / leaves
        angle = index * 2.4 + random.uniform(-0.4, 0.4)
        towards = np.array([np.sin(angle), 0, np.cos(angle)])
        lean = spread * (0.25 + 0.75 * random.random()) * (1.1 - 0.6 * share)
        tip = np.array([0, h + (height_m - h) * (0.25 + 0.75 * share), 0]) + lean * towards
        root = np.array([0, h - 0.03, 0]) + 0.25 * r * towards
        knee = 0.45 * root + 0.55 * tip + [0, 0.12 * height_m, 0]
        pile.add(
            rod(root, knee, (0.006, 0.005), looks.paint((0.36, 0.34, 0.2))),
            rod(knee, tip, (0.005, 0.003), looks.paint((0.38, 0.42, 0.22))),
        )
        tone = float(random.uniform(0.75, 1.25))
        colour = (LEAF[0] * tone, LEAF[1] * tone, LEAF[2] * tone)
        pile.add(
            _leaf(tip, towards, leaf_m * float(random.uniform(0.75, 1.2)), looks.foliage(colour, RIB), random)
        )
    return pile.patches


def _leaf(root: Array, towards: Array, length_m: float, look: Look, random: np.random.Generator) -> Patch:
    """Pointed, folded along its rib, bent down towards its tip."""
    along = np.linspace(0, 1, 7)
    width = 0.5 * 0.5 * length_m * np.sin(np.pi * np.clip(along, 0.02, 0.985) ** 0.8)
    aside = np.cross([0, 1.0, 0], towards)
    rise = float(random.uniform(0.1, 0.7))
    spine = root + length_m * (
        along[:, None] * towards + (rise * along - 0.75 * along**2)[:, None] * [0, 1, 0]
    )
    share = np.array([-1, -0.5, 0, 0.5, 1.0])
    fold = 0.25 * np.abs(share)
    points = spine[:, None] + width[:, None, None] * (
        share[None, :, None] * aside + fold[None, :, None] * [0, 1, 0]
    )
    return sheet(points[::-1], look, 0.5 * length_m, length_m, FINE)


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


def laptop() -> list[Patch]:
    """Open, and at work."""
    pile = Pile()
    pile.add(
        box(
            (-0.165, 0, -0.11),
            (0.165, 0.016, 0.11),
            looks.metal(STEEL),
            top=looks.tiles(((0.25, 0.25, 0.26),), 0.02, 0.02),
        )
    )
    lid = box((-0.165, -0.11, -0.004), (0.165, 0.11, 0.004), looks.metal(STEEL), south=pictures.screen)
    tilt = np.radians(18)
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), np.sin(tilt)], [0, -np.sin(tilt), np.cos(tilt)]])
    pile.add(_leant(lid, lean, (0, 0.118, -0.145)))
    return pile.patches


def _leant(patches: list[Patch], lean: Array, to: Sequence[float]) -> list[Patch]:
    return [replace(patch, points=patch.points @ lean.T + np.asarray(to)) for patch in patches]


def foliage(outline: Array, leaf_m: float, colour: Colour, random: np.random.Generator) -> Patch:
    """Leaves round points (n, 3), each turned its own way, in one patch: those at the top come first."""
    count = len(outline)
    roots = outline[np.argsort(-outline[:, 1])]
    along, aside = random.normal(size=(2, count, 3))
    along *= leaf_m * random.uniform(0.7, 1.3, (count, 1)) / np.linalg.norm(along, axis=1, keepdims=True)
    aside = np.cross(along, aside)
    aside *= 0.3 * leaf_m / np.linalg.norm(aside, axis=1, keepdims=True)
    middle, tips = roots + 0.5 * along, roots + along
    points = np.stack(
        [np.stack([roots, middle + aside], axis=1), np.stack([middle - aside, tips], axis=1)], axis=1
    )
    patch = grid(points.reshape(2 * count, 2, 3), pictures.leaves(colour), 0.1, 0.02 * count)
    kept = (np.arange(2 * count - 1) % 2 == 0)[:, None]
    return replace(patch, kept=kept, scenery=True, texels_per_m=100)


def tree(height_m: float, crown_m: float, colour: Colour, seed: int) -> list[Patch]:
    """Out in the garden: clumps of leaves round a dark inside."""
    random = np.random.default_rng(seed)
    bark = rod((0, 0, 0), (0, height_m * 0.62, 0), (0.2, 0.11), looks.wood((0.45, 0.37, 0.3)))
    pile = Pile([replace(bark, scenery=True, texels_per_m=COARSE / 3)])
    dark = (0.55 * colour[0], 0.55 * colour[1], 0.55 * colour[2])
    leaves = []
    for _ in range(16):
        at = random.normal(0, [0.36, 0.3, 0.36]) * crown_m + [0, height_m * 0.74, 0]
        size = crown_m * random.uniform(0.35, 0.6, 3)
        inside = soft_box(at, 0.72 * size, pictures.thicket(dark), Soft(0.36 * float(size.min()), steps=5))
        pile.add([replace(patch, scenery=True, texels_per_m=COARSE / 4) for patch in inside])
        directions = random.normal(size=(70, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        leaves.append(at + directions * size * random.uniform(0.34, 0.5, (70, 1)))
    pile.add(foliage(np.concatenate(leaves), 0.3, colour, random))
    return pile.patches


def hedge(at: Sequence[float], size: Sequence[float], colour: Colour, seed: int) -> list[Patch]:
    """Clipped, but not lately."""
    random = np.random.default_rng(seed)
    dark = (0.6 * colour[0], 0.6 * colour[1], 0.6 * colour[2])
    inside = soft_box(at, size, pictures.thicket(dark), Soft(0.3))
    pile = Pile([replace(patch, scenery=True, texels_per_m=COARSE / 3) for patch in inside])
    half = np.asarray(size) / 2
    places = random.uniform(-1, 1, (2600, 3))
    side = np.arange(2600) % 3
    places[np.arange(2600), side] = np.sign(places[np.arange(2600), side])
    pile.add(foliage(np.asarray(at) + places * half, 0.17, colour, random))
    return pile.patches
