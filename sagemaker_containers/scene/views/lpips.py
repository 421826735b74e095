"""LPIPS: how different two pictures look to people, by the layers of a network that was trained to name things.

Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric" (2018), version 0.1 on AlexNet.
We don't bring its weights along. An owner who has them gives the file of

    torch.save(lpips.LPIPS(net="alex").state_dict(), "lpips_alex.pt")

made with the package lpips; without it, nothing is said of LPIPS.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d, relu

from diorama.errors import StageError

NAME = "lpips_alex.pt"

LAYERS: tuple[tuple[str, int, int, bool], ...] = (
    ("slice1.0", 4, 2, False),
    ("slice2.3", 1, 2, True),
    ("slice3.6", 1, 1, True),
    ("slice4.8", 1, 1, False),
    ("slice5.10", 1, 1, False),
)
"""AlexNet's convolutions: name, stride, padding, and whether the largest of 3 x 3 are taken before."""
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""Of colours from -1 to 1, before the first layer: the network's training photos, in the package's words."""
EPSILON = 1e-10


class Lpips:
    """Reads the weights. Raises `StageError` where the file is something else."""

    def __init__(self, path: Path) -> None:
        try:
            self._weights: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
            missing = [name for name in self._names() if name not in self._weights]
        except Exception as error:  # torch raises what it likes for files that it can't read
            raise _unusable(path, str(error)) from error
        if missing:
            raise _unusable(path, f"{missing[0]} is missing")

    @staticmethod
    def _names() -> list[str]:
        layers = [f"net.{name}.{part}" for name, *_ in LAYERS for part in ("weight", "bias")]
        return layers + [f"lin{index}.model.1.weight" for index in range(len(LAYERS))]

    @torch.no_grad()
    def distance(self, picture: NDArray[np.floating], photo: NDArray[np.floating]) -> float:
        """Of two (height, width, 3) from 0 to 1: 0 for the same, about 1 for nothing in common."""
        total = 0.0
        for index, (a, b) in enumerate(zip(self._features(picture), self._features(photo), strict=True)):
            weights = self._weights[f"lin{index}.model.1.weight"]
            total += float(conv2d((a - b).square(), weights).mean())
        return total

    def _features(self, image: NDArray[np.floating]) -> list[Tensor]:
        """Of each layer (1, channels, height, width), every pixel's of length 1."""
        pixels = torch.from_numpy(np.asarray(image, np.float32)).permute(2, 0, 1)[None] * 2 - 1
        shift, scale = (torch.tensor(values)[None, :, None, None] for values in (SHIFT, SCALE))
        current, found = (pixels - shift) / scale, []
        for name, stride, padding, pooled in LAYERS:
            if pooled:
                current = max_pool2d(current, 3, 2)
            weight, bias = (self._weights[f"net.{name}.{part}"] for part in ("weight", "bias"))
            current = relu(conv2d(current, weight, bias, stride=stride, padding=padding))
            found.append(current / (current.square().sum(1, keepdim=True).sqrt() + EPSILON))
        return found


def _unusable(path: Path, reason: str) -> StageError:
    return StageError(
        "unusable_weights",
        f"The weights of LPIPS in {path.name} can't be used: {reason}.",
        'Make the file anew with torch.save(lpips.LPIPS(net="alex").state_dict(), "lpips_alex.pt"), or remove it.',
    )
