"""Splats strewn about at random, for the tests of file formats."""

from collections.abc import Callable
from pathlib import Path

import torch

from splats.scene import SplatScene


def cloud(count: int = 500, sh_degree: int = 2, seed: int = 0, spread: float = 4.0) -> SplatScene:
    """Of many sizes, turned anyhow, in colours that depend a little on the direction."""
    random = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random)

    return SplatScene(
        means=normal(count, 3) * spread,
        quats=normal(count, 4),
        log_scales=normal(count, 3) - 4,
        opacity_logits=normal(count) * 2,
        sh=normal(count, (sh_degree + 1) ** 2, 3) * 0.2,
    )


def in_order_of(scene: SplatScene, read: SplatScene) -> SplatScene:
    """What was read, each splat where its original is: the nearest in space."""
    nearest = torch.cdist(scene.means.double(), read.means.double()).argmin(dim=1)
    assert len(set(nearest.tolist())) == len(scene) == len(read)
    return read.select(nearest)


def there_and_back(
    path: Path,
    scene: SplatScene,
    write: Callable[[Path, SplatScene], None],
    read: Callable[[Path], SplatScene],
) -> SplatScene:
    """The scene, written to the path and read again, in its own order."""
    write(path, scene)
    return in_order_of(scene, read(path))


def apart_deg(quats: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Angles (n,) between rotations (n, 4), in degrees."""
    unit, other = (torch.nn.functional.normalize(q.double(), dim=1) for q in (quats, others))
    return torch.rad2deg(2 * torch.acos((unit * other).sum(dim=1).abs().clamp(max=1)))


def assert_same_look(ours: SplatScene, theirs: SplatScene) -> None:
    """Two readers of one file found the same splats, in the same order; rotations may differ in sign."""
    for name in ("means", "log_scales", "sh"):
        assert torch.allclose(getattr(ours, name), getattr(theirs, name), atol=1e-5), name
    assert apart_deg(ours.quats, theirs.quats).max() < 0.01
    assert torch.allclose(ours.opacities, theirs.opacities, atol=1e-5)
