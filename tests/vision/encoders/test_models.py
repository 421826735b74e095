"""Embeddings: their shapes in the models as their authors made them, and how exact they are in tiny ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
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

from encoders.kinds import kind_in
from encoders.models import embed, embedded, load, side_px
from tests.vision.photos import pictures
from tests.vision.tiny_models import write_tiny


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


@pytest.mark.parametrize("name", ["sam1", "sam2", "sam3"])
def test_in_half_precision_as_on_a_gpu_embeddings_are_nearly_the_same(tmp_path: Path, name: str) -> None:
    kind = kind_in(write_tiny(name, tmp_path))
    model = load(tmp_path, kind, torch.device("cpu"))
    picture = pictures.halves()
    frame, whole = embed(model, kind, picture)
    same_frame, half = embed(model.half(), kind, picture)
    assert frame == same_frame
    for array, other in zip(whole.values(), half.values(), strict=True):
        assert other.dtype == array.dtype == np.float16
        assert np.isfinite(array).all()
        assert np.abs(array - other).max() < 0.05 * np.abs(array).max()


def test_where_half_precision_overflows_a_photo_is_embedded_in_full(tmp_path: Path) -> None:
    kind = kind_in(write_tiny("sam1", tmp_path))
    model = load(tmp_path, kind, torch.device("cpu"))
    with torch.no_grad():
        model.vision_encoder.patch_embed.projection.weight.mul_(1e4)
    side = side_px(model)
    half = embedded(model.half(), torch.ones(1, 3, side, side, dtype=torch.float16))
    assert not half["image"].isfinite().all()
    _, arrays = embed(model, kind, Image.new("RGB", (side, side), (255, 255, 255)))
    assert np.isfinite(arrays["image"]).all()
