"""Levels of detail: the same place with fewer splats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from optimizing.visibility import Visibility, removal_errors
from splats.cameras import View
from splats.scene import SplatScene

Thing = TypeVar("Thing")

STEP = 0.5
"""At least this share of the splats stays whenever some are left out; then the rest are judged anew."""
MOST_UNMISSED = 0.2
"""Share of the splats that even the full level may lack."""
JUDGING_VIEWS = 24
"""Views that splats are judged by on the way to a level, at most."""


@dataclass(frozen=True, eq=False)
class Level:
    """A scene under the name of its level. `weights` (N,): how much of each splat the full scene shows, `harmonics`
    (N, P): see `Visibility`; `places` (N,): int64, where they are in the full scene.
    """

    name: str
    scene: SplatScene
    weights: Tensor
    harmonics: Tensor
    places: Tensor


def levels(
    full: SplatScene,
    seen: Visibility,
    views: Sequence[View],
    shares: Mapping[str, float],
    seed: int = 0,
    unmissed: float = 0.0,
) -> Iterator[Level]:
    """The full level, then those of `shares` of the splats, from the largest share to the smallest.

    Those splats stay without which the pictures would lose most. What a splat is worth depends on which
    others are there, so it is judged anew on the way. The full level lacks splats, a fifth at most, without which the
    pictures lose less than `unmissed` (squared) for each pixel's worth that the average splat shows.
    """
    places = _missed(seen, unmissed)
    scene = full.select(places)
    yield Level("full", scene, seen.weight_px[places], seen.harmonics[places], places)
    thinned = False
    few = evenly(views, JUDGING_VIEWS)
    for name, share in sorted(shares.items(), key=lambda entry: -entry[1]):
        wanted = max(1, round(share * len(full)))
        while len(scene) > wanted:
            errors = removal_errors(scene, few, seed) if thinned else seen.removal_error[places]
            thinned = True
            count = max(wanted, round(STEP * len(scene)))
            kept = errors.argsort(descending=True, stable=True)[:count].sort().values
            scene, places = scene.select(kept), places[kept]
        yield Level(name, scene, seen.weight_px[places], seen.harmonics[places], places)


def _missed(seen: Visibility, unmissed: float) -> Tensor:
    """Places (M,) of the splats that even the full level needs."""
    errors = seen.removal_error
    most = errors.kthvalue(max(1, int(MOST_UNMISSED * len(errors)))).values
    return torch.nonzero(errors >= torch.minimum(most, unmissed * seen.weight_px.mean()))[:, 0]


def evenly(things: Sequence[Thing], count: int) -> list[Thing]:
    """At most so many of the things, in their order, about as far from each other."""
    step = max(1.0, len(things) / count)
    return [things[int(index * step)] for index in range(min(count, len(things)))]
