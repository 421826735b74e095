"""Plants in pots."""

import numpy as np

from examples.furnished_flat import looks
from examples.furnished_flat.looks import Look
from examples.furnished_flat.patches import FINE, Array, Patch, Pile, disc, lathe, rod, sheet

LEAF, RIB = (0.27, 0.43, 0.2), (0.55, 0.62, 0.36)


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
