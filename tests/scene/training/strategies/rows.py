"""Models of splats in a row, for strategies to rearrange."""

import torch

from training.corrections import Corrections
from training.model import Model, new_model
from training.strategies.pulls import notice

SCALE = 0.01


def model_of(opacities: list[float], seed: int = 0, scale: float = SCALE) -> Model:
    """Splats of these opacities, one unit apart on the x axis, after one step of training."""
    count = len(opacities)
    generator = torch.Generator().manual_seed(seed)
    tensors = {
        "means": torch.arange(count)[:, None] * torch.tensor([[1.0, 0.0, 0.0]]),
        "quats": torch.randn(count, 4, generator=generator),
        "scales": torch.full((count, 3), scale).log(),
        "opacities": torch.tensor(opacities).logit(),
        "sh0": torch.zeros(count, 1, 3),
        "shN": torch.zeros(count, 3, 3),
    }
    model = new_model(tensors, Corrections.none(1, 1.0, torch.device("cpu")), generator)
    for splats in model.splats.values():
        splats.grad = torch.randn(splats.shape, generator=generator) * 1e-9
    model.optimiser.step()
    model.optimiser.zero_grad()
    return model


def pulled_at(model: Model, splats: list[int], pull: float = 1.0) -> None:
    """One picture that sees all splats and pulls at these, by so much in pictures' sides."""
    by_means2d = torch.zeros(model.count, 2)
    by_means2d[splats] = torch.tensor([0.0, pull / 100])
    notice(model, by_means2d, torch.ones(model.count, 2, dtype=torch.int32), long_side_px=100)
