"""A wall with its doors, windows and skirting, in coordinates of its own.

x runs along the wall from its left end as one sees it from the room, y up, z into the room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from examples.furnished_flat import looks
from examples.furnished_flat.patches import Array, Hole, Look, Patch, Pile, box, placed, rectangle

HEIGHT_M = 2.6
REVEAL_M = 0.2
INNER_WALL_M = 0.14
GLAZING_AT_M = -0.13
TRIM = looks.wood((0.9, 0.88, 0.83), 0.35)


@dataclass(frozen=True)
class Opening:
    """Between two places along the wall and two heights. A window has so many panes across and down."""

    kind: Literal["door", "far side of a door", "window"]
    left: float
    right: float
    bottom: float
    top: float
    panes: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Aperture:
    """Where daylight comes in: a rectangle and the direction into the room, world."""

    corner: Array
    right: Array
    up: Array
    inwards: Array


@dataclass(frozen=True)
class Wall:
    """Starts at (x, z) on the floor; `yaw_deg` is where one looks to from it into the room (0: +Z, 90: +X)."""

    start: tuple[float, float]
    yaw_deg: float
    length_m: float
    look: Look
    openings: Sequence[Opening] = ()

    def place(self, patches: Iterable[Patch], along: float, up: float = 0.0, out: float = 0.0) -> list[Patch]:
        """Something made with its back to z = 0, at the wall."""
        return placed(placed(patches, (along, up, out)), (self.start[0], 0, self.start[1]), self.yaw_deg)

    def patches(self) -> list[Patch]:
        """The wall itself with what belongs to it."""
        pile = Pile()
        holes = [
            Hole(
                opening.left / self.length_m,
                opening.right / self.length_m,
                1 - opening.top / HEIGHT_M,
                1 - opening.bottom / HEIGHT_M,
            )
            for opening in self.openings
        ]
        pile.add(rectangle((0, HEIGHT_M, 0), (self.length_m, 0, 0), (0, -HEIGHT_M, 0), self.look, holes))
        for opening in self.openings:
            pile.add(_window(opening) if opening.kind == "window" else _door(opening))
        pile.add(self._skirting())
        return self.place(pile.patches, 0)

    def _skirting(self) -> list[Patch]:
        gaps = sorted((o.left - 0.08, o.right + 0.08) for o in self.openings if o.bottom < 0.1)
        starts = [0.0, *(gap[1] for gap in gaps)]
        ends = [*(gap[0] for gap in gaps), self.length_m]
        pile = Pile()
        for start, end in zip(starts, ends, strict=True):
            if end - start > 0.02:
                pile.add(box((start, 0, 0), (end, 0.1, 0.016), TRIM, without="north bottom"))
        return pile.patches

    def apertures(self) -> list[Aperture]:
        """Of its windows."""
        yaw = np.radians(self.yaw_deg)
        along, inwards = np.array([np.cos(yaw), 0, -np.sin(yaw)]), np.array([np.sin(yaw), 0, np.cos(yaw)])
        origin = np.array([self.start[0], 0, self.start[1]]) + GLAZING_AT_M * inwards
        return [
            Aperture(
                origin + opening.left * along + [0, opening.bottom, 0],
                (opening.right - opening.left) * along,
                np.array([0, opening.top - opening.bottom, 0]),
                inwards,
            )
            for opening in self.openings
            if opening.kind == "window"
        ]


def _lining(opening: Opening, depth_m: float, look: Look) -> list[Patch]:
    """The inner faces of an opening, from the wall back to `depth_m` behind it."""
    left, right, bottom, top = opening.left, opening.right, opening.bottom, opening.top
    height, width = top - bottom, right - left
    faces = [
        rectangle((left, top, 0), (0, 0, -depth_m), (0, -height, 0), look),
        rectangle((right, top, -depth_m), (0, 0, depth_m), (0, -height, 0), look),
        rectangle((left, top, 0), (width, 0, 0), (0, 0, -depth_m), look),
    ]
    if bottom > 0.02:
        faces.append(rectangle((left, bottom, -depth_m), (width, 0, 0), (0, 0, depth_m), look))
    return faces


def _door(opening: Opening) -> list[Patch]:
    """An opening without a leaf; the far side has the frame alone, for the lining is there already."""
    pile = Pile()
    if opening.kind == "door":
        pile.add(_lining(opening, INNER_WALL_M, TRIM))
    left, right, top = opening.left, opening.right, opening.top
    for low, high in (
        ((left - 0.08, 0), (left, top + 0.08)),
        ((right, 0), (right + 0.08, top + 0.08)),
        ((left, top), (right, top + 0.08)),
    ):
        pile.add(box((*low, 0), (*high, 0.02), TRIM, without="north"))
    return pile.patches


def _window(opening: Opening) -> list[Patch]:
    """Plastered reveals, a wooden sill, and glazing bars between panes."""
    left, right, bottom, top = opening.left, opening.right, opening.bottom, opening.top
    pile = Pile()
    pile.add(_lining(opening, REVEAL_M, looks.plaster((0.9, 0.88, 0.84), 0.7)))
    sill = looks.wood((0.78, 0.62, 0.42))
    pile.add(
        box(
            (left - 0.05, bottom - 0.03, GLAZING_AT_M),
            (right + 0.05, bottom + 0.004, 0.05),
            sill,
            without="north",
        )
    )
    low, high = GLAZING_AT_M - 0.03, GLAZING_AT_M + 0.03
    for index in range(opening.panes[0] + 1):
        bar = 0.045 if index in (0, opening.panes[0]) else 0.05
        x = left + (right - left - bar) * index / opening.panes[0]
        pile.add(box((x, bottom, low), (x + bar, top, high), TRIM, without="top bottom"))
    for index in range(opening.panes[1] + 1):
        bar = 0.05 if index in (0, opening.panes[1]) else 0.03
        y = bottom + (top - bottom - bar) * index / opening.panes[1]
        pile.add(box((left, y, low + 0.004), (right, y + bar, high - 0.004), TRIM, without="east west"))
    return pile.patches
