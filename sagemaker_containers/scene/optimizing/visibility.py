"""How much each splat is seen in the photos' views, and what the pictures would lose without it.

A pixel's colour is a sum of the splats' colours by their blending weights, and it changes in a straight line
with each splat's opacity. So two gradients of the picture say all that is needed: the one by colours holds the weights,
and the one by opacity, times the opacity, is what the picture loses when the splat is left out. One pass finds both:
beside red, green and blue the picture has a channel of which no splat has anything. It stays black whatever opacities
are, and its gradient by colours is that of a plain sum.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from splats.cameras import View, intrinsics, viewmats
from splats.harmonics import harmonics
from splats.rasterize import rasterize
from splats.scene import SplatScene

LEAST_PX = 1e-3
"""Blending weight in pixels that directions are averaged by at least."""
MEDIAN_OF = 1 << 16
"""Splats that the distance in the middle of a picture is found among, about."""
SEEN_PX = 0.5
"""A view sees a splat when this many pixels' worth of it show."""

Done = Callable[[int, int], None]
"""Called with how many of how many views are looked at."""


@dataclass(frozen=True, eq=False)
class Visibility:
    """Of N splats, over all views looked at (`view_count`).

    weight_px (N,): the splat's blending weights, added up over pixels and views.
    seen_by (N,): int64, how many views see it.
    nearness (N,): its smallest distance from a camera that sees it, as a share of the distance that half of that
    camera's picture is nearer than; infinite where none sees it.
    removal_error (N,): squared difference of all pixels' colours when it alone is left out, estimated.
    harmonics (N, K): the harmonics beyond the first that its colour has, in the directions that it is seen in, averaged
    by blending weights; 0 where none sees it.
    """

    weight_px: Tensor
    seen_by: Tensor
    nearness: Tensor
    removal_error: Tensor
    harmonics: Tensor
    view_count: int

    def select(self, index: Tensor) -> Self:
        """The same of some of the splats."""
        return type(self)(
            self.weight_px[index],
            self.seen_by[index],
            self.nearness[index],
            self.removal_error[index],
            self.harmonics[index],
            self.view_count,
        )


def look(scene: SplatScene, views: Sequence[View], seed: int = 0, done: Done | None = None) -> Visibility:
    """What the views see of each splat of the scene, on the scene's device."""
    random = torch.Generator().manual_seed(seed)
    weight_px = torch.zeros_like(scene.opacity_logits)
    removal_error = torch.zeros_like(weight_px)
    nearness = torch.full_like(weight_px, torch.inf)
    seen_by = torch.zeros(len(scene), dtype=torch.int64, device=weight_px.device)
    averaged = torch.zeros_like(scene.sh[:, 1:, 0])
    for count, view in enumerate(views, start=1):
        basis = harmonics(_directions(scene, view), scene.sh_degree)
        weights, losses = _weights_and_losses(scene, view, basis, random)
        seen = weights > SEEN_PX
        weight_px += weights
        averaged += weights[:, None] * basis[:, 1:]
        removal_error += losses**2
        seen_by += seen
        nearness = torch.minimum(nearness, torch.where(seen, _nearness(scene, view, weights), torch.inf))
        if done:
            done(count, len(views))
    averaged /= weight_px.clamp(min=LEAST_PX)[:, None]
    return Visibility(weight_px, seen_by, nearness, removal_error, averaged, len(views))


def removal_errors(scene: SplatScene, views: Sequence[View], seed: int = 0) -> Tensor:
    """`Visibility.removal_error` (N,) alone."""
    random = torch.Generator().manual_seed(seed)
    errors = torch.zeros_like(scene.opacity_logits)
    for view in views:
        errors += _losses(scene, view, random) ** 2
    return errors


def blending_weights(scene: SplatScene, view: View) -> Tensor:
    """Blending weights (N,), added up over the view's pixels."""
    colors = torch.ones(len(scene), 1, device=scene.means.device, requires_grad=True)
    pictures, _ = _drawn(scene, view, scene.opacities, colors, None)
    (by_color,) = torch.autograd.grad(pictures.sum(), colors)
    return by_color[:, 0]


