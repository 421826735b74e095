"""The ellipsoids of splats."""

import torch
from torch import Tensor
from torch.nn.functional import normalize


def within(splats: dict[str, Tensor], sample: Tensor) -> Tensor:
    """Standard normal samples (n, 3) as offsets of the splats' own shapes."""
    along = sample * splats["scales"].exp()
    return (rotations(splats["quats"]) @ along[:, :, None])[:, :, 0]


def rotations(quats: Tensor) -> Tensor:
    """Rotation matrices (n, 3, 3) of quaternions (n, 4) wxyz of any length."""
    w, x, y, z = normalize(quats, dim=1).unbind(1)
    rows = [
        torch.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], -1),
        torch.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], -1),
        torch.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], -1),
    ]
    return torch.stack(rows, 1)
