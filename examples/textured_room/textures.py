"""Procedural textures: arrays of shape (height, width, 3), BGR, uint8. Each call is fixed by its seed."""

import cv2
import numpy as np
from numpy.typing import NDArray

Texture = NDArray[np.uint8]
Colour = tuple[int, int, int]
PX_PER_M = 220


def blank(width_m: float, height_m: float, colour: Colour) -> NDArray[np.float32]:
    """One colour, as floats to be worked on."""
    size = (max(8, round(height_m * PX_PER_M)), max(8, round(width_m * PX_PER_M)), 3)
    return np.full(size, colour, np.float32)


def noise(shape: tuple[int, ...], cells: tuple[int, int], random: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise in -1..1 of `shape` (height, width), with so many cells down and across."""
    grid = random.uniform(-1, 1, (max(2, cells[0]), max(2, cells[1]))).astype(np.float32)
    return np.asarray(cv2.resize(grid, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def finish(texture: NDArray[np.float32]) -> Texture:
    """Back to bytes."""
    return np.clip(texture, 0, 255).astype(np.uint8)


def plaster(width_m: float, height_m: float, colour: Colour, seed: int) -> Texture:
    """A painted wall: nearly even, with the stains and dents that hold an eye, or a feature detector."""
    random = np.random.default_rng(seed)
    texture = blank(width_m, height_m, colour)
    for cells_per_m, strength in ((1.5, 7), (6, 5), (24, 5), (90, 6)):
        cells = (int(height_m * cells_per_m), int(width_m * cells_per_m))
        texture += strength * noise(texture.shape, cells, random)[..., None]
    for _ in range(int(24 * width_m * height_m)):
        centre = random.integers(0, [texture.shape[1], texture.shape[0]])
        shade = texture[centre[1], centre[0]] * random.uniform(0.86, 1.07)
        axes = random.integers(1, 6, 2)
        cv2.ellipse(
            texture, centre.tolist(), axes.tolist(), float(random.uniform(0, 180)), 0, 360, shade.tolist(), -1
        )
    return finish(texture)


def wallpaper(width_m: float, height_m: float, seed: int) -> Texture:
    """Leaves and blossoms, no two alike."""
    random = np.random.default_rng(seed)
    texture = plaster(width_m, height_m, (190, 205, 196), seed).astype(np.float32)
    for _ in range(int(26 * width_m * height_m)):
        x, y = random.integers(0, [texture.shape[1], texture.shape[0]]).tolist()
        angle, length = random.uniform(0, 360), random.integers(14, 42)
        green = (random.uniform(95, 130), random.uniform(120, 160), random.uniform(85, 120))
        cv2.ellipse(texture, (x, y), (int(length), int(length * 0.32)), angle, 0, 360, green, -1, cv2.LINE_AA)
        cv2.ellipse(texture, (x, y), (int(length), 1), angle, 0, 360, (85, 105, 80), 1, cv2.LINE_AA)
        if random.random() < 0.25:
            pink = (random.uniform(120, 160), random.uniform(110, 140), random.uniform(190, 225))
            cv2.circle(texture, (x + 20, y - 12), int(random.integers(6, 13)), pink, -1, cv2.LINE_AA)
    return finish(texture)


def wood(width_m: float, height_m: float, colour: Colour, seed: int) -> Texture:
    """Grain along the width."""
    random = np.random.default_rng(seed)
    texture = blank(width_m, height_m, colour)
    for along, across, strength in ((1, 12, 18), (3, 50, 12), (8, 160, 9)):
        cells = (int(height_m * across) + 2, int(width_m * along) + 2)
        texture *= 1 + strength / 100 * noise(texture.shape, cells, random)[..., None]
    for _ in range(int(5 * width_m * height_m) + 1):
        knot = random.integers(0, [texture.shape[1], texture.shape[0]]).tolist()
        cv2.ellipse(texture, knot, (11, 5), 0, 0, 360, [0.55 * part for part in colour], -1, cv2.LINE_AA)
    return finish(texture)


def planks(width_m: float, height_m: float, seed: int) -> Texture:
    """A wooden floor of boards, 14 cm wide, each of its own tone."""
    random = np.random.default_rng(seed)
    texture = wood(width_m, height_m, (92, 128, 168), seed).astype(np.float32)
    board = round(0.14 * PX_PER_M)
    for top in range(0, texture.shape[0], board):
        left = -int(random.integers(0, 200))
        while left < texture.shape[1]:
            right = left + int(random.integers(160, 330))
            texture[top : top + board, max(0, left) : right] *= random.uniform(0.78, 1.12)
            texture[top : top + board, max(0, right - 2) : max(0, right)] *= 0.45
            left = right
        texture[top : top + 2] *= 0.45
    return finish(texture)


def painting(width_m: float, height_m: float, seed: int) -> Texture:
    """An abstract picture in a frame."""
    random = np.random.default_rng(seed)
    texture = blank(width_m, height_m, tuple(random.integers(90, 220, 3).tolist()))
    height, width = texture.shape[:2]
    texture += 30 * noise(texture.shape, (5, 5), random)[..., None]
    for _ in range(34):
        colour = random.integers(15, 245, 3).tolist()
        corners = random.integers(0, [width, height], (3, 2)) + random.integers(-30, 30, (3, 2))
        shape = random.integers(0, 3)
        if shape == 0:
            cv2.fillConvexPoly(texture, corners.astype(np.int32), colour, cv2.LINE_AA)
        elif shape == 1:
            cv2.circle(texture, corners[0].tolist(), int(random.integers(4, 28)), colour, -1, cv2.LINE_AA)
        else:
            cv2.line(
                texture,
                corners[0].tolist(),
                corners[1].tolist(),
                colour,
                int(random.integers(1, 6)),
                cv2.LINE_AA,
            )
    cv2.rectangle(texture, (0, 0), (width - 1, height - 1), (38, 52, 66), 14)
    cv2.rectangle(texture, (7, 7), (width - 8, height - 8), (120, 150, 175), 2)
    return finish(texture)


def books(width_m: float, height_m: float, shelves: int, seed: int) -> Texture:
    """A bookcase from the front."""
    random = np.random.default_rng(seed)
    texture = blank(width_m, height_m, (28, 36, 46))
    shelf = texture.shape[0] // shelves
    for row in range(shelves):
        bottom = (row + 1) * shelf - 6
        left = 8
        while left < texture.shape[1] - 16:
            width = int(random.integers(6, 18))
            top = bottom - int(shelf * random.uniform(0.5, 0.84))
            colour = np.array(random.integers(30, 220, 3), np.float32)
            right = min(left + width, texture.shape[1] - 8)
            texture[top:bottom, left:right] = colour
            texture[top:bottom, left : left + 1] = colour * 0.5
            band = top + int(random.integers(6, 22))
            texture[band : band + 4, left + 1 : right - 1] = 255 - colour
            for _ in range(3):
                y = int(random.integers(top + 4, bottom - 4))
                texture[y : y + 2, left + 2 : right - 2] = random.uniform(40, 230)
            left = right + (int(random.integers(6, 40)) if random.random() < 0.1 else 0)
        texture[bottom : bottom + 6] = (60, 84, 112)
    texture[:, :8] = texture[:, -8:] = (60, 84, 112)
    return finish(texture)


def fabric(width_m: float, height_m: float, colour: Colour, seed: int) -> Texture:
    """A woven cover with a loose pattern of crosses."""
    random = np.random.default_rng(seed)
    texture = blank(width_m, height_m, colour)
    texture *= 1 + 0.1 * random.standard_normal(texture.shape[:2]).astype(np.float32)[..., None]
    texture *= (
        1 + 0.14 * noise(texture.shape, (int(4 * height_m) + 2, int(4 * width_m) + 2), random)[..., None]
    )
    for _ in range(int(60 * width_m * height_m)):
        x, y = random.integers(0, [texture.shape[1], texture.shape[0]]).tolist()
        size, tone = int(random.integers(3, 9)), random.uniform(0.4, 1.7)
        shade = [min(255.0, tone * part) for part in colour]
        cv2.drawMarker(texture, (x, y), shade, cv2.MARKER_TILTED_CROSS, size * 2, 2)
    return finish(texture)


def rug(width_m: float, height_m: float, seed: int) -> Texture:
    """Borders and lozenges."""
    random = np.random.default_rng(seed)
    texture = fabric(width_m, height_m, (60, 52, 150), seed).astype(np.float32)
    height, width = texture.shape[:2]
    for inset, colour in ((10, (150, 180, 205)), (24, (60, 40, 38)), (46, (140, 170, 200))):
        cv2.rectangle(texture, (inset, inset), (width - inset, height - inset), colour, 5)
    for _ in range(60):
        x, y = random.integers(60, [width - 60, height - 60]).tolist()
        across, down = random.integers(7, 26, 2).tolist()
        lozenge = np.array([(x - across, y), (x, y - down), (x + across, y), (x, y + down)], np.int32)
        cv2.fillConvexPoly(texture, lozenge, random.integers(30, 220, 3).tolist(), cv2.LINE_AA)
    return finish(texture)


def window(width_m: float, height_m: float, seed: int) -> Texture:
    """A bright view: sky, a hill, trees, glazing bars."""
    random = np.random.default_rng(seed)
    texture = blank(width_m, height_m, (245, 226, 196))
    height, width = texture.shape[:2]
    texture += 14 * noise(texture.shape, (4, 7), random)[..., None]
    hill = (height * (0.62 + 0.1 * noise((1, width), (2, 5), random)[0])).astype(int)
    for x, top in enumerate(hill):
        texture[top:, x] = (110, 165, 130)
    for _ in range(16):
        x, size = int(random.integers(0, width)), int(random.integers(8, 26))
        foot = int(height * random.uniform(0.58, 0.9))
        cv2.circle(texture, (x, foot), size, (60, random.uniform(90, 140), 70), -1, cv2.LINE_AA)
    for x in (0, width // 2, width - 1):
        cv2.line(texture, (x, 0), (x, height), (225, 232, 236), 12)
    for y in (0, height // 2, height - 1):
        cv2.line(texture, (0, y), (width, y), (225, 232, 236), 12)
    return finish(texture)
