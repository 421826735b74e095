"""Daylight and lamps, worked out once for every place on every surface: sun, sky through the windows, and what
surfaces throw at each other (three bounces). Mitsuba finds what a ray meets; all else is here.

All light is relative: 1 is what a white wall in good light sends back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import mitsuba as mi
import numpy as np
from numpy.typing import NDArray

from examples.furnished_flat.atlas import Triangles, triangles
from examples.furnished_flat.patches import Patch
from examples.furnished_flat.plan import LAMPS, Lamp
from examples.furnished_flat.walls import Aperture

Array = NDArray[np.float64]
Picture = NDArray[np.float32]

TEXELS_PER_LIGHT = 12
"""Light changes slowly: one value for so many texels across and down."""
OFF_THE_SURFACE_M = 2e-3
TO_SUN = np.array([-0.80, 0.52, 0.30]) / np.linalg.norm([-0.80, 0.52, 0.30])
SUN = np.array([8.0, 6.9, 5.2])
SUN_BLUR = 0.012
ZENITH, HORIZON, GROUND = np.array([4.4, 5.2, 6.2]), np.array([7.4, 7.5, 7.3]), np.array([1.6, 1.7, 1.1])
WARM = np.array([1.0, 0.66, 0.36])
BOUNCES = (48, 48, 128)
"""Rays for each place, for each bounce."""
WINDOW_CELLS = (6, 5)
NEAREST_WINDOW_M = 0.3
"""Glazing bars are in the window's plane: without a least distance their light would be a few bright dots."""
SUN_RAYS, LAMP_RAYS = 12, 6


@dataclass(frozen=True)
class Places:
    """All places where light is worked out, (n, 3), and of each patch its first place and its (rows, columns)."""

    position: Array
    normal: Array
    thin: NDArray[np.bool_]
    first: NDArray[np.int64]
    shape: NDArray[np.int64]

    def of(self, patch: int, values: Array) -> Array:
        """The patch's part, (rows, columns, 3)."""
        rows, columns = self.shape[patch]
        start = self.first[patch]
        return values[start : start + rows * columns].reshape(rows, columns, 3)


def light(patches: Sequence[Patch], windows: Sequence[Aperture], albedo: Sequence[Picture]) -> list[Picture]:
    """The light that falls on each patch, (rows, columns, 3) as coarse as `TEXELS_PER_LIGHT` makes it.

    albedo: what each patch's texture sends back, linear, (rows, columns, 3).
    """
    mi.set_variant("llvm_ad_rgb")
    places = _places(patches, albedo)
    world = _World(patches, places)
    reflected = np.concatenate(
        [
            cv2.resize(
                picture, tuple(map(int, places.shape[index][::-1])), interpolation=cv2.INTER_AREA
            ).reshape(-1, 3)
            for index, picture in enumerate(albedo)
        ]
    )
    sun, soft = _sunlight(places, world), _window_and_lamp_light(places, world, windows)
    indirect = np.zeros_like(sun)
    for rays in BOUNCES:
        indirect = _gathered(places, world, reflected * (sun + soft + indirect), rays)
    return [
        (_smooth(places.of(index, soft + indirect), 1.6) + _smooth(places.of(index, sun), 0.7)).astype(
            np.float32
        )
        for index in range(len(patches))
    ]


def light_shape(rows: int, columns: int) -> tuple[int, int]:
    """How many values of light a texture of so many texels gets."""
    return max(2, round(rows / TEXELS_PER_LIGHT)), max(2, round(columns / TEXELS_PER_LIGHT))


def _places(patches: Sequence[Patch], albedo: Sequence[Picture]) -> Places:
    positions, normals, thin, shapes = [], [], [], []
    for patch, picture in zip(patches, albedo, strict=True):
        shape = light_shape(*picture.shape[:2])
        position, normal = _spread(patch, shape)
        positions.append(position)
        normals.append(normal)
        thin.append(np.full(len(position), patch.thin))
        shapes.append(shape)
    counts = np.array([rows * columns for rows, columns in shapes])
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return Places(
        np.concatenate(positions), np.concatenate(normals), np.concatenate(thin), first, np.array(shapes)
    )


