"""Surfaces for generated pictures: plain, woven, wooden, furry, leafy, spotted, tiled ... all from noise."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
"""(height, width, 3), 0 dark to 1 bright."""
Field = NDArray[np.float32]
"""(height, width), usually 0 to 1."""


_HUES = ((0.07, 0.04), (0.13, 0.06), (0.3, 0.06), (0.6, 0.06), (0.5, 0.3))
"""Mean and spread of skin, wood and brick; straw and sand; leaves; sky and jeans; anything (red is 0, blue 2/3)."""
_HUE_SHARES = (0.35, 0.2, 0.15, 0.15, 0.15)


def noise(side: int, rng: np.random.Generator, coarsest: int, finest: int, roughness: float) -> Field:
    """A side x side field of 0 to 1: noise of 2^coarsest to 2^finest cells, each finer one weaker by roughness."""
    total = np.zeros((side, side), np.float32)
    for octave in range(coarsest, finest + 1):
        cells = rng.standard_normal((2**octave + 1, 2**octave + 1), np.float32)
        total += roughness**octave * cv2.resize(cells, (side, side), interpolation=cv2.INTER_CUBIC)
    return stretched(total)


def stretched(field: Field) -> Field:
    """The same field, its least value 0 and its greatest 1."""
    low, high = float(field.min()), float(field.max())
    return ((field - low) / (high - low + 1e-6)).astype(np.float32)


def colour(rng: np.random.Generator) -> Field:
    """Mostly muted, as most things in photos are; sometimes vivid."""
    hue = rng.normal(*_HUES[rng.choice(len(_HUES), p=_HUE_SHARES)]) % 1
    value = rng.beta(1.6, 1.3) * 0.95 + 0.04
    saturation = rng.beta(1.1, 3.2) if rng.random() < 0.85 else rng.uniform(0.4, 1.0)
    away = np.abs(((np.array([0, 1 / 3, 2 / 3]) - hue + 0.5) % 1) - 0.5) * 6
    return np.asarray(value * (1 - saturation * np.clip(away - 1, 0, 1)), np.float32)


def near(base: Field, rng: np.random.Generator) -> Field:
    """A shade of the same colour, a little off."""
    return np.clip(base * rng.uniform(0.55, 1.35) + rng.normal(0, 0.04, 3), 0, 1).astype(np.float32)


def surface(side: int, rng: np.random.Generator, base: Field | None = None) -> Picture:
    """A side x side surface of one random kind; with base, in shades of that colour."""
    first = colour(rng) if base is None else near(base, rng)
    second = near(first, rng) if rng.random() < 0.5 else colour(rng)
    pattern = _KINDS[rng.choice(len(_KINDS), p=_SHARES)](side, rng)[..., None]
    made = first * (1 - pattern) + second * pattern
    if rng.random() < 0.5:
        made = made * (1 + rng.uniform(0.05, 0.5) * (noise(side, rng, 1, 4, 0.6)[..., None] - 0.5))
    if rng.random() < 0.6:
        made = made + rng.normal(0, rng.uniform(0.01, 0.07), (side, side, 1))
    return np.clip(made, 0, 1).astype(np.float32)


def _axes(side: int, rng: np.random.Generator) -> tuple[Field, Field]:
    """Coordinates along and across a random direction, 0 to about 1 over the side."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32) / side
    angle = rng.choice([0, np.pi / 2]) if rng.random() < 0.5 else rng.uniform(0, np.pi)
    along = columns * np.cos(angle) + rows * np.sin(angle)
    return along.astype(np.float32), (rows * np.cos(angle) - columns * np.sin(angle)).astype(np.float32)


def _plain(side: int, rng: np.random.Generator) -> Field:
    return noise(side, rng, 0, 2, 0.5) * np.float32(rng.uniform(0, 0.5))


def _sloped(side: int, rng: np.random.Generator) -> Field:
    return stretched(_axes(side, rng)[0])


