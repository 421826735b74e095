"""A photo as its encoder wants it: a square of numbers."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from diorama.objects.stages import ModelFrame
from encoders.kinds import Kind


def frame_in(kind: Kind, side_px: int, width_px: int, height_px: int) -> ModelFrame:
    """Where a photo of that size lies in the model's square."""
    if not kind.keeps_form:
        return ModelFrame(side_px=side_px, width_px=side_px, height_px=side_px)
    scale = side_px / max(width_px, height_px)
    return ModelFrame(
        side_px=side_px,
        width_px=max(1, int(width_px * scale + 0.5)),
        height_px=max(1, int(height_px * scale + 0.5)),
    )


def pixels_in(kind: Kind, frame: ModelFrame, picture: Image.Image) -> NDArray[np.float32]:
    """The photo (mode RGB) in its frame, shape (1, 3, side, side), colours as the model learnt them; 0 beside it."""
    shrunk = picture.resize((frame.width_px, frame.height_px), Image.Resampling.BILINEAR)
    values = np.asarray(shrunk, np.float32) / 255
    values = (values - np.asarray(kind.mean, np.float32)) / np.asarray(kind.spread, np.float32)
    square = np.zeros((1, 3, frame.side_px, frame.side_px), np.float32)
    square[0, :, : frame.height_px, : frame.width_px] = values.transpose(2, 0, 1)
    return square
