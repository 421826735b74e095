"""Where photos pull."""

import torch

from tests.scene.training.strategies.rows import model_of
from training.strategies.pulls import mean_pulls, notice


def test_a_splat_seen_once_and_pulled_hard_counts_more_than_one_pulled_a_little_often() -> None:
    model = model_of([0.5, 0.5])
    seen = torch.tensor([[1, 1], [1, 1]], dtype=torch.int32)
    notice(model, torch.tensor([[0.0, 3.0], [1.0, 0.0]]), seen, long_side_px=1)
    seen[0] = 0
    for _ in range(5):
        notice(model, torch.tensor([[0.0, 0.0], [1.0, 0.0]]), seen, long_side_px=1)
    assert mean_pulls(model).tolist() == [3, 1]