def _weights_and_losses(
    scene: SplatScene, view: View, basis: Tensor, random: torch.Generator
) -> tuple[Tensor, Tensor]:
    """`blending_weights` and `_losses`, (N,) each; `basis` (N, K): the harmonics where the view sees the splats."""
    colors = (torch.einsum("nk,nkc->nc", basis, scene.sh) + 0.5).clamp(min=0)
    colors = torch.nn.functional.pad(colors, (0, 1)).requires_grad_()
    opacities = scene.opacities.detach().requires_grad_()
    pictures, faded = _drawn(scene, view, opacities, colors, None)
    signs = torch.nn.functional.pad(_signs(pictures[..., :3], random), (0, 1), value=1)
    by_opacity, by_color = torch.autograd.grad(pictures, (faded, colors), signs)
    return by_color[:, 3], by_opacity[0] * opacities.detach()


def _losses(scene: SplatScene, view: View, random: torch.Generator) -> Tensor:
    """Numbers (N,) whose squares are, on average, what leaving the splat out adds to the squared error.

    A square can't be summed over pixels in one backward pass. With a random sign for each pixel's colour it
    can: the square of a randomly signed sum is, on average, the sum of the squares (Hutchinson 1989).
    """
    opacities = scene.opacities.detach().requires_grad_()
    pictures, faded = _drawn(scene, view, opacities, scene.sh, scene.sh_degree)
    (by_opacity,) = torch.autograd.grad(pictures, faded, _signs(pictures, random))
    return by_opacity[0] * opacities.detach()


def _signs(pictures: Tensor, random: torch.Generator) -> Tensor:
    return (torch.randint(0, 2, pictures.shape, generator=random) * 2 - 1).to(pictures)


def _drawn(
    scene: SplatScene, view: View, opacities: Tensor, colors: Tensor, sh_degree: int | None
) -> tuple[Tensor, Tensor]:
    """Pictures (1, height, width, channels) and the opacities (1, N) that they were drawn with. The gradient by
    these is the one by `opacities`, found without going back through the projection.
    """
    pictures, _, found = rasterize(
        scene.means,
        scene.quats,
        scene.scales,
        opacities,
        colors,
        viewmats([view]).to(scene.means.device),
        intrinsics([view]).to(scene.means.device),
        view.pinhole.width_px,
        view.pinhole.height_px,
        sh_degree=sh_degree,
    )
    return pictures, found["opacities"]


def _directions(scene: SplatScene, view: View) -> Tensor:
    """Unit vectors (N, 3) from the camera to the splats."""
    position = torch.as_tensor(view.world_from_camera[:3, 3]).to(scene.means)
    return torch.nn.functional.normalize(scene.means - position, dim=1)


def _nearness(scene: SplatScene, view: View, weights: Tensor) -> Tensor:
    """Distances (N,) from the camera as shares of the distance that half of the picture is nearer than."""
    position = torch.as_tensor(view.world_from_camera[:3, 3]).to(scene.means)
    distances: Tensor = torch.linalg.vector_norm(scene.means - position, dim=1)
    step = max(1, len(scene) // MEDIAN_OF)
    return distances / weighted_quantile(distances[::step], weights[::step], 0.5).clamp(min=1e-9)


def weighted_quantile(values: Tensor, weights: Tensor, share: float) -> Tensor:
    """The smallest value (of N) that this share of the weight lies at or below; 0 without any weight."""
    counted = weights > 0
    values, weights = values[counted], weights[counted]
    order = torch.argsort(values)
    reached = torch.cumsum(weights[order].double(), 0)
    if len(values) == 0 or reached[-1] <= 0:
        return values.new_zeros(())
    index = torch.searchsorted(reached, share * reached[-1]).clamp(max=len(values) - 1)
    return values[order[index]]