def _cloudy(side: int, rng: np.random.Generator) -> Field:
    return noise(side, rng, int(rng.integers(0, 3)), int(rng.integers(4, 8)), rng.uniform(0.45, 0.85))


def _speckled(side: int, rng: np.random.Generator) -> Field:
    grain = cv2.GaussianBlur(rng.random((side, side), np.float32), (0, 0), rng.uniform(0.5, 3))
    return stretched(np.asarray(grain, np.float32))


def _striped(side: int, rng: np.random.Generator) -> Field:
    along, _ = _axes(side, rng)
    bent = along + np.float32(rng.uniform(0, 0.12)) * noise(side, rng, 0, 3, 0.5)
    waves = 0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(4, 45) * bent)
    return (
        (waves > rng.uniform(0.3, 0.7)).astype(np.float32) if rng.random() < 0.5 else waves.astype(np.float32)
    )


def _wooden(side: int, rng: np.random.Generator) -> Field:
    along, across = _axes(side, rng)
    grain = noise(side, rng, 1, 4, 0.5) * np.float32(0.15) + across
    rings = np.sin(2 * np.pi * rng.uniform(4, 20) * grain + 2 * along)
    return stretched((rings + 0.6 * _hairs(side, rng)).astype(np.float32))


def _hairs(side: int, rng: np.random.Generator) -> Field:
    """Fur, grass, brushed metal: noise smeared along a direction."""
    reach = int(rng.integers(5, 25)) | 1
    kernel = np.zeros((reach, reach), np.float32)
    angle, middle = rng.uniform(0, np.pi), reach // 2
    offset = (round(middle * np.cos(angle)), round(middle * np.sin(angle)))
    ends = [(middle - offset[0], middle - offset[1]), (middle + offset[0], middle + offset[1])]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    smeared = cv2.filter2D(rng.random((side, side), np.float32), -1, kernel / kernel.sum())
    return stretched(np.asarray(smeared, np.float32))


def _spotted(side: int, rng: np.random.Generator) -> Field:
    fine = int(rng.integers(3, 7))
    return (noise(side, rng, max(1, fine - 2), fine, 0.7) > rng.uniform(0.4, 0.65)).astype(np.float32)


def _leafy(side: int, rng: np.random.Generator) -> Field:
    """Many small overlapping leaves, each of one shade."""
    field = np.full((side, side), rng.random(), np.float32)
    size = rng.uniform(0.012, 0.06) * side
    for _ in range(int(rng.integers(60, 260))):
        middle = (int(rng.integers(side)), int(rng.integers(side)))
        axes = (int(size * rng.uniform(0.5, 1.5)) + 1, int(size * rng.uniform(0.2, 0.8)) + 1)
        cv2.ellipse(field, middle, axes, rng.uniform(0, 180), 0, 360, float(rng.random()), -1, cv2.LINE_AA)
    return field


def _tiled(side: int, rng: np.random.Generator) -> Field:
    """Bricks, tiles, parquet, books: rows of cells with joints, each cell of one shade."""
    rows, columns = int(rng.integers(3, 22)), int(rng.integers(2, 22))
    cells = 0.5 + (rng.random((rows, columns), np.float32) - 0.5) * np.float32(rng.uniform(0.1, 1))
    field = np.asarray(cv2.resize(cells, (side, side), interpolation=cv2.INTER_NEAREST), np.float32)
    if rng.random() < 0.7:
        joint = float(rng.random())
        for row in range(rows):
            cv2.line(field, (0, row * side // rows), (side, row * side // rows), joint, 1)
        for column in range(columns):
            cv2.line(field, (column * side // columns, 0), (column * side // columns, side), joint, 1)
    return field


_KINDS: tuple[Callable[[int, np.random.Generator], Field], ...] = (
    _plain, _sloped, _cloudy, _speckled, _striped, _wooden, _hairs, _spotted, _leafy, _tiled,
)  # fmt: skip
_SHARES = (0.24, 0.1, 0.16, 0.07, 0.07, 0.08, 0.09, 0.07, 0.07, 0.05)
