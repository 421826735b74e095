"""Outlines of generated things: a thing is a list of parts, a part a polygon, all in units of the thing's size.

x runs right, y down; a thing stands on y = 0 and reaches up to about y = -1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Polygon = NDArray[np.float64]
"""(n, 2) corners."""


@dataclass(frozen=True)
class Part:
    """One piece of a thing: its outline, which of the thing's materials covers it, and how round it is."""

    polygon: Polygon
    material: int
    roundness: float
    """0 flat, 1 swollen like a cushion."""


def thing(rng: np.random.Generator) -> list[Part]:
    """Parts, hindmost first, of something like furniture, a creature, a vessel, a vehicle, a plant or a lump."""
    parts = _THINGS[rng.choice(len(_THINGS), p=_SHARES)](rng)
    return [*parts, *_details(parts, rng)] if rng.random() < 0.5 else parts


def _details(parts: list[Part], rng: np.random.Generator) -> list[Part]:
    """Buttons, badges, patches, windows, stripes: small parts lying on the others."""
    made = []
    for _ in range(int(rng.integers(1, 9))):
        below = parts[int(rng.integers(len(parts)))].polygon
        middle, extent = below.mean(0), np.ptp(below, 0)
        place = middle + rng.uniform(-0.25, 0.25, 2) * extent
        outline = lump(rng, 0.2) if rng.random() < 0.5 else ellipse(1, 1, rng.uniform(2, 12))
        shape = outline * extent * rng.uniform(0.08, 0.45, 2)
        made.append(Part(moved(shape, *place), int(rng.integers(4)), rng.uniform(0, 1)))
    return made


def moved(polygon: Polygon, x: float, y: float, turn: float = 0.0) -> Polygon:
    """The polygon turned by `turn` radians about the origin, then shifted."""
    cosine, sine = np.cos(turn), np.sin(turn)
    return np.asarray(polygon @ np.array([[cosine, sine], [-sine, cosine]]) + (x, y))


