"""Surfaces as grids of points, and the shapes that furniture is made of. World: right-handed, +Y up, metres."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from examples.furnished_flat.sheets import Sheet

Array = NDArray[np.float64]
Look = Callable[[Sheet], NDArray[np.float32]]
Point = Sequence[float]

FINE, USUAL, COARSE = 520.0, 420.0, 240.0
"""Texels a metre."""


@dataclass(frozen=True)
class Patch:
    """A surface. Seen from its front, rows of points go down its texture and columns go to the right.

    points: (rows, columns, 3). `rows_at`, `columns_at`: where they lie in the texture, 0..1. `kept`
    (rows - 1, columns - 1) leaves out cells. A thin patch lets light through. `glow`: what it radiates itself,
    as a share of white; what glows casts no shadow. `scenery` is out of doors: light comes from its texture alone.
    """

    points: Array
    look: Look
    width_m: float
    height_m: float
    rows_at: Array
    columns_at: Array
    kept: NDArray[np.bool_] | None = None
    texels_per_m: float = USUAL
    thin: bool = False
    glow: float = 0.0
    scenery: bool = False

    def moved(self, yaw_deg: float, to: Point) -> "Patch":
        """Turned about the vertical through the origin (from +Z towards +X), then shifted."""
        yaw = np.radians(yaw_deg)
        turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
        return replace(self, points=self.points @ turn.T + np.asarray(to))


def placed(patches: Iterable[Patch], to: Point, yaw_deg: float = 0.0) -> list[Patch]:
    """A piece of furniture, made round the origin, where it belongs."""
    return [patch.moved(yaw_deg, to) for patch in patches]


def grid(points: Array, look: Look, width_m: float, height_m: float, **more: object) -> Patch:
    """A patch of evenly spread points."""
    rows, columns = points.shape[:2]
    return Patch(
        points,
        look,
        width_m,
        height_m,
        np.linspace(0, 1, rows),
        np.linspace(0, 1, columns),
        **more,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Hole:
    """Left out of a rectangle: shares of its width and height, from its top left."""

    left: float
    right: float
    top: float
    bottom: float


def rectangle(
    corner: Point, right: Point, down: Point, look: Look, holes: Sequence[Hole] = (), **more: object
) -> Patch:
    """A flat patch with its texture's top left at `corner`."""
    columns_at = np.unique([0.0, 1.0, *(side for hole in holes for side in (hole.left, hole.right))])
    rows_at = np.unique([0.0, 1.0, *(side for hole in holes for side in (hole.top, hole.bottom))])
    across, along = np.asarray(right, float), np.asarray(down, float)
    points = np.asarray(corner, float) + columns_at[None, :, None] * across + rows_at[:, None, None] * along
    middle_x, middle_y = (columns_at[1:] + columns_at[:-1]) / 2, (rows_at[1:] + rows_at[:-1]) / 2
    kept = np.ones((len(middle_y), len(middle_x)), bool)
    for hole in holes:
        inside_x = (middle_x > hole.left) & (middle_x < hole.right)
        inside_y = (middle_y > hole.top) & (middle_y < hole.bottom)
        kept &= ~(inside_y[:, None] & inside_x[None, :])
    size = float(np.linalg.norm(across)), float(np.linalg.norm(along))
    return Patch(points, look, *size, rows_at, columns_at, kept, **more)  # type: ignore[arg-type]


SIDES = ("south", "north", "east", "west", "top", "bottom")