def _spread(patch: Patch, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Positions and normals (n, 3) at the middles of shape's cells."""
    across = np.gradient(patch.points, axis=1)
    along = np.gradient(patch.points, axis=0)
    facing = np.cross(across, -along)
    rows = _between(patch.rows_at, shape[0])
    columns = _between(patch.columns_at, shape[1])
    position = _interpolated(patch.points, rows, columns).reshape(-1, 3)
    normal = _interpolated(facing, rows, columns).reshape(-1, 3)
    return position, normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)


def _between(lines: Array, count: int) -> tuple[NDArray[np.int64], Array]:
    """For the middle of each of `count` cells: the line before it, and how far it is on the way to the next."""
    at = (np.arange(count) + 0.5) / count
    before = np.clip(np.searchsorted(lines, at) - 1, 0, len(lines) - 2)
    return before, (at - lines[before]) / (lines[before + 1] - lines[before])


def _interpolated(
    points: Array, rows: tuple[NDArray[np.int64], Array], columns: tuple[NDArray[np.int64], Array]
) -> Array:
    (row, down), (column, across) = rows, columns
    down, across = down[:, None, None], across[None, :, None]
    upper = points[row][:, column] * (1 - across) + points[row][:, column + 1] * across
    lower = points[row + 1][:, column] * (1 - across) + points[row + 1][:, column + 1] * across
    return np.asarray(upper * (1 - down) + lower * down)


