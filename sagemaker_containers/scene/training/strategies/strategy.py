"""What a strategy is."""

from dataclasses import dataclass
from typing import Protocol

from training.model import Model


@dataclass(frozen=True)
class Limits:
    """How many splats there are at the beginning and at most, and the extent of the scene in world units."""

    start_splats: int
    max_splats: int
    extent: float


class Strategy(Protocol):
    """Rearranges the splats after each step; all that it remembers is in the model."""

    def rearrange(self, model: Model, share: float, limits: Limits) -> None:
        """`share` of the budget was spent when the step began."""
