"""Generated photos with a label for every thing in them: layered scenes under one light, then a camera's faults."""

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from clicknet.outlines import Part, Polygon, moved, thing
from clicknet.textures import Field, Picture, colour, near, noise, surface

Labels = NDArray[np.uint8]
"""(height, width): 0 what is behind, else the number of the thing seen there."""

Floats = TypeVar("Floats", np.float32, np.float64)

_SUBPIXEL_BITS = 4
_MARGIN_PX = 64
_RAISED = np.array([0, 0.5])
"""From standing on y = 0 to turning about a thing's middle."""
_MOST_THINGS = 9


@dataclass(frozen=True)
class Scene:
    """A generated photo, (side, side, 3) of 0 to 255, and who is where in it."""

    photo: NDArray[np.uint8]
    labels: Labels


class Workshop:
    """Makes scenes of one size from a store of surfaces that are made once: surfaces cost most of the time."""

    def __init__(self, side_px: int, rng: np.random.Generator, surfaces: int = 240) -> None:
        self.side_px, self._rng = side_px, rng
        self._store = [surface(side_px + _MARGIN_PX, rng) for _ in range(surfaces)]
        self._clouds = [
            noise(side_px + _MARGIN_PX, rng, 0, 6, rng.uniform(0.4, 0.8)) for _ in range(surfaces // 4)
        ]

    def scene(self) -> Scene:
        """The next scene."""
        backdrop = self._backdrop()
        if self._rng.random() < 0.35:
            backdrop = _blurred(backdrop, self._rng.uniform(0.7, 6))
        canvas = _Canvas(backdrop, _light(self._rng))
        for middle, foot, size in self._places():
            self._put(canvas, middle, foot, size)
        return Scene(_photographed(canvas.picture, self._cloud(), self._rng), canvas.labels)

    def _places(self) -> list[tuple[float, float, float]]:
        """(x, y, size) in pixels of where things stand, the farthest first."""
        rng, side = self._rng, self.side_px
        count = int(rng.integers(1, _MOST_THINGS))
        biggest = rng.uniform(0.25, 1.0) * side
        places = []
        for index in range(count):
            size = biggest * (1 if index == 0 else np.exp(rng.uniform(np.log(0.15), np.log(1.0))))
            foot = rng.uniform(0.45, 1.05) * side if size < 0.6 * side else rng.uniform(0.8, 1.15) * side
            places.append((rng.uniform(0.05, 0.95) * side, max(foot, size * 0.7), size))
        return sorted(places, key=lambda place: place[1])

    def _put(self, canvas: "_Canvas", middle: float, foot: float, size: float) -> None:
        rng = self._rng
        parts = thing(rng)
        turn = rng.normal(0, 0.08) if rng.random() < 0.8 else rng.uniform(-np.pi, np.pi)
        mirrored = (rng.choice([-1, 1]) * size * rng.uniform(0.75, 1.3), size)
        lifted = (middle, foot - size / 2)
        placed = [
            Part(moved((part.polygon + _RAISED) * mirrored, *lifted, turn), part.material, part.roundness)
            for part in parts
        ]
        canvas.add(placed, self._materials(canvas, middle, foot - size / 2), rng)

    def _materials(self, canvas: "_Canvas", x: float, y: float) -> list[Picture]:
        """Four surfaces: related or not, at times in the colours of what is behind (which colour models trip over)."""
        rng, last = self._rng, self.side_px - 1
        base = colour(rng)
        if rng.random() < 0.25:
            base = canvas.picture[int(np.clip(y, 0, last)), int(np.clip(x, 0, last))]
        alike = rng.random()
        return [self._covered(near(base, rng) if rng.random() < alike else colour(rng)) for _ in range(4)]

    def _covered(self, base: Field) -> Picture:
        """A cutting of a stored surface, tinted towards a colour; often patched, creased or half in the shade."""
        rng = self._rng
        cutting = self._cutting()
        if rng.random() < 0.4:
            cutting = _mixed(cutting, self._cutting(), self._cloud(), rng)
        tinted = cutting + (base - cutting.mean((0, 1))) * np.float32(rng.choice([1.0, 0.7, 0.3]))
        if rng.random() < 0.35:
            creases = np.abs(2 * self._cloud() - 1)[..., None]
            tinted = tinted * (1 - rng.uniform(0.2, 0.9) * np.clip(1 - rng.uniform(3, 10) * creases, 0, 1))
        if rng.random() < 0.35:
            tinted = tinted * (rng.uniform(0.3, 0.8) + rng.uniform(0.3, 1.2) * self._cloud()[..., None])
        return np.asarray(np.clip(tinted, 0, 1), np.float32)

    def _cutting(self) -> Picture:
        return self._cut(self._store)

    def _cloud(self) -> Field:
        return self._cut(self._clouds)

    def _cut(self, store: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        rng, side = self._rng, self.side_px
        whole = store[int(rng.integers(len(store)))]
        top, left = rng.integers(0, whole.shape[0] - side + 1, 2)
        cutting = whole[top : top + side, left : left + side]
        return cutting[:, ::-1] if rng.random() < 0.5 else cutting

    def _backdrop(self) -> Picture:
        """A room, a landscape, one surface, or a blurred anything."""
        kind = self._rng.random()
        if kind < 0.4:
            return self._room()
        if kind < 0.75:
            return self._landscape()
        return self._cluttered(self._cutting())

    def _room(self) -> Picture:
        """Wall, floor going away from us, at times a second wall, pictures or windows."""
        rng, side = self._rng, self.side_px
        picture, edge = self._cutting().copy(), int(rng.uniform(0.3, 0.85) * side)
        for _ in range(int(rng.integers(0, 5))):
            width, height = (rng.uniform(0.08, 0.4, 2) * side).astype(int)
            left, top = int(rng.integers(side)), int(rng.integers(max(1, edge)))
            bottom = min(top + int(height), edge)
            picture[top:bottom, left : left + int(width)] = self._cutting()[
                top:bottom, left : left + int(width)
            ]
        if rng.random() < 0.4:
            x = int(rng.integers(side))
            picture[:, :x] *= rng.uniform(0.5, 0.95)
        picture[edge:] = self._receding(self._cutting())[edge:]
        if rng.random() < 0.5:
            cv2.line(picture, (0, edge), (side, edge), colour(rng).tolist(), int(rng.integers(1, 6)))
        return picture

    def _receding(self, flat: Picture) -> Picture:
        """A surface lying on the ground: far rows squeezed."""
        side, lean = self.side_px, self._rng.uniform(0.1, 0.45) * self.side_px
        here = np.array([(lean, 0), (side - lean, 0), (side * 1.6, side), (-side * 0.6, side)], np.float32)
        there = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
        turned = cv2.warpPerspective(
            flat, cv2.getPerspectiveTransform(there, here), (side, side), borderMode=cv2.BORDER_REFLECT
        )
        return np.asarray(turned, np.float32)

    def _landscape(self) -> Picture:
        """Sky, hills or trees with noisy edges, ground of one or two kinds."""
        rng, side = self._rng, self.side_px
        slope = np.linspace(0, 1, side, dtype=np.float32)[:, None, None]
        sky = colour(rng) * 0.4 + 0.6 * rng.uniform(0.3, 1)
        picture = np.broadcast_to(sky * (1 - slope) + near(sky, rng) * slope, (side, side, 3)).astype(
            np.float32
        )
        if rng.random() < 0.5:
            picture = picture + rng.uniform(0.1, 0.5) * self._cloud()[..., None]
        horizon = rng.uniform(0.1, 0.8) * side
        for _ in range(int(rng.integers(1, 4))):
            heights = horizon + rng.uniform(0.02, 0.4) * side * (self._cloud()[0] - 0.5)
            below = np.arange(side)[:, None] > heights[None]
            picture = np.where(below[..., None], self._cutting(), picture)
            horizon += rng.uniform(0.02, 0.25) * side
        ground = np.arange(side)[:, None] > horizon + 6 * self._cloud()
        soil = self._receding(_mixed(self._cutting(), self._cutting(), self._cloud(), rng))
        return np.where(ground[..., None], soil, picture).astype(np.float32)

    def _cluttered(self, picture: Picture) -> Picture:
        """Patches of other surfaces with soft or hard edges."""
        rng = self._rng
        for _ in range(int(rng.integers(0, 6))):
            picture = _mixed(picture, self._cutting(), self._cloud(), rng)
        return picture


def _blurred(picture: NDArray[Floats], radius_px: float) -> NDArray[Floats]:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), radius_px), picture.dtype)


