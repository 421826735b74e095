from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from splats.adam import Adam
from splats.threads import set_thread_count


@pytest.fixture(autouse=True)
def all_threads() -> Iterator[None]:
    yield
    set_thread_count(None)


def leaves(sizes: list[int]) -> list[Tensor]:
    rng = torch.Generator().manual_seed(sum(sizes))
    return [torch.randn(size, generator=rng).requires_grad_() for size in sizes]


def groups(parameters: list[Tensor]) -> list[dict[str, object]]:
    return [{"params": [p], "lr": 0.01 * (i + 1)} for i, p in enumerate(parameters)]


def train(optimiser: torch.optim.Optimizer, parameters: list[Tensor], steps: range) -> None:
    """With gradients of many sizes, some of them zero."""
    for step in steps:
        for parameter in parameters:
            rng = torch.Generator().manual_seed(step)
            sizes = 10 ** torch.randint(-8, 3, parameter.shape, generator=rng).float()
            signs = torch.randint(-1, 2, parameter.shape, generator=rng)
            parameter.grad = sizes * signs
        optimiser.step()


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(0, 40_000), min_size=1, max_size=3), steps=st.integers(1, 6))
def test_its_steps_are_those_of_torch(sizes: list[int], steps: int) -> None:
    ours, theirs = leaves(sizes), leaves(sizes)
    train(Adam(groups(ours), eps=1e-15), ours, range(steps))
    train(torch.optim.Adam(groups(theirs), eps=1e-15), theirs, range(steps))
    for found, expected in zip(ours, theirs, strict=True):
        assert torch.allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_either_goes_on_from_the_state_of_the_other() -> None:
    ours, theirs = leaves([100, 7]), leaves([100, 7])
    first, second = Adam(groups(ours)), torch.optim.Adam(groups(theirs), fused=True)
    train(first, ours, range(3))
    train(second, theirs, range(3))
    state = first.state_dict()
    first.load_state_dict(second.state_dict())
    second.load_state_dict(state)
    train(first, ours, range(3, 6))
    train(second, theirs, range(3, 6))
    for found, expected in zip(ours, theirs, strict=True):
        assert torch.allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_the_number_of_threads_changes_no_bit() -> None:
    moved = []
    for threads in (1, 3):
        set_thread_count(threads)
        parameters = leaves([50_001])
        train(Adam(groups(parameters)), parameters, range(3))
        moved.append(parameters[0].detach())
    assert torch.equal(*moved)


def test_what_has_no_gradient_stays() -> None:
    moved, still = leaves([5, 5])
    optimiser = Adam([moved, still])
    before = still.detach().clone()
    moved.grad = torch.ones(5)
    optimiser.step()
    assert torch.equal(still.detach(), before)
    assert still not in optimiser.state


def test_strided_parameters_are_refused() -> None:
    parameter = torch.zeros(4, 6)[:, ::2].requires_grad_()
    parameter.grad = torch.ones(4, 3)
    with pytest.raises(ValueError, match="contiguous"):
        Adam([parameter]).step()