def _side(side: str, low: Array, high: Array) -> tuple[Point, Point, Point]:
    """Corner, right and down of a box's side as one sees it from outside."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    w, h, d = high - low
    return {
        "south": ((x0, y1, z1), (w, 0, 0), (0, -h, 0)),
        "north": ((x1, y1, z0), (-w, 0, 0), (0, -h, 0)),
        "east": ((x1, y1, z1), (0, 0, -d), (0, -h, 0)),
        "west": ((x0, y1, z0), (0, 0, d), (0, -h, 0)),
        "top": ((x0, y1, z0), (w, 0, 0), (0, 0, d)),
        "bottom": ((x0, y0, z1), (w, 0, 0), (0, 0, -d)),
    }[side]


def box(low: Point, high: Point, look: Look, *, without: str = "", **looks: Look) -> list[Patch]:
    """An upright box between two corners. Sides may have looks of their own, or be left out by name."""
    ends = np.asarray(low, float), np.asarray(high, float)
    return [rectangle(*_side(side, *ends), looks.get(side, look)) for side in SIDES if side not in without]


@dataclass(frozen=True)
class Soft:
    """How a soft box is shaped: the radius of its edges, and how far its faces swell, in metres."""

    radius: float = 0.06
    swell: float = 0.0
    steps: int = 9


def soft_box(
    centre: Point, size: Point, look: Look, soft: Soft | None = None, tilt_deg: float = 0.0, without: str = ""
) -> list[Patch]:
    """A box with round edges: cushions, upholstery. Tilted back about X (its top goes towards -Z)."""
    soft = soft or Soft()
    half = np.asarray(size, float) / 2
    radius = min(soft.radius, float(half.min()) * 0.98)
    share = np.sin(np.linspace(-np.pi / 2, np.pi / 2, soft.steps))
    across, down = (share + 1) / 2, (share + 1) / 2
    tilt = np.radians(tilt_deg)
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), np.sin(tilt)], [0, -np.sin(tilt), np.cos(tilt)]])
    patches = []
    for side in (side for side in SIDES if side not in without):
        corner, right, along = (np.asarray(part, float) for part in _side(side, -half, half))
        flat = corner + across[None, :, None] * right + down[:, None, None] * along
        inner = np.clip(flat, -(half - radius), half - radius)
        outwards = flat - inner
        outwards /= np.maximum(np.linalg.norm(outwards, axis=-1, keepdims=True), 1e-9)
        bulge = soft.swell * ((1 - share**2)[None, :] * (1 - share**2)[:, None])[..., None]
        facing = np.cross(right, -along)
        points = inner + radius * outwards + bulge * facing / np.linalg.norm(facing)
        size_m = float(np.linalg.norm(right)), float(np.linalg.norm(along))
        placed_points = points @ lean.T + np.asarray(centre, float)
        patches.append(Patch(placed_points, look, *size_m, down, across))
    return patches


def lathe(
    foot: Point, profile: Sequence[tuple[float, float]], look: Look, steps: int = 28, **more: object
) -> Patch:
    """A body turned about the vertical: (radius, height above the foot) from its top to its bottom, outside."""
    radius, height = np.array(profile, float).T
    steps = steps if radius.max() > 0.12 else min(steps, 16)
    angle = np.linspace(0, 2 * np.pi, steps + 1)
    ring = np.stack([np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=-1)
    points = np.asarray(foot, float) + radius[:, None, None] * ring + height[:, None, None] * [0, 1, 0]
    lengths = np.hypot(np.diff(radius), np.diff(height))
    rows_at = np.concatenate([[0], np.cumsum(lengths)]) / lengths.sum()
    columns_at = np.linspace(0, 1, steps + 1)
    size = float(2 * np.pi * radius.max()), float(lengths.sum())
    return Patch(points, look, *size, rows_at, columns_at, **more)  # type: ignore[arg-type]


def disc(centre: Point, radius_m: float, look: Look, **more: object) -> Patch:
    """Flat and round, its texture straight across it: squares drawn out to rings."""
    share = np.linspace(-1, 1, 13 if radius_m > 0.1 else 7)
    x, z = np.meshgrid(share, share)
    # The elliptical map of a square onto a disc (Fong, 2015).
    points = np.stack([x * np.sqrt(1 - z**2 / 2), np.zeros_like(x), z * np.sqrt(1 - x**2 / 2)], axis=-1)
    return grid(np.asarray(centre) + radius_m * points, look, 2 * radius_m, 2 * radius_m, **more)


def rod(start: Point, end: Point, radius: float | tuple[float, float], look: Look, steps: int = 8) -> Patch:
    """A round bar between two points: legs, rails, stems."""
    begin, finish = np.asarray(start, float), np.asarray(end, float)
    axis = finish - begin
    length = float(np.linalg.norm(axis))
    axis /= length
    side = np.cross(axis, [0.0, 0, 1] if abs(axis[2]) < 0.9 else [1.0, 0, 0])
    side /= np.linalg.norm(side)
    other = np.cross(axis, side)
    radii = radius if isinstance(radius, tuple) else (radius, radius)
    angle = np.linspace(0, 2 * np.pi, steps + 1)
    ring = np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * other
    points = np.stack([finish + radii[1] * ring, begin + radii[0] * ring])
    return grid(points, look, 2 * np.pi * max(radii), length)


def sheet(points: Array, look: Look, width_m: float, height_m: float, texels_per_m: float = USUAL) -> Patch:
    """Something thin: cloth, a leaf, paper."""
    return grid(points, look, width_m, height_m, thin=True, texels_per_m=texels_per_m)


@dataclass
class Pile:
    """What a room holds, as it is filled."""

    patches: list[Patch] = field(default_factory=list)

    def add(self, *more: Patch | Iterable[Patch]) -> None:
        for one in more:
            self.patches += [one] if isinstance(one, Patch) else list(one)
