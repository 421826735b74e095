"""Which splats a tour is better without: outliers, splats that no view sees, floaters."""

from dataclasses import dataclass

import torch
from torch import Tensor

from diorama.tours.stages import OptimizeSplatsParams
from optimizing.visibility import Visibility, weighted_quantile
from splats.scene import SplatScene

REACH_SHARE = 0.99
"""How much of what is seen lies within the distance that outliers are measured by."""


@dataclass(frozen=True, eq=False)
class Culled:
    """Masks (N,), each splat in one of them at most."""

    outliers: Tensor
    unseen: Tensor
    floaters: Tensor

    @property
    def kept(self) -> Tensor:
        """The splats in none of them."""
        return ~(self.outliers | self.unseen | self.floaters)

    def counts(self) -> dict[str, int]:
        """How many splats each reason takes."""
        return {
            "outliers": int(self.outliers.sum()),
            "unseen": int(self.unseen.sum()),
            "floaters": int(self.floaters.sum()),
        }


def cull(scene: SplatScene, seen: Visibility, params: OptimizeSplatsParams) -> Culled:
    """Judges every splat of a scene that is finite. Nothing is drawn here."""
    few = seen.seen_by <= max(1, round(params.stray_views * seen.view_count))
    outliers = few & _out_of_reach(scene, seen, params.outlier_reach)
    unseen = ~outliers & (seen.weight_px < params.unseen_below_px)
    floaters = ~outliers & ~unseen & few & (seen.nearness < params.floater_nearness)
    return Culled(outliers, unseen, floaters)


def finite(scene: SplatScene) -> Tensor:
    """Mask (N,) of the splats whose numbers are all finite; nothing else can be drawn."""
    parts = (scene.means, scene.quats, scene.log_scales, scene.opacity_logits[:, None], scene.sh.flatten(1))
    return torch.stack([part.isfinite().all(dim=1) for part in parts]).all(dim=0)


def _out_of_reach(scene: SplatScene, seen: Visibility, reach: float) -> Tensor:
    """Splats that lie or stretch far beyond what the views see: outliers, or a background that many see.

    From the middle of what is seen, most of it lies within some distance; these are or reach `reach` times as
    far.
    """
    weights = seen.weight_px
    middle = torch.stack([weighted_quantile(scene.means[:, axis], weights, 0.5) for axis in range(3)])
    distances: Tensor = torch.linalg.vector_norm(scene.means - middle, dim=1)
    usual = weighted_quantile(distances, weights, REACH_SHARE)
    return (distances > reach * usual) | (scene.scales.amax(dim=1) > reach * usual)
