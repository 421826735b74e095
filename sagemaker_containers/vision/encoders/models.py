"""Models of transformers: reading the owner's weights, and embedding a photo."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from diorama.objects.stages import ModelFrame
from encoders.kinds import Kind, unusable
from encoders.pixels import frame_in, pixels_in

Arrays = dict[str, NDArray[np.float16]]
NAMES = ("image", "image_x2", "image_x4")
"""Of an embedding's arrays, the coarsest first: what the decoder calls them, too."""


def load(folder: Path, kind: Kind, device: torch.device) -> Any:
    """The model with its weights; in fp16 on a GPU. Raises `StageError` where they don't fit."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        model, told = getattr(transformers, kind.loader).from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float16 if device.type == "cuda" else torch.float32,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise unusable(folder, f"transformers can't read them ({type(error).__name__})") from error
    missing = sorted(told["missing_keys"])
    if missing:
        raise unusable(folder, f"{len(missing)} of the model's arrays are not in them, as {missing[0]}")
    return model.eval().to(device)


def side_px(model: Any) -> int:
    """Of the square that the model sees."""
    side = model.prompt_encoder.input_image_size
    return int(side if isinstance(side, int) else side[0])


@torch.inference_mode()
def embed(model: Any, kind: Kind, picture: Image.Image) -> tuple[ModelFrame, Arrays]:
    """Where the photo (mode RGB) lies in the model's square, and the embedding's arrays by name."""
    frame = frame_in(kind, side_px(model), picture.width, picture.height)
    pixels = torch.from_numpy(pixels_in(kind, frame, picture)).to(model.device)
    arrays = embedded(model, pixels.to(model.dtype))
    if model.dtype == torch.float16 and not all(array.isfinite().all() for array in arrays.values()):
        arrays = embedded(model.float(), pixels)  # some photo was too much for 16 bits on the way
    return frame, {name: array.half().cpu().numpy() for name, array in arrays.items()}


def embedded(model: Any, pixels: Tensor) -> dict[str, Tensor]:
    """The embedding's arrays of a square of pixels, (1, C, s, s) each."""
    found = model.get_image_embeddings(pixels)
    coarsest_first = [found] if isinstance(found, Tensor) else list(found)[::-1]
    return dict(zip(NAMES, coarsest_first, strict=False))
