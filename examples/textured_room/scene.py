"""The room: textured rectangles in metres. World: right-handed, +Y up, the floor at y = 0."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from examples.textured_room import textures
from examples.textured_room.textures import Colour, Texture

Vector = NDArray[np.float64]

WIDTH_M, HEIGHT_M, DEPTH_M = 6.0, 2.7, 5.0
WINDOW = np.array([-WIDTH_M / 2, 1.5, -0.4])
LIGHT_GRID = 24
TILE_M = 1.0


@dataclass(frozen=True)
class Face:
    """A rectangle: `corner` is where its texture's top left is, `right` and `down` span it, in metres."""

    corner: Vector
    right: Vector
    down: Vector
    texture: Texture

    @property
    def normal(self) -> Vector:
        """Towards whoever sees the texture the right way round."""
        normal = np.cross(self.down, self.right)
        return np.asarray(normal / np.linalg.norm(normal))


@dataclass(frozen=True)
class Box:
    """A piece of furniture standing on or above the floor: centre of its base, and size, in metres."""

    base: tuple[float, float, float]
    size: tuple[float, float, float]
    colour: Colour
    look: str = "wood"


FURNITURE = (
    Box((-1.1, 0, -2.2), (1.5, 2.0, 0.34), (60, 84, 112), "books"),
    Box((1.5, 0, -2.1), (1.6, 0.75, 0.5), (70, 105, 140), "wood"),
    Box((1.2, 0.75, -2.15), (0.3, 0.42, 0.24), (150, 110, 60), "fabric"),
    Box((2.5, 0, 0.5), (0.85, 0.42, 2.0), (130, 90, 60), "fabric"),
    Box((2.8, 0.42, 0.5), (0.25, 0.45, 2.0), (135, 95, 65), "fabric"),
    Box((0.0, 0.38, 0.1), (1.1, 0.05, 0.65), (75, 115, 155), "wood"),
    Box((-0.45, 0, -0.12), (0.07, 0.38, 0.07), (50, 75, 105), "wood"),
    Box((0.45, 0, -0.12), (0.07, 0.38, 0.07), (50, 75, 105), "wood"),
    Box((-0.45, 0, 0.32), (0.07, 0.38, 0.07), (50, 75, 105), "wood"),
    Box((0.45, 0, 0.32), (0.07, 0.38, 0.07), (50, 75, 105), "wood"),
    Box((0.15, 0.43, 0.05), (0.26, 0.06, 0.19), (60, 60, 190), "fabric"),
    Box((-0.25, 0.43, 0.2), (0.12, 0.2, 0.12), (170, 150, 70), "fabric"),
    Box((-2.6, 0, 1.6), (0.6, 1.15, 0.9), (85, 120, 90), "wood"),
    Box((0.6, 0, 2.25), (1.3, 0.9, 0.42), (70, 100, 130), "books"),
    Box((-1.0, 0, 2.1), (0.5, 0.5, 0.5), (70, 70, 170), "fabric"),
)


def room() -> list[Face]:
    """Every face of the room, lit."""
    faces = [*_shell(), *_on_the_walls()]
    for seed, box in enumerate(FURNITURE, start=100):
        faces += _faces_of(box, seed)
    return [tile for face in faces for tile in _tiles(_lit(face))]


def _face(
    corner: tuple[float, ...], right: tuple[float, ...], down: tuple[float, ...], texture: Texture
) -> Face:
    return Face(np.array(corner), np.array(right), np.array(down), texture)


def _shell() -> list[Face]:
    w, h, d = WIDTH_M, HEIGHT_M, DEPTH_M
    x, z = w / 2, d / 2
    return [
        _face((-x, 0, -z), (w, 0, 0), (0, 0, d), textures.planks(w, d, 1)),
        _face((-x, h, z), (w, 0, 0), (0, 0, -d), textures.plaster(w, d, (228, 234, 238), 2)),
        _face((-x, h, -z), (w, 0, 0), (0, -h, 0), textures.plaster(w, h, (172, 196, 212), 3)),
        _face((x, h, z), (-w, 0, 0), (0, -h, 0), textures.plaster(w, h, (178, 188, 178), 4)),
        _face((x, h, -z), (0, 0, d), (0, -h, 0), textures.wallpaper(d, h, 5)),
        _face((-x, h, z), (0, 0, -d), (0, -h, 0), textures.plaster(d, h, (196, 206, 214), 6)),
    ]


