"""A scene as arrays, in the values that compressed formats are made of."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from splats.scene import SplatScene

Floats = NDArray[np.floating]

OPACITY_MARGIN = 1e-6
"""Opacities that were rounded to 0 or 1 are moved by so much, so that their logits are finite."""


@dataclass(frozen=True, eq=False)
class Columns:
    """N splats: means (n, 3), quats (n, 4) wxyz of any length, log_scales (n, 3), opacities (n,) from 0 to 1, sh0
    (n, 3), and the harmonics beyond the first, higher (n, k, 3)."""

    means: Floats
    quats: Floats
    log_scales: Floats
    opacities: Floats
    sh0: Floats
    higher: Floats

    def select(self, order: NDArray[np.intp]) -> Self:
        """The splats at those places, in that order."""
        return type(self)(*(getattr(self, field.name)[order] for field in fields(self)))


def columns_of(scene: SplatScene) -> Columns:
    """The scene's columns. Raises `ValueError` where it is empty or a number is not finite."""
    if len(scene) == 0:
        raise ValueError("A scene without splats can't be written in a compressed format.")
    tensors = {
        "means": scene.means.double(),
        "quats": scene.quats.double(),
        "log_scales": scene.log_scales,
        "opacities": scene.opacities.double(),
        "sh0": scene.sh[:, 0],
        "higher": scene.sh[:, 1:],
    }
    columns = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
    for name, column in columns.items():
        if not np.isfinite(column).all():
            raise ValueError(f"Some {name} of the scene are not finite.")
    return Columns(**columns)


def scene_of(columns: Columns) -> SplatScene:
    """The other way round."""
    opacities = columns.opacities.clip(OPACITY_MARGIN, 1 - OPACITY_MARGIN)
    arrays = (
        columns.means,
        columns.quats,
        columns.log_scales,
        np.log(opacities / (1 - opacities)),
        np.concatenate([columns.sh0[:, None], columns.higher], axis=1),
    )
    return SplatScene(*(torch.from_numpy(np.array(array, np.float32, order="C")) for array in arrays))
