"""What is seen through the windows: a meadow, hedges and trees before hills all round."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from examples.furnished_flat import looks, pictures
from examples.furnished_flat.looks import Colour
from examples.furnished_flat.patches import (
    COARSE,
    Array,
    Patch,
    Pile,
    Soft,
    grid,
    placed,
    rectangle,
    rod,
    soft_box,
)

GARDEN_Y = -0.5


def garden() -> list[Patch]:
    """A meadow, hedges and trees before hills all round."""
    pile = Pile()
    angle = np.linspace(0, 2 * np.pi, 73)
    ring = np.stack([np.sin(angle), np.zeros_like(angle), -np.cos(angle)], axis=-1) * 34 + [5, 0, 2.3]
    points = ring + np.array([16.5, -5.5])[:, None, None] * np.array([0, 1, 0])
    pile.add(replace(grid(points, pictures.panorama, 2 * np.pi * 34, 22), scenery=True, texels_per_m=26))
    pile.add(
        replace(
            rectangle((-30, GARDEN_Y, -32), (70, 0, 0), (0, 0, 70), pictures.meadow),
            scenery=True,
            texels_per_m=40,
        )
    )
    for at, size, seed in (
        ((-7.5, -0.1, 3.0), (0.9, 1.0, 9.0), 1),
        ((8.0, 0.2, -7.0), (10.0, 1.4, 1.0), 2),
        ((17.5, 0.0, 2.4), (0.9, 1.3, 10.0), 3),
    ):
        pile.add(hedge(at, size, (0.4 + 0.03 * seed, 0.55, 0.3), seed))
    green: Sequence[tuple[float, float, float]] = (
        (0.42, 0.57, 0.28),
        (0.5, 0.6, 0.3),
        (0.38, 0.52, 0.32),
        (0.6, 0.6, 0.32),
    )
    for index, (x, z, height) in enumerate(
        (
            (-11, 0.2, 5.0),
            (-13, 4.6, 6.5),
            (16, 0.4, 4.6),
            (20, 4.8, 6.0),
            (6.6, -11, 5.0),
            (11, -13, 6.0),
            (-16, -3, 7.0),
        )
    ):
        pile.add(placed(tree(height, 0.36 * height, green[index % 4], index), (x, GARDEN_Y, z)))
    return pile.patches


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