def ellipse(width: float, height: float, squareness: float = 2.0) -> Polygon:
    """About the origin; squareness 2 an ellipse, 8 nearly a box."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    cosine, sine = np.cos(angle), np.sin(angle)
    radius = (np.abs(cosine) ** squareness + np.abs(sine) ** squareness) ** (-1 / squareness)
    return np.stack([radius * cosine * width / 2, radius * sine * height / 2], 1)


def lump(rng: np.random.Generator, wildness: float) -> Polygon:
    """A closed curve of radius about 0.5 with a few random waves."""
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    radius = np.ones(64)
    for wave in range(1, int(rng.integers(2, 9))):
        radius += wildness / wave * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    radius = 0.5 * np.clip(radius, 0.2, None)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


def bar(start: tuple[float, float], end: tuple[float, float], thick: float, thin: float) -> Polygon:
    """A limb or leg from start to end, as wide as its two measures there, with round ends."""
    ends, angle = np.array([start, end], np.float64), np.linspace(-np.pi / 2, np.pi / 2, 9)
    along = np.arctan2(*(ends[1] - ends[0])[::-1])
    caps = []
    for middle, width, turn in ((ends[1], thin, along), (ends[0], thick, along + np.pi)):
        caps.append(middle + width / 2 * np.stack([np.cos(angle + turn), np.sin(angle + turn)], 1))
    return np.concatenate(caps)


def _slab(left: float, top: float, right: float, bottom: float, squareness: float = 9.0) -> Polygon:
    return moved(ellipse(right - left, bottom - top, squareness), (left + right) / 2, (top + bottom) / 2)


def _creature(rng: np.random.Generator) -> list[Part]:
    """Four legs, body, neck, head, tail, patches."""
    long, tall, thick = rng.uniform(0.5, 1.1), rng.uniform(0.25, 0.6), rng.uniform(0.22, 0.42)
    side, leg = rng.choice([-1, 1]), rng.uniform(0.05, 0.12)
    parts = []
    for x in (-0.4, -0.28, 0.28, 0.4):
        foot = (side * long * x + rng.normal(0, 0.08), 0.0)
        parts.append(Part(bar((side * long * x, -tall), foot, leg * 1.8, leg), int(rng.integers(2)), 0.8))
    head = (side * long * rng.uniform(0.5, 0.75), -tall - rng.uniform(0.1, 0.5))
    tail = (-side * long * rng.uniform(0.5, 0.9), -tall - rng.uniform(-0.3, 0.4))
    parts.append(Part(bar((-side * long * 0.4, -tall - 0.05), tail, 0.09, 0.03), 0, 0.8))
    parts.append(Part(bar((side * long * 0.35, -tall), head, thick * 0.9, thick * 0.4), 0, 0.9))
    parts.append(Part(moved(ellipse(long, thick), 0, -tall), 0, 1.0))
    parts.append(Part(moved(lump(rng, 0.2) * thick * 0.9, rng.uniform(-0.3, 0.3) * long, -tall), 1, 0.6))
    parts.append(Part(moved(ellipse(0.3, 0.2), *head, rng.uniform(-0.5, 0.5)), int(rng.integers(3)), 1.0))
    ears = [moved(ellipse(0.06, 0.14), head[0] + x, head[1] - 0.11) for x in (-0.06, 0.07)]
    return [*parts, *(Part(ear, 2, 0.5) for ear in ears)]


def _person(rng: np.random.Generator) -> list[Part]:
    """Legs, trunk, arms, head, hair, each in its own material: standing, walking or seen to the waist."""
    hip, shoulder, half = -rng.uniform(0.4, 0.5), -rng.uniform(0.76, 0.84), rng.uniform(0.08, 0.16)
    parts = []
    if rng.random() < 0.75:
        for side in (-1, 1):
            foot = (side * rng.uniform(0.0, 0.22), -rng.uniform(0, 0.06))
            parts.append(Part(bar((side * half * 0.6, hip), foot, half * 1.1, half * 0.6), 0, 0.9))
            parts.append(Part(moved(ellipse(0.14, 0.06), foot[0] + 0.03, foot[1]), 3, 0.6))
    trunk = np.array(
        [
            (-half, hip + 0.05),
            (half, hip + 0.05),
            (half * 1.25, shoulder),
            (0, shoulder - 0.04),
            (-half * 1.25, shoulder),
        ]
    )
    parts.append(Part(trunk, 1, 0.9))
    for side in (-1, 1):
        elbow = (side * (half + rng.uniform(0, 0.22)), shoulder + rng.uniform(-0.05, 0.22))
        hand = (elbow[0] + rng.normal(0, 0.13), elbow[1] + rng.normal(0.05, 0.15))
        sleeve = 1 if rng.random() < 0.6 else 2
        parts.append(Part(bar((side * half * 1.05, shoulder + 0.02), elbow, 0.09, 0.07), 1, 0.9))
        parts.append(Part(bar(elbow, hand, 0.07, 0.045), sleeve, 0.9))
    parts.append(Part(moved(ellipse(0.14, 0.18), 0, shoulder - 0.13), 2, 1.0))
    parts.append(Part(moved(ellipse(0.15, 0.1), 0, shoulder - 0.19), 3, 0.8))
    return parts


def _chair(rng: np.random.Generator) -> list[Part]:
    """Thin legs, a seat, a back, at times cushions and arms."""
    wide, seat, lean = rng.uniform(0.45, 0.8), -rng.uniform(0.35, 0.5), rng.uniform(-0.2, 0.2)
    leg, legs = rng.uniform(0.02, 0.06), []
    for x, y in ((-0.5, 0.0), (0.5, 0.0), (-0.38 + lean, -0.1), (0.38 + lean, -0.1)):
        legs.append(Part(bar((x * wide, seat), (x * wide * 1.1, y), leg, leg * 0.8), 0, 0.4))
    back = moved(_slab(-wide * 0.45, -1, wide * 0.45, seat), lean * 0.6, 0)
    parts = [*legs, Part(back, int(rng.integers(2)), 0.5)]
    plane = [
        (-0.5 * wide, seat),
        (0.5 * wide, seat),
        (0.42 * wide + lean, seat - 0.12),
        (-0.42 * wide + lean, seat - 0.12),
    ]
    parts.append(Part(np.array(plane), 1, 0.4))
    if rng.random() < 0.4:
        parts.append(Part(moved(lump(rng, 0.08) * wide * 0.7, lean / 2, seat - 0.2), 2, 1.0))
    return parts


def _sofa(rng: np.random.Generator) -> list[Part]:
    """A long back, seat cushions, arms, scatter cushions of other cloth."""
    wide, tall = rng.uniform(1.0, 1.8), rng.uniform(0.5, 0.8)
    parts = [Part(_slab(-wide / 2, -tall, wide / 2, -0.08, 6), 0, 0.5)]
    seats = int(rng.integers(1, 4))
    for seat in range(seats):
        left = -wide * 0.42 + seat * wide * 0.84 / seats
        right = left + wide * 0.84 / seats
        parts.append(Part(_slab(left, -tall * 0.95, right, -tall * 0.42, 4), 0, 1.0))
        parts.append(Part(_slab(left, -tall * 0.5, right, -tall * 0.22, 5), int(rng.integers(2)), 1.0))
    arm = _slab(-0.09, -tall * 0.66, 0.09, -0.06, 4)
    parts.extend(Part(moved(arm, side * wide * 0.46, 0), 0, 0.8) for side in (-1, 1))
    for _ in range(int(rng.integers(0, 4))):
        place = (rng.uniform(-0.35, 0.35) * wide, -tall * rng.uniform(0.55, 0.7))
        parts.append(Part(moved(ellipse(0.26, 0.24, 5), *place, rng.uniform(-0.5, 0.5)), 2, 1.0))
    return parts


def _cabinet(rng: np.random.Generator) -> list[Part]:
    """A box in perspective: front, side and top in shades of one material, with doors, handles or shelves."""
    wide, tall = rng.uniform(0.4, 1.4), rng.uniform(0.3, 1.0)
    deep, rise = rng.uniform(0.05, 0.35) * rng.choice([-1, 1]), rng.uniform(0.03, 0.2)
    left, right = -wide / 2, wide / 2
    edge = right if deep > 0 else left
    flank = np.array([(edge, 0), (edge + deep, -rise), (edge + deep, -tall - rise), (edge, -tall)])
    top = np.array([(left, -tall), (right, -tall), (right + deep, -tall - rise), (left + deep, -tall - rise)])
    parts = [Part(flank, 1, 0), Part(top, 2, 0), Part(_slab(left, -tall, right, 0, 40), 0, 0.1)]
    rows, columns = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    inset, filling = rng.uniform(0.01, 0.05), int(rng.integers(4))
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * wide / columns, -tall + row * tall / rows
            panel = _slab(x + inset, y + inset, x + wide / columns - inset, y + tall / rows - inset, 40)
            parts.append(Part(panel, filling, 0.1))
    return parts


def _table(rng: np.random.Generator) -> list[Part]:
    """A thin top on thin legs, round or square, with things on it at times."""
    wide, tall, thin = rng.uniform(0.7, 1.4), rng.uniform(0.35, 0.7), rng.uniform(0.03, 0.07)
    parts = []
    if rng.random() < 0.3:
        parts = [
            Part(bar((0, -tall), (0, -0.03), 0.07, 0.09), 1, 0.8),
            Part(ellipse(wide * 0.5, 0.1), 1, 0.5),
        ]
    else:
        for x, y in ((-0.46, 0.0), (0.46, 0.0), (-0.36, -0.12), (0.36, -0.12)):
            parts.append(Part(bar((x * wide, -tall), (x * wide, y), thin * 1.3, thin), 1, 0.4))
    depth = rng.uniform(0.08, 0.25)
    top = (
        ellipse(wide, depth)
        if rng.random() < 0.4
        else np.array(
            [
                (-wide / 2, depth / 2),
                (wide / 2, depth / 2),
                (wide * 0.4, -depth / 2),
                (-wide * 0.4, -depth / 2),
            ]
        )
    )
    parts.append(Part(moved(top, 0, -tall + thin), 2, 0.1))
    parts.append(Part(moved(top, 0, -tall), 0, 0.1))
    return parts


def _vessel(rng: np.random.Generator) -> list[Part]:
    """Turned things: bottles, vases, cups, lamps; bands of other material across."""
    heights = np.linspace(0, -1, 24)
    radius = np.interp(-heights, np.sort(rng.random(5)), rng.uniform(0.05, 0.4, 5))
    radius = np.convolve(np.pad(radius, 2, mode="edge"), np.ones(5) / 5, "valid")
    outline = np.concatenate([np.stack([radius, heights], 1), np.stack([-radius, heights], 1)[::-1]])
    parts = [Part(outline, 0, 1.0)]
    if rng.random() < 0.5:
        low, high = np.sort(rng.integers(0, 24, 2))
        band = slice(int(low), int(high) + 2)
        ring = np.stack([radius, heights], 1)[band]
        parts.append(Part(np.concatenate([ring, (ring * (-1, 1))[::-1]]), 1, 0.9))
    if rng.random() < 0.3:
        parts.insert(0, Part(moved(ellipse(0.3, 0.35), float(radius[12]), -0.55), 1, 0.5))
    if rng.random() < 0.4:
        parts.append(Part(moved(ellipse(2 * radius[-1], 0.06), 0, -1), 2, 0.0))
    return parts


def _lamp(rng: np.random.Generator) -> list[Part]:
    """A foot, a thin pole and a shade."""
    wide, shade = rng.uniform(0.25, 0.6), rng.uniform(0.15, 0.4)
    cone = [(-wide / 2, -1 + shade), (wide / 2, -1 + shade), (wide * 0.3, -1), (-wide * 0.3, -1)]
    pole = bar((0, -0.9), (0, -0.02), 0.03, 0.04)
    return [Part(pole, 0, 0.5), Part(ellipse(wide * 0.7, 0.07), 0, 0.7), Part(np.array(cone), 1, 0.7)]


def _vehicle(rng: np.random.Generator) -> list[Part]:
    """A body, a cabin, windows, wheels."""
    long, tall, wheel = rng.uniform(1.2, 1.9), rng.uniform(0.25, 0.45), rng.uniform(0.12, 0.2)
    cabin = [
        (-0.35, -tall),
        (0.32, -tall),
        (rng.uniform(0.1, 0.25), -tall * 1.8),
        (rng.uniform(-0.3, -0.15), -tall * 1.8),
    ]
    corners = np.array(cabin) * (long, 1)
    parts = [Part(corners, 0, 0.4), Part((corners - corners.mean(0)) * (0.8, 0.7) + corners.mean(0), 1, 0.1)]
    parts.append(Part(_slab(-long / 2, -tall * 1.1, long / 2, -wheel * 0.6, 4), 0, 0.7))
    for x in (-0.31, 0.31):
        parts.append(Part(moved(ellipse(2 * wheel, 2 * wheel), x * long, -wheel), 2, 0.3))
        parts.append(Part(moved(ellipse(wheel, wheel), x * long, -wheel), 3, 0.3))
    lights = [moved(ellipse(0.08, 0.08), x * long, -tall * 0.75) for x in (-0.47, 0.47)]
    return [*parts, *(Part(light, 3, 0.5) for light in lights)]


def _cycle(rng: np.random.Generator) -> list[Part]:
    """Wheels of thin tyres, a thin frame, at times somebody on it."""
    wheel, gap = rng.uniform(0.22, 0.3), rng.uniform(0.3, 0.42)
    parts = []
    for x in (-gap, gap):
        ring = ellipse(2 * wheel, 2 * wheel)
        tyre = np.concatenate([ring, ring[:1], 0.86 * ring[:1], 0.86 * ring[::-1]])
        parts.append(Part(moved(tyre, x, -wheel), 0, 0.1))
    joints = {
        "back": (-gap, -wheel),
        "front": (gap, -wheel),
        "low": (-0.02, -wheel * 0.9),
        "seat": (-0.1, -0.6),
        "bars": (gap * 0.75, -0.65),
    }
    for start, end in (
        ("back", "low"),
        ("back", "seat"),
        ("seat", "low"),
        ("low", "bars"),
        ("seat", "bars"),
        ("front", "bars"),
    ):
        parts.append(Part(bar(joints[start], joints[end], 0.035, 0.035), 1, 0.4))
    if rng.random() < 0.6:
        rider = [
            Part(part.polygon * 0.8 + (-0.05, -0.3), part.material, part.roundness) for part in _person(rng)
        ]
        parts = [*parts, *rider]
    return parts


def _plant(rng: np.random.Generator) -> list[Part]:
    """A pot, and a crown of leaves or one bushy mass."""
    pot = [(-0.13, 0), (0.13, 0), (0.18, -0.3), (-0.18, -0.3)]
    parts = [Part(np.array(pot), 1, 0.8)] if rng.random() < 0.7 else []
    parts.append(Part(bar((0, -0.7), (0, -0.1), 0.04, 0.05), 2, 0.5))
    if rng.random() < 0.4:
        parts.append(Part(moved(lump(rng, 0.25) * rng.uniform(0.6, 1.1), 0, -0.7), 0, 0.8))
    for _ in range(int(rng.integers(6, 22))):
        turn, size = rng.uniform(-np.pi, 0), rng.uniform(0.2, 0.5)
        leaf = ellipse(size, size * rng.uniform(0.15, 0.5))
        place = (0.4 * size * np.cos(turn), -0.5 + 0.7 * size * np.sin(turn) - rng.uniform(0, 0.3))
        parts.append(Part(moved(leaf, *place, turn), 0, 0.6))
    return parts


def _lumps(rng: np.random.Generator) -> list[Part]:
    """Anything else: a few lumps grown together."""
    wildness, flat = rng.uniform(0.02, 0.35), rng.uniform(0.35, 1.0)
    parts = [Part(moved(lump(rng, wildness) * (1, flat), 0, -0.5 * flat), 0, 0.9)]
    for _ in range(int(rng.choice([0, 1, 2, 3, 4], p=[0.4, 0.2, 0.2, 0.1, 0.1]))):
        base = parts[int(rng.integers(len(parts)))].polygon
        x, y = base[int(rng.integers(len(base)))] * 0.7 + base.mean(0) * 0.3
        more = lump(rng, wildness) * rng.uniform(0.2, 0.8) * (1, rng.uniform(0.3, 1))
        parts.append(
            Part(moved(more, x, y, rng.uniform(0, np.pi)), int(rng.integers(3)), rng.uniform(0.3, 1))
        )
    return parts


def _angular(rng: np.random.Generator) -> list[Part]:
    """A flat thing with straight edges: a book, a box, a sign, a screen in its frame."""
    wide, tall, turn = rng.uniform(0.3, 1.2), rng.uniform(0.3, 1.0), rng.normal(0, 0.3)
    corners = np.array([(-wide / 2, -tall), (wide / 2, -tall), (wide / 2, 0), (-wide / 2, 0)])
    corners = corners + rng.normal(0, 0.06, (4, 2))
    parts = [Part(moved(corners, 0, 0, turn), 0, 0.1)]
    if rng.random() < 0.7:
        inner = (corners - corners.mean(0)) * rng.uniform(0.5, 0.93) + corners.mean(0)
        parts.append(Part(moved(inner, 0, 0, turn), 1, 0.1))
    return parts


_THINGS: tuple[Callable[[np.random.Generator], list[Part]], ...] = (
    _creature, _person, _chair, _sofa, _cabinet, _table, _vessel, _lamp, _vehicle, _cycle, _plant, _lumps, _angular,
)  # fmt: skip
_SHARES = (0.17, 0.17, 0.06, 0.06, 0.07, 0.04, 0.08, 0.03, 0.08, 0.04, 0.06, 0.09, 0.05)
