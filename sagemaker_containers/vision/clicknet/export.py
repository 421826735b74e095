"""Writes trained weights as the ONNX file that Python and browsers run.

    python -m clicknet.export weights.pt weights.onnx

Weights are stored in half precision and widened as the file is opened: half the download, sums as before.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from clicknet.evidence import EVIDENCE_MAPS
from clicknet.network import GRAIN_PX, Network

_LEAST_HALVED = 128
"""Values: smaller tensors stay as they are."""


class Answering(nn.Module):
    """The network with probabilities for an answer."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, evidence: Tensor) -> Tensor:
        return torch.sigmoid(self.network(evidence))


def exported(network: Network, path: Path) -> None:
    """Write a network: evidence (1, maps, height, width) to probability (1, 1, height / 2, width / 2)."""
    example = torch.zeros(1, EVIDENCE_MAPS, 8 * GRAIN_PX, 12 * GRAIN_PX)
    sides = {
        2: GRAIN_PX * torch.export.Dim("rows", min=3, max=12),
        3: GRAIN_PX * torch.export.Dim("columns", min=3, max=12),
    }
    program = torch.onnx.export(
        Answering(network).eval(),
        (example,),
        input_names=["evidence"],
        output_names=["probability"],
        dynamic_shapes=(sides,),
        opset_version=18,
        dynamo=True,
        optimize=True,
        verbose=False,
    )
    assert program is not None
    onnx.save(_halved(program.model_proto), str(path))


def _halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model, its weights in half precision, each widened by a node that runtimes fold when they open it."""
    graph, kept, widened = model.graph, [], []
    for weights in graph.initializer:
        values = numpy_helper.to_array(weights)
        if values.dtype != np.float32 or values.size < _LEAST_HALVED:
            kept.append(weights)
            continue
        kept.append(numpy_helper.from_array(values.astype(np.float16), weights.name + "_half"))
        widened.append(
            helper.make_node("Cast", [weights.name + "_half"], [weights.name], to=TensorProto.FLOAT)
        )
    nodes = [*widened, *graph.node]
    del graph.initializer[:], graph.node[:], graph.value_info[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    return model


def main(arguments: list[str]) -> None:
    """From a file of torch to a file of ONNX."""
    weights, path = (Path(argument) for argument in arguments)
    network = Network()
    network.load_state_dict(torch.load(weights, weights_only=True))
    exported(network, path)


if __name__ == "__main__":
    main(sys.argv[1:])
