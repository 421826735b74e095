"""A decoder as an ONNX file that the browser downloads once: its weights as fp16, its arithmetic fp32."""

import logging
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from encoders.decoder import PromptedDecoder
from encoders.models import NAMES

OPSET = 20
PROMPT = ("point_coords", "point_labels", "mask_input", "has_mask_input")
ANSWER = ("mask", "iou")
FEWEST_POINTS, MOST_POINTS = 2, 256
KEPT_WHOLE_BELOW = 1024
"""Smaller arrays stay fp32: they weigh nothing, and the frequencies of positions must be exact."""


def export(decoder: PromptedDecoder, embedding: dict[str, torch.Tensor], path: Path) -> None:
    """Writes the decoder for embeddings of these shapes."""
    size = 4 * embedding["image"].shape[-1]
    arguments = {
        **embedding,
        "point_coords": torch.rand(1, 3, 2) * decoder.side_px,
        "point_labels": torch.tensor([[1, 0, -1]], dtype=torch.int32),
        "mask_input": torch.zeros(1, 1, size, size),
        "has_mask_input": torch.zeros(1),
    }
    order = [name for name in ("image", *PROMPT, *NAMES[1:]) if name in arguments]
    points = torch.export.Dim("points", min=FEWEST_POINTS, max=MOST_POINTS)
    dynamic = {"point_coords": {1: points}, "point_labels": {1: points}}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision, which nothing here needs
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter's own, about itself
        torch.onnx.export(
            decoder.eval(),
            tuple(arguments[name] for name in order),
            path,
            input_names=order,
            output_names=list(ANSWER),
            dynamic_shapes=tuple(dynamic.get(name) for name in order),
            dynamo=True,
            external_data=False,
            opset_version=OPSET,
            verbose=False,
        )
    onnx.save(with_half_weights(without_remarks(onnx.load(path))), path)


def without_remarks(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same without what the exporter notes on each node: lines of source and where they lay on this machine."""
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.initializer):
        del part.metadata_props[:]
        part.ClearField("doc_string")
    return model


def with_half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same with its large arrays as fp16, each widened by a Cast, which a runtime does once when it loads."""
    graph = model.graph
    kept, casts = [], []
    for array in graph.initializer:
        values = numpy_helper.to_array(array)
        if values.dtype != np.float32 or values.size < KEPT_WHOLE_BELOW:
            kept.append(array)
            continue
        narrow = f"{array.name}_fp16"
        kept.append(numpy_helper.from_array(values.astype(np.float16), narrow))
        casts.append(helper.make_node("Cast", [narrow], [array.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    return model
