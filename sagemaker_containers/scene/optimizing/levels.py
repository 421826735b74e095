"""Levels of detail: the same place with fewer splats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizing.visibility import Visibility, look
from splats.cameras import View
from splats.scene import SplatScene

STEP = 0.7
"""A level is reached by leaving out at most so much at a time that this share stays, then looking again."""


@dataclass(frozen=True, eq=False)
class Level:
    """A scene under the name of its level, and what the views see of it."""

    name: str
    scene: SplatScene
    seen: Visibility


def levels(
    full: SplatScene, seen: Visibility, views: Sequence[View], shares: Mapping[str, float], seed: int = 0
) -> Iterator[Level]:
    """The full level, then those of `shares` of its splats, from the largest to the smallest share.

    Those splats stay without which the pictures would lose most. What a splat is worth depends on which others
    are there, so it is judged anew after every step.
    """
    yield Level("full", full, seen)
    scene = full
    for name, share in sorted(shares.items(), key=lambda entry: -entry[1]):
        wanted = max(1, round(share * len(full)))
        while len(scene) > wanted:
            count = max(wanted, round(STEP * len(scene)))
            kept = seen.removal_error.argsort(descending=True, stable=True)[:count].sort().values
            scene = scene.select(kept)
            seen = look(scene, views, seed)
        yield Level(name, scene, seen)