def _on_the_walls() -> list[Face]:
    """Pictures, a window, a door and a rug, a centimetre in front of what they hang or lie on."""
    x, z, gap = WIDTH_M / 2 - 0.01, DEPTH_M / 2 - 0.01, 0.01
    return [
        _face((-1.1, gap, -0.75), (2.3, 0, 0), (0, 0, 1.7), textures.rug(2.3, 1.7, 20)),
        _face((-x, 2.2, 0.3), (0, 0, -1.4), (0, -1.4, 0), textures.window(1.4, 1.4, 21)),
        _face((0.3, 2.1, -z), (0.9, 0, 0), (0, -0.7, 0), textures.painting(0.9, 0.7, 22)),
        _face((1.45, 2.2, -z), (0.6, 0, 0), (0, -0.85, 0), textures.painting(0.6, 0.85, 23)),
        _face((-2.75, 2.0, -z), (0.7, 0, 0), (0, -0.9, 0), textures.painting(0.7, 0.9, 24)),
        _face((x, 2.15, -0.6), (0, 0, 0.9), (0, -0.65, 0), textures.painting(0.9, 0.65, 25)),
        _face((x, 2.2, 0.75), (0, 0, 0.55), (0, -0.75, 0), textures.painting(0.55, 0.75, 26)),
        _face((1.3, 2.1, z), (-1.2, 0, 0), (0, -0.85, 0), textures.painting(1.2, 0.85, 27)),
        _face((-0.4, 2.0, z), (-0.7, 0, 0), (0, -0.6, 0), textures.painting(0.7, 0.6, 28)),
        _face((-1.7, 2.05, z), (-0.9, 0, 0), (0, -2.05, 0), textures.wood(0.9, 2.05, (88, 118, 150), 29)),
        _face((-x, 2.1, -1.5), (0, 0, -0.7), (0, -0.9, 0), textures.painting(0.7, 0.9, 30)),
        _face((-x, 2.1, 1.9), (0, 0, -0.6), (0, -0.5, 0), textures.painting(0.6, 0.5, 31)),
    ]


def _faces_of(box: Box, seed: int) -> Iterator[Face]:
    """All sides of a box but its underside, if it stands on the floor."""
    (cx, y, cz), (w, h, d) = box.base, box.size
    left, right, back, front, top = cx - w / 2, cx + w / 2, cz - d / 2, cz + d / 2, y + h
    sides = (
        ((left, top, back), (w, 0, 0), (0, 0, d)),
        ((left, top, front), (w, 0, 0), (0, -h, 0)),
        ((right, top, back), (-w, 0, 0), (0, -h, 0)),
        ((right, top, front), (0, 0, -d), (0, -h, 0)),
        ((left, top, back), (0, 0, d), (0, -h, 0)),
    )
    for number, (corner, across, down) in enumerate(sides):
        width_m, height_m = float(np.linalg.norm(across)), float(np.linalg.norm(down))
        yield _face(corner, across, down, _cover(box, number, width_m, height_m, 10 * seed + number))


def _cover(box: Box, side: int, width_m: float, height_m: float, seed: int) -> Texture:
    if box.look == "books" and side in (1, 2):
        return textures.books(width_m, height_m, max(2, round(height_m / 0.36)), seed)
    if box.look == "fabric":
        return textures.fabric(width_m, height_m, box.colour, seed)
    return textures.wood(width_m, height_m, box.colour, seed)


def _lit(face: Face) -> Face:
    """The face with daylight from the window, and darker towards corners and under furniture."""
    u, v = np.meshgrid(np.linspace(0, 1, LIGHT_GRID), np.linspace(0, 1, LIGHT_GRID))
    places = face.corner + u[..., None] * face.right + v[..., None] * face.down
    to_window = WINDOW - places
    distance = np.linalg.norm(to_window, axis=-1)
    facing = np.clip((to_window @ face.normal) / np.maximum(distance, 1e-6), 0, 1)
    light = 0.66 + 0.55 * facing / (1 + 0.12 * distance**2) + 0.1 * np.clip(face.normal[1], 0, 1)
    light *= _openness(places)
    height, width = face.texture.shape[:2]
    light = cv2.resize(light.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return Face(face.corner, face.right, face.down, textures.finish(face.texture * light[..., None]))


def _openness(places: Vector) -> Vector:
    """How much of the room's light reaches a place: less near edges of the room and feet of furniture."""
    half = np.array([WIDTH_M / 2, HEIGHT_M / 2, DEPTH_M / 2])
    to_walls = np.sort(half - np.abs(places - [0, HEIGHT_M / 2, 0]), axis=-1)
    openness = 1 - 0.3 * np.exp(-np.maximum(to_walls[..., 1], 0) / 0.25)
    for box in FURNITURE:
        outside = np.abs(places[..., (0, 2)] - np.array(box.base)[[0, 2]]) - np.array(box.size)[[0, 2]] / 2
        away = np.linalg.norm(np.maximum(outside, 0), axis=-1) + np.maximum(places[..., 1] - 0.02, 0)
        openness *= 1 - 0.35 * np.exp(-away / 0.12) * (places[..., 1] < 0.05)
    return np.asarray(openness)


def _tiles(face: Face) -> Iterator[Face]:
    """The face cut into pieces of about a metre, so that each can be drawn from a texture of fitting size."""
    across = max(1, round(float(np.linalg.norm(face.right)) / TILE_M))
    down = max(1, round(float(np.linalg.norm(face.down)) / TILE_M))
    height, width = face.texture.shape[:2]
    columns = np.linspace(0, width, across + 1).astype(int)
    rows = np.linspace(0, height, down + 1).astype(int)
    for i in range(down):
        for j in range(across):
            corner = face.corner + face.right * columns[j] / width + face.down * rows[i] / height
            right = face.right * (columns[j + 1] - columns[j]) / width
            below = face.down * (rows[i + 1] - rows[i]) / height
            yield Face(corner, right, below, face.texture[rows[i] : rows[i + 1], columns[j] : columns[j + 1]])
