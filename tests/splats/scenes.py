"""Random scenes for the rasteriser's tests, ordinary ones and degenerate ones."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass
class Drawn:
    """What `rasterize` takes, float32."""

    means: Tensor
    quats: Tensor
    scales: Tensor
    opacities: Tensor
    colors: Tensor
    viewmats: Tensor
    intrinsics: Tensor
    backgrounds: Tensor
    width: int
    height: int

    def leaves(self, dtype: torch.dtype) -> dict[str, Tensor]:
        """The differentiable ones, as new leaves."""
        names = ("means", "quats", "scales", "opacities", "colors", "viewmats", "backgrounds")
        return {name: getattr(self, name).to(dtype).clone().requires_grad_() for name in names}


def random_scene(
    seed: int,
    splats: int = 60,
    width: int = 41,
    height: int = 33,
    cameras: int = 1,
    sh_degree: int | None = 3,
) -> Drawn:
    """Splats of many sizes in front of slightly turned cameras."""
    rng = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=rng)

    views = []
    for _ in range(cameras):
        turn = torch.linalg.qr(torch.eye(3) + 0.1 * normal(3, 3))[0]
        view = torch.eye(4)
        view[:3, :3] = turn * turn.diagonal().sign()
        view[:3, 3] = 0.2 * normal(3)
        views.append(view)
    count = 1 if sh_degree is None else (sh_degree + 1) ** 2
    coefficients = 0.3 * normal(splats, count, 3)
    focal = 0.8 * max(width, height)
    matrix = torch.tensor([[focal, 0, width / 2 + 1.3], [0, 1.05 * focal, height / 2 - 0.7], [0, 0, 1]])
    return Drawn(
        means=normal(splats, 3) * torch.tensor([1.5, 1.2, 0.8]) + torch.tensor([0.0, 0.0, 4.0]),
        quats=normal(splats, 4),
        scales=torch.exp(0.7 * normal(splats, 3) - 2.2),
        opacities=torch.rand(splats, generator=rng) * 0.98 + 0.015,
        colors=coefficients if sh_degree is not None else coefficients[:, 0] + 0.5,
        viewmats=torch.stack(views),
        intrinsics=matrix.expand(cameras, 3, 3).clone(),
        backgrounds=torch.rand(cameras, 3, generator=rng),
        width=width,
        height=height,
    )


def joined(first: Drawn, second: Drawn) -> Drawn:
    """The splats of both in the pictures of the first."""
    by_splat = ("means", "quats", "scales", "opacities", "colors")
    values = {field.name: getattr(first, field.name) for field in fields(first)}
    values |= {name: torch.cat([getattr(first, name), getattr(second, name)]) for name in by_splat}
    return Drawn(**values)
