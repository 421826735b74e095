"""A scene of splats in memory, in the values that files hold and training moves: logs and logits."""

import math
from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor

SH_C0 = 0.5 / math.sqrt(math.pi)  # the constant spherical harmonic


@dataclass(frozen=True, eq=False)
class SplatScene:
    """N splats in the world frame (right-handed, +Y up).

    means (N, 3) in world units; quats (N, 4) wxyz of any length, world_from_splat; log_scales (N, 3), natural
    logs of the standard deviations along the splat's own axes; opacity_logits (N,); sh (N, K, 3),
    coefficients of spherical harmonics for red, green and blue, K = 1, 4, 9 or 16. A colour is 0.5 + their
    sum, cut off below 0.
    """

    means: Tensor
    quats: Tensor
    log_scales: Tensor
    opacity_logits: Tensor
    sh: Tensor

    def __post_init__(self) -> None:
        n = len(self.means)
        expected = {"means": (n, 3), "quats": (n, 4), "log_scales": (n, 3), "opacity_logits": (n,)}
        for name, shape in expected.items():
            if tuple(getattr(self, name).shape) != shape:
                raise ValueError(f"{name} has shape {tuple(getattr(self, name).shape)}, not {shape}")
        if self.sh.shape not in {(n, k, 3) for k in (1, 4, 9, 16)}:
            raise ValueError(f"sh has shape {tuple(self.sh.shape)}, not ({n}, 1 | 4 | 9 | 16, 3)")

    def __len__(self) -> int:
        return len(self.means)

    @property
    def sh_degree(self) -> int:
        """0 to 3."""
        return math.isqrt(self.sh.shape[1]) - 1

    @property
    def scales(self) -> Tensor:
        """Standard deviations (N, 3) in world units."""
        return self.log_scales.exp()

    @property
    def opacities(self) -> Tensor:
        """(N,) between 0 and 1."""
        return self.opacity_logits.sigmoid()

    @property
    def base_colors(self) -> Tensor:
        """RGB (N, 3) without what depends on the direction; 0 to 1 for sensible scenes."""
        return self.sh[:, 0] * SH_C0 + 0.5

    def to(self, device: torch.device) -> Self:
        """The same on another device."""
        return type(self)(*(getattr(self, field.name).to(device) for field in fields(self)))

    def select(self, index: Tensor) -> Self:
        """The splats at `index` (int64 positions or a bool mask), in that order."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    def with_sh_degree(self, degree: int) -> Self:
        """The same with higher coefficients left out, or added as zeros."""
        count = (degree + 1) ** 2
        sh = self.sh.new_zeros(len(self), count, 3)
        kept = min(count, self.sh.shape[1])
        sh[:, :kept] = self.sh[:, :kept]
        return type(self)(self.means, self.quats, self.log_scales, self.opacity_logits, sh)


def empty_scene(sh_degree: int = 0) -> SplatScene:
    """No splats at all."""
    return SplatScene(
        means=torch.zeros(0, 3),
        quats=torch.zeros(0, 4),
        log_scales=torch.zeros(0, 3),
        opacity_logits=torch.zeros(0),
        sh=torch.zeros(0, (sh_degree + 1) ** 2, 3),
    )