def _mixed(one: Picture, other: Picture, cloud: Field, rng: np.random.Generator) -> Picture:
    """Two surfaces in patches with soft or sharp edges."""
    sharpness, level = np.exp(rng.uniform(np.log(3), np.log(60))), rng.uniform(0.35, 0.65)
    share = np.clip(0.5 + sharpness * (cloud - level), 0, 1)[..., None]
    return np.asarray(one * (1 - share) + other * share, np.float32)


@dataclass
class _Light:
    """Where a scene's light comes from (unit vector, +Z to the camera) and how dark its shadows are."""

    direction: Field
    ambient: float
    shadow: float
    softness_px: float


class _Canvas:
    """The picture so far, and the things in it."""

    def __init__(self, backdrop: Picture, light: _Light) -> None:
        self.picture = np.clip(backdrop, 0, 1).astype(np.float32)
        self.labels: Labels = np.zeros(backdrop.shape[:2], np.uint8)
        self._light = light

    def add(self, parts: list[Part], materials: list[Picture], rng: np.random.Generator) -> None:
        """Draw a thing over what is there: its shadow, then its parts in order."""
        drawn = [(_filled(part.polygon, self.labels.shape), part) for part in parts]
        whole = np.maximum.reduce([covered for covered, _ in drawn])
        self._cast(whole, rng)
        painted = self.picture.copy()
        shades = rng.uniform(0.6, 1.15, 4)
        for covered, part in drawn:
            inside = covered > 0
            lit = self._lit(covered, part.roundness) * np.float32(shades[part.material])
            painted[inside] = (materials[part.material] * lit[..., None])[inside]
        edge = cv2.GaussianBlur(whole.astype(np.float32), (0, 0), rng.uniform(0.35, 1.1))[..., None]
        self.picture = np.where(
            edge > 0, self.picture * (1 - edge) + np.clip(painted, 0, 1) * edge, self.picture
        )
        self.labels[whole > 0] = int(self.labels.max()) + 1

    def _lit(self, covered: Labels, roundness: float) -> Field:
        """How bright each pixel of a part is: its surface swells with the distance from its edge."""
        if roundness <= 0:
            return np.full(covered.shape, self._light.ambient + (1 - self._light.ambient) * 0.8, np.float32)
        inward = cv2.distanceTransform(covered, cv2.DIST_L2, 3)
        height = cv2.GaussianBlur(np.sqrt(np.asarray(inward, np.float32)), (0, 0), 1.5) * np.float32(
            3 * roundness
        )
        down, right = np.gradient(height)
        x, y, z = self._light.direction
        facing = np.clip((z - right * x - down * y) / np.sqrt(right**2 + down**2 + 1), 0, None)
        return np.asarray(self._light.ambient + (1 - self._light.ambient) * facing * 1.2, np.float32)

    def _cast(self, whole: Labels, rng: np.random.Generator) -> None:
        """Darken the ground beside and below a thing."""
        if rng.random() < 0.25:
            return
        side, foot = whole.shape[0], float(np.max(np.nonzero(whole.any(1))[0], initial=0))
        squeeze, lean = rng.uniform(0.05, 0.4), -self._light.direction[0] * rng.uniform(0.2, 1.2)
        lying = np.array([[1, lean, -lean * foot], [0, squeeze, (1 - squeeze) * foot]], np.float32)
        shape = cv2.warpAffine(whole, lying, (side, side)).astype(np.float32)
        soft = cv2.GaussianBlur(shape, (0, 0), self._light.softness_px * rng.uniform(0.6, 2))[..., None]
        self.picture = self.picture * (1 - np.float32(self._light.shadow) * soft)


