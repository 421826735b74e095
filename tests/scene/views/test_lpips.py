"""LPIPS with weights of the right shapes: those of the paper are not ours to bring along."""

from pathlib import Path

import numpy as np
import pytest
import torch

from diorama.errors import StageError
from tests.scene.views.lpips_weights import CHANNELS, weights
from views.lpips import Lpips


@pytest.fixture
def lpips(tmp_path: Path) -> Lpips:
    torch.save(weights(), tmp_path / "lpips_alex.pt")
    return Lpips(tmp_path / "lpips_alex.pt")


def picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((64, 80, 3))


def test_a_picture_is_like_itself_and_grows_unlike_with_noise(lpips: Lpips) -> None:
    photo = picture(0)
    distances = [lpips.distance(photo + amount * (picture(1) - 0.5), photo) for amount in (0.0, 0.1, 0.5)]
    assert distances[0] == 0
    assert 0 < distances[1] < distances[2]


def test_which_picture_comes_first_does_not_matter(lpips: Lpips) -> None:
    assert lpips.distance(picture(0), picture(1)) == pytest.approx(
        lpips.distance(picture(1), picture(0)), rel=1e-5
    )


def test_it_is_the_sum_of_weighted_differences_of_normalised_features(lpips: Lpips) -> None:
    first = lpips._features(picture(0))
    second = lpips._features(picture(1))
    assert [feature.shape[1] for feature in first] == list(CHANNELS[1:])
    total = 0.0
    for index, (a, b) in enumerate(zip(first, second, strict=True)):
        assert float(a.square().sum(1).max()) <= 1 + 1e-5
        weight = weights()[f"lin{index}.model.1.weight"][0, :, 0, 0]
        total += float(((a - b)[0].square() * weight[:, None, None]).sum(0).mean())
    assert lpips.distance(picture(0), picture(1)) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("content", [b"", b"no weights at all"])
def test_a_file_of_something_else_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "lpips_alex.pt").write_bytes(content)
    with pytest.raises(StageError) as refused:
        Lpips(tmp_path / "lpips_alex.pt")
    assert refused.value.stable_code == "unusable_weights"


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save({"net.slice1.0.weight": torch.zeros(1)}, tmp_path / "lpips_alex.pt")
    with pytest.raises(StageError, match="is missing"):
        Lpips(tmp_path / "lpips_alex.pt")