class _World:
    """What rays can meet: everything but scenery and what glows."""

    def __init__(self, patches: Sequence[Patch], places: Places) -> None:
        self.places = places
        solid = [index for index, patch in enumerate(patches) if not patch.scenery and not patch.glow]
        self.mesh: Triangles = triangles([patches[index] for index in solid])
        self.patch = np.array(solid)[self.mesh.patch]
        shape = mi.Mesh("flat", len(self.mesh.positions), len(self.mesh.corners))
        parameters = mi.traverse(shape)
        parameters["vertex_positions"] = self.mesh.positions.ravel()
        parameters["faces"] = self.mesh.corners.ravel()
        parameters.update()
        self.scene = mi.load_dict({"type": "scene", "flat": shape})

    def free(self, origin: Array, direction: Array, reach: Array | float) -> NDArray[np.bool_]:
        """Whether nothing is in the way, for `reach` metres."""
        return ~np.asarray(self.scene.ray_test(_rays(origin, direction, reach)))

    def met(self, origin: Array, direction: Array) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Whether each ray meets something, and the number of the place it meets."""
        found = self.scene.ray_intersect_preliminary(_rays(origin, direction, 1e4))
        hit = np.asarray(found.is_valid())
        triangle = np.where(hit, np.asarray(found.prim_index), 0)
        second, third = np.asarray(found.prim_uv)
        weights = np.stack([1 - second - third, second, third], axis=1)[..., None]
        share = np.clip((self.mesh.shares[self.mesh.corners[triangle]] * weights).sum(1), 0, 1 - 1e-6)
        patch = self.patch[triangle]
        rows, columns = self.places.shape[patch].T
        cell = (share[:, 1] * rows).astype(np.int64) * columns + (share[:, 0] * columns).astype(np.int64)
        return hit, np.where(hit, self.places.first[patch] + cell, 0)


def _rays(origin: Array, direction: Array, reach: Array | float) -> "mi.Ray3f":
    start, towards = origin.T.astype(np.float32), direction.T.astype(np.float32)
    end = np.broadcast_to(np.asarray(reach, np.float32), origin.shape[:1])
    return mi.Ray3f(mi.Point3f(*start), mi.Vector3f(*towards), mi.Float(np.ascontiguousarray(end)), 0.0, [])


def _sides(places: Places, turn: int) -> tuple[Array, Array]:
    """Normals and starts of rays; thin things are seen from either side in turn."""
    normal = np.where((places.thin & bool(turn % 2))[:, None], -places.normal, places.normal)
    return normal, places.position + OFF_THE_SURFACE_M * normal


def _sunlight(places: Places, world: _World) -> Array:
    random = np.random.default_rng(1)
    return _mean(SUN_RAYS, lambda turn: _from_sun(places, world, random, turn))


def _window_and_lamp_light(places: Places, world: _World, windows: Sequence[Aperture]) -> Array:
    random = np.random.default_rng(3)
    total = np.zeros_like(places.position)
    for window in windows:
        total += _mean(
            WINDOW_CELLS[0] * WINDOW_CELLS[1],
            lambda turn, window=window: _from_window(places, world, window, random, turn),  # type: ignore[misc]
        )
    for lamp in LAMPS:
        total += _mean(LAMP_RAYS, lambda turn, lamp=lamp: _from_lamp(places, world, lamp, random, turn))  # type: ignore[misc]
    return total


def _mean(count: int, part: Callable[[int], Array]) -> Array:
    total = part(0)
    for turn in range(1, count):
        total += part(turn)
    return total / count


def _from_sun(places: Places, world: _World, random: np.random.Generator, turn: int) -> Array:
    normal, start = _sides(places, turn)
    towards = TO_SUN + random.normal(0, SUN_BLUR, start.shape)
    facing = np.maximum(0, normal @ TO_SUN)
    return (facing * world.free(start, towards, 1e4))[:, None] * SUN


def _from_window(
    places: Places, world: _World, window: Aperture, random: np.random.Generator, turn: int
) -> Array:
    """Sky and garden, by where a ray to one cell of the window goes on to."""
    normal, start = _sides(places, turn)
    cell = np.array([turn % WINDOW_CELLS[0], turn // WINDOW_CELLS[0]])
    share = (random.random((len(start), 2)) + cell) / WINDOW_CELLS
    way = window.corner + share[:, :1] * window.right + share[:, 1:] * window.up - start
    squared = np.square(way).sum(1)
    distance = np.sqrt(squared)
    towards = way / distance[:, None]
    area = float(np.linalg.norm(window.right) * np.linalg.norm(window.up))
    form = np.maximum(0, (towards * normal).sum(1)) * np.maximum(0, -towards @ window.inwards)
    form *= area / np.maximum(squared, NEAREST_WINDOW_M**2) / np.pi
    form *= world.free(start, towards, distance)
    return form[:, None] * _outside(towards)


def _outside(towards: Array) -> Array:
    """Radiance (times pi) that comes from a direction out of doors, without the sun."""
    height = towards[:, 1:2]
    sky = HORIZON + (ZENITH - HORIZON) * np.clip(height, 0, 1) ** 0.6
    return np.where(height > 0, sky, GROUND)


def _from_lamp(places: Places, world: _World, lamp: Lamp, random: np.random.Generator, turn: int) -> Array:
    normal, start = _sides(places, turn)
    offset = random.normal(size=start.shape)
    offset *= lamp.radius_m / np.linalg.norm(offset, axis=1, keepdims=True)
    way = np.array(lamp.centre) + offset - start
    squared = np.maximum(np.square(way).sum(1), 0.05)
    distance = np.sqrt(np.square(way).sum(1))
    towards = way / np.maximum(distance, 1e-6)[:, None]
    seen = np.maximum(0, (towards * normal).sum(1)) * world.free(start, towards, distance)
    return (0.25 * lamp.power * seen / squared)[:, None] * WARM


def _gathered(places: Places, world: _World, sent: Array, count: int) -> Array:
    """What surfaces that send so much throw at each place: the mean over directions drawn by their cosine."""
    random = np.random.default_rng(2)
    total = np.zeros_like(places.position)
    for turn in range(count):
        normal, start = _sides(places, turn)
        hit, place = world.met(start, _about(normal, random, turn, count))
        total += np.where(hit[:, None], sent[place], 0)
    return total / count


def _about(normal: Array, random: np.random.Generator, turn: int, count: int) -> Array:
    """Directions drawn by the cosine to the normal (Malley's method), one ring of `count` each turn."""
    radius = np.sqrt((turn + random.random(len(normal))) / count)
    angle = 2 * np.pi * random.random(len(normal))
    helper = np.where(np.abs(normal[:, :1]) < 0.9, [[1.0, 0, 0]], [[0, 1.0, 0]])
    side = np.cross(normal, helper)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-12)
    other = np.cross(normal, side)
    flat = (radius * np.cos(angle))[:, None] * side + (radius * np.sin(angle))[:, None] * other
    return np.asarray(flat + np.sqrt(1 - np.square(radius))[:, None] * normal)


def _smooth(values: Array, sigma: float) -> Array:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))
