"""SAM 1, SAM 2.1 and SAM 3 with a few thousand random weights, as transformers keeps them on a disk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2MaskDecoderConfig,
    Sam2Model,
    Sam2PromptEncoderConfig,
    Sam2VideoConfig,
    Sam2VideoModel,
    Sam2VisionConfig,
    Sam3TrackerConfig,
    Sam3TrackerMaskDecoderConfig,
    Sam3TrackerModel,
    Sam3TrackerPromptEncoderConfig,
    Sam3TrackerVideoConfig,
    Sam3VideoConfig,
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
    _write(TINY[name], folder, seed)
    return folder


def _write(make: Callable[[], Any], folder: Path, seed: int = 0) -> None:
    torch.manual_seed(seed)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    model = make()
    with torch.no_grad():
        for array in model.parameters():
            if array.dim() > 1:  # transformers' own are so small that every photo would look alike
                array.normal_(std=0.25)
    model.save_pretrained(folder)


def write_tiny_video(name: str, folder: Path) -> Path:
    """The same as SAM 2.1 and SAM 3 are published: with what they need for videos."""
    if name == "sam2":
        _write(_sam2_video, folder)
        return folder
    write_tiny("sam3", folder)
    still = sam3().config
    parts = {
        part: getattr(still, part)
        for part in ("vision_config", "prompt_encoder_config", "mask_decoder_config")
    }
    tracker = Sam3TrackerVideoConfig(**parts)
    Sam3VideoConfig(tracker_config=tracker).save_pretrained(folder)
    arrays = load_file(folder / "model.safetensors")
    for of_the_whole in ("detector_model.", "tracker_neck."):
        arrays = {
            key.replace(f"tracker_model.{of_the_whole}", of_the_whole): value for key, value in arrays.items()
        }
    arrays["detector_model.text_encoder.text_projection.weight"] = torch.zeros(3, 3)
    save_file(arrays, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _sam2_video() -> Sam2VideoModel:
    still = sam2().config
    config = Sam2VideoConfig(
        vision_config=still.vision_config,
        prompt_encoder_config=still.prompt_encoder_config,
        mask_decoder_config=still.mask_decoder_config,
        image_size=64,
        memory_attention_hidden_size=CHANNELS,
        memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=48,
        memory_attention_rope_feat_sizes=[4, 4],
        memory_encoder_output_channels=8,
        memory_fuser_intermediate_dim=48,
        memory_encoder_hidden_size=CHANNELS,
        memory_fuser_embed_dim=CHANNELS,
        mask_downsampler_embed_dim=CHANNELS,
    )
    return Sam2VideoModel(config)
