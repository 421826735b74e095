"""What a level begins with: the splats that stay, as they are or with what was left out added to them.

Where much goes that was seen, those that stay have to stand for it (`optimizing/merging.py`). Where what goes was
hidden or is hardly missed, that spoils more than it mends. Pictures of the full scene say which it is, so that no level
begins worse than by cutting alone; a level that they can hardly tell from it is not merged at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from torch import Tensor

from optimizing.levels import Level, evenly
from optimizing.merging import merged
from splats.cameras import View
from splats.scene import SplatScene
from training.backdrop import behind
from views.draw import draw
from views.evaluate import Picture, psnr

COMPARED_VIEWS = 4
"""What is compared differs much where it matters: a few pictures tell, and cost little with a million splats."""
NEAR_ENOUGH_DB = 38.0
"""Of a level as it is, to the full scene: rounding its file loses as much, so that merging is not worth its time."""


@dataclass(frozen=True, eq=False)
class Beginnings:
    """Of the levels of the `full` scene, of whose splats `weight_px` (N,) shows. The `shell` is behind all; `pictures`
    are the full scene's own.
    """

    full: SplatScene
    weight_px: Tensor
    shell: SplatScene
    pictures: Sequence[tuple[View, Picture]]

    def of(self, level: Level) -> SplatScene:
        """The level's splats or as many merged ones in their order, whichever are nearer to the full scene."""
        as_it_is = self._likeness_db(level.scene)
        if as_it_is >= NEAR_ENOUGH_DB:
            return level.scene
        taken_over = merged(self.full, self.weight_px, level.places)
        return taken_over if self._likeness_db(taken_over) > as_it_is else level.scene

    def _likeness_db(self, scene: SplatScene) -> float:
        whole = behind(scene, self.shell)
        return mean(psnr(draw(whole, view), picture) for view, picture in self.pictures)


def beginnings_of(
    full: SplatScene, weight_px: Tensor, shell: SplatScene, views: Sequence[View]
) -> Beginnings:
    """Those of levels of the full scene, compared from some of the views."""
    whole = behind(full, shell)
    pictures = [(view, draw(whole, view)) for view in evenly(views, COMPARED_VIEWS)]
    return Beginnings(full, weight_px, shell, pictures)
