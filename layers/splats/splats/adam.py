"""Adam as torch has it, whose steps on the CPU are taken by the kernel, on the kernel's threads.

torch's own would be taken by torch's threads, which wait by spinning on cores that the kernel could use; with one
thread it is the longest part of a training step that a second core does not shorten.
"""

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from torch import Tensor

from splats import native
from splats.threads import thread_count


class Adam(torch.optim.Adam):
    """Takes parameters and groups as torch's does, and keeps its state in the same form: either reads the other's.

    Learning rates, betas and epsilon only; gradients are dense float32. On a GPU it is torch's fused one.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, lr=lr, betas=betas, eps=eps, fused=True)

    @overload
    def step(self, closure: None = None) -> None: ...

    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        moved = [(p, group) for group in self.param_groups for p in group["params"] if p.grad is not None]
        if closure is not None or any(p.is_cuda for p, _ in moved):
            loss: float | None = super().step(closure)
            return loss
        for parameter, group in moved:
            _move(parameter, self.state[parameter], group)
        return None


def _move(parameter: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
    if not state:
        state["step"] = torch.tensor(0.0)
        state["exp_avg"], state["exp_avg_sq"] = torch.zeros_like(parameter), torch.zeros_like(parameter)
    state["step"] += 1
    assert parameter.grad is not None
    held = (parameter, state["exp_avg"], state["exp_avg_sq"])
    if not all(tensor.is_contiguous() for tensor in held):
        raise ValueError("parameters that are trained have to be contiguous")
    values, gradient, first, second = map(native.floats, (parameter, parameter.grad, *held[1:]))
    native.kernel().adam_step(
        native.AdamOptions(group["lr"], *group["betas"], group["eps"]),
        *(int(state["step"]), parameter.numel()),
        *(values.data_ptr(), gradient.data_ptr(), first.data_ptr(), second.data_ptr(), thread_count()),
    )
