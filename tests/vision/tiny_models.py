"""SAM 1, SAM 2.1 and SAM 3 with a few thousand random weights, as transformers keeps them on a disk."""

from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import (
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2MaskDecoderConfig,
    Sam2Model,
    Sam2PromptEncoderConfig,
    Sam2VisionConfig,
    Sam3TrackerConfig,
    Sam3TrackerMaskDecoderConfig,
    Sam3TrackerModel,
    Sam3TrackerPromptEncoderConfig,
    Sam3VisionConfig,
    Sam3ViTConfig,
    SamConfig,
    SamMaskDecoderConfig,
    SamModel,
    SamPromptEncoderConfig,
    SamVisionConfig,
)

CHANNELS = 32
_DECODER: dict[str, Any] = {
    "hidden_size": CHANNELS,
    "mlp_dim": 48,
    "num_attention_heads": 2,
    "iou_head_hidden_dim": CHANNELS,
}


def sam1() -> SamModel:
    """64 pixels a side, an embedding of 4 x 4."""
    config = SamConfig(
        vision_config=SamVisionConfig(
            hidden_size=24, output_channels=CHANNELS, num_hidden_layers=2, num_attention_heads=2, image_size=64,
            window_size=2, global_attn_indexes=(1,), num_pos_feats=CHANNELS // 2, mlp_dim=48,
        ),
        prompt_encoder_config=SamPromptEncoderConfig(hidden_size=CHANNELS, image_size=64),
        mask_decoder_config=SamMaskDecoderConfig(**_DECODER),
    )  # fmt: skip
    return SamModel(config)


def sam2() -> Sam2Model:
    """64 pixels a side, embeddings of 4 x 4, 8 x 8 and 16 x 16."""
    backbone = Sam2HieraDetConfig(
        hidden_size=8, image_size=[64, 64], blocks_per_stage=[1, 1, 2, 1], embed_dim_per_stage=[8, 16, 24, 32],
        num_attention_heads_per_stage=[1, 1, 2, 2], window_size_per_stage=[4, 4, 4, 2], global_attention_blocks=[3],
    )  # fmt: skip
    config = Sam2Config(
        vision_config=Sam2VisionConfig(
            backbone_config=backbone,
            backbone_channel_list=[32, 24, 16, 8],
            backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]],
            fpn_hidden_size=CHANNELS,
        ),
        prompt_encoder_config=Sam2PromptEncoderConfig(hidden_size=CHANNELS, image_size=64),
        mask_decoder_config=Sam2MaskDecoderConfig(**_DECODER),
    )
    return Sam2Model(config)


def sam3() -> Sam3TrackerModel:
    """56 pixels a side, embeddings of 4 x 4, 8 x 8 and 16 x 16."""
    backbone = Sam3ViTConfig(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, image_size=56,
        window_size=2, global_attn_indexes=[1], pretrain_image_size=56,
    )  # fmt: skip
    config = Sam3TrackerConfig(
        vision_config=Sam3VisionConfig(
            backbone_config=backbone,
            backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]],
            fpn_hidden_size=CHANNELS,
        ),
        prompt_encoder_config=Sam3TrackerPromptEncoderConfig(hidden_size=CHANNELS, image_size=56),
        mask_decoder_config=Sam3TrackerMaskDecoderConfig(**_DECODER),
    )
    return Sam3TrackerModel(config)


TINY = {"sam1": sam1, "sam2": sam2, "sam3": sam3}


def write_tiny(name: str, folder: Path, seed: int = 0) -> Path:
    """The weights of one of `TINY` in a folder, as they would be downloaded."""
    torch.manual_seed(seed)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    model = TINY[name]()
    with torch.no_grad():
        for array in model.parameters():
            if array.dim() > 1:  # transformers' own are so small that every photo would look alike
                array.normal_(std=0.25)
    model.save_pretrained(folder)
    return folder
