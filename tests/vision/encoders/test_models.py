"""Embeddings of the models as their authors made them: shapes alone, without a weight."""

from typing import Any

import pytest
import torch
from transformers import (
    Sam2Config,
    Sam2Model,
    Sam3TrackerConfig,
    Sam3TrackerModel,
    Sam3VisionConfig,
    Sam3ViTConfig,
    SamConfig,
    SamModel,
)

from encoders.models import embedded, side_px


def sam3_of_one_layer() -> Sam3TrackerConfig:
    """A layer fewer changes no shape; on the meta device it is time that counts."""
    backbone = Sam3ViTConfig(num_hidden_layers=1, global_attn_indexes=[0])
    return Sam3TrackerConfig(
        vision_config=Sam3VisionConfig(
            backbone_config=backbone, backbone_feature_sizes=[[288, 288], [144, 144], [72, 72]]
        )
    )


@pytest.mark.parametrize(
    ("make", "side", "shapes"),
    [
        (lambda: SamModel(SamConfig()), 1024, {"image": (1, 256, 64, 64)}),
        (
            lambda: Sam2Model(Sam2Config()),
            1024,
            {"image": (1, 256, 64, 64), "image_x2": (1, 64, 128, 128), "image_x4": (1, 32, 256, 256)},
        ),
        (
            lambda: Sam3TrackerModel(sam3_of_one_layer()),
            1008,
            {"image": (1, 256, 72, 72), "image_x2": (1, 64, 144, 144), "image_x4": (1, 32, 288, 288)},
        ),
    ],
    ids=["SAM 1", "SAM 2.1", "SAM 3"],
)
def test_embeddings_have_the_shapes_that_their_decoders_want(
    make: Any, side: int, shapes: dict[str, tuple[int, ...]]
) -> None:
    with torch.device("meta"):
        model = make().eval()
        assert side_px(model) == side
        found = embedded(model, torch.zeros(1, 3, side, side))
    assert {name: tuple(array.shape) for name, array in found.items()} == shapes
