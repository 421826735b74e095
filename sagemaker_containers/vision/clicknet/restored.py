"""A network that can go on learning, from the ONNX file of one that has learnt (export.py)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from clicknet.network import Network

_PREFIX, _HALF = "network.", "_half"


def restored(path: Path, examples: Tensor) -> Network:
    """The network that was written; `examples` (n, maps, height, width) say what it usually sees.

    The file has each normalisation in the convolution before it. Here they are apart again: what convolutions give for
    the examples becomes the normalisation's mean and deviation, and it multiplies and adds what undoes them.
    """
    stored = {
        one.name.removeprefix(_PREFIX).removesuffix(_HALF): numpy_helper.to_array(one)
        for one in onnx.load(str(path)).graph.initializer
        if one.name.startswith(_PREFIX)
    }
    network = Network().eval()
    state = network.state_dict()
    for name in state:
        if name in stored:
            state[name] = torch.from_numpy(stored[name].astype(np.float32))
    network.load_state_dict(state)
    _set_apart(network, stored, examples)
    return network


@torch.no_grad()
def _set_apart(network: Network, stored: dict[str, NDArray[np.float32]], examples: Tensor) -> None:
    """Give every normalisation its numbers as the examples reach it, the first ones first."""
    hooks = []
    for name, module in network.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            convolution = f"{name.rpartition('.')[0]}.{int(name.rpartition('.')[2]) - 1}"
            added = torch.from_numpy(stored[f"{convolution}.weight_bias"].copy())
            hooks.append(module.register_forward_pre_hook(_taking(added)))
    network(examples)
    for hook in hooks:
        hook.remove()


def _taking(added: Tensor) -> Callable[[nn.Module, tuple[Tensor]], None]:
    """What to do with a normalisation that is to pass on what it is given, and `added`."""

    def take(module: nn.Module, given: tuple[Tensor]) -> None:
        assert isinstance(module, nn.BatchNorm2d)
        assert module.running_mean is not None
        assert module.running_var is not None
        mean, variance = given[0].mean((0, 2, 3)), given[0].var((0, 2, 3), correction=0)
        module.running_mean.copy_(mean)
        module.running_var.copy_(variance)
        module.weight.copy_(torch.sqrt(variance + module.eps))
        module.bias.copy_(mean + added)

    return take
