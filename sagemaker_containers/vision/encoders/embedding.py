"""A photo's embedding by the owner's weights, as files for the browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image

from diorama.objects.stages import EmbeddingArray, ModelFrame
from encoders.installed import DECODER, Installed
from encoders.kinds import kind_named
from encoders.models import Arrays, embed, load


def write_embedding(
    folder: Path, installed: Installed, picture: Image.Image, outputs: Path
) -> tuple[ModelFrame, tuple[EmbeddingArray, ...]]:
    """Embeds the photo (mode RGB) by the weights in `folder`; writes the arrays, row-major and little endian, and the
    decoder that belongs to them. Raises `StageError` for weights that can't be used."""
    kind = kind_named(installed.model)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    frame, arrays = embed(load(folder, kind, device), kind, picture)
    shutil.copyfile(folder / DECODER, outputs / DECODER)
    return frame, tuple(_written(arrays, outputs))


def _written(arrays: Arrays, outputs: Path) -> Iterator[EmbeddingArray]:
    for name, array in arrays.items():
        file = f"{name}.f16"
        (outputs / file).write_bytes(array.astype("<f2").tobytes())
        yield EmbeddingArray(name=name, file=file, dtype="float16", shape=array.shape)
