"""A laptop, open on a table at the origin."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from examples.furnished_flat import looks, pictures
from examples.furnished_flat.colours import STEEL
from examples.furnished_flat.patches import Array, Patch, Pile, box


def laptop() -> list[Patch]:
    """Open, and at work."""
    pile = Pile()
    pile.add(
        box(
            (-0.165, 0, -0.11),
            (0.165, 0.016, 0.11),
            looks.metal(STEEL),
            top=looks.tiles(((0.25, 0.25, 0.26),), 0.02, 0.02),
        )
    )
    lid = box((-0.165, -0.11, -0.004), (0.165, 0.11, 0.004), looks.metal(STEEL), south=pictures.screen)
    tilt = np.radians(18)
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), np.sin(tilt)], [0, -np.sin(tilt), np.cos(tilt)]])
    pile.add(_leant(lid, lean, (0, 0.118, -0.145)))
    return pile.patches


def _leant(patches: list[Patch], lean: Array, to: Sequence[float]) -> list[Patch]:
    return [replace(patch, points=patch.points @ lean.T + np.asarray(to)) for patch in patches]