def _light(rng: np.random.Generator) -> _Light:
    direction = np.array([rng.normal(), -abs(rng.normal()), abs(rng.normal()) + 0.4])
    unit = (direction / np.linalg.norm(direction)).astype(np.float32)
    return _Light(unit, rng.uniform(0.35, 0.95), rng.uniform(0.1, 0.7), rng.uniform(1, 6))


def _filled(polygon: Polygon, shape: tuple[int, ...]) -> Labels:
    covered = np.zeros(shape, np.uint8)
    corners = np.round(polygon * 2**_SUBPIXEL_BITS).astype(np.int32)
    cv2.fillPoly(covered, [corners], 1, shift=_SUBPIXEL_BITS)
    return covered


def _photographed(picture: Picture, cloud: Field, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Uneven light, exposure, blur, grain and JPEG."""
    seen = np.clip(picture, 0, 1) ** rng.uniform(0.55, 1.2)
    if rng.random() < 0.6:
        seen = seen * (1 + rng.uniform(0.1, 0.7) * (cloud[..., None] - 0.5))
    if rng.random() < 0.4:
        seen = (seen - 0.5) * rng.uniform(0.5, 0.9) + rng.uniform(0.3, 0.6)
    tinted = np.asarray(seen * rng.normal(1, 0.06, 3), np.float64)
    if rng.random() < 0.6:
        tinted = _blurred(tinted, rng.uniform(0.3, 1.2))
    grainy = tinted + rng.normal(0, rng.uniform(0, 0.03), tinted.shape)
    stored = (np.clip(grainy, 0, 1) * 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 96))]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", stored, quality)[1], cv2.IMREAD_COLOR), np.uint8)
