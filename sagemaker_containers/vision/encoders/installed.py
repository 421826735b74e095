"""What installing weights leaves beside them, and finding it."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from diorama.errors import StageError
from diorama.objects.stages import EmbeddingModel
from diorama.stage import Contract
from encoders.kinds import CONFIG, KINDS, kind_in, unusable

INSTALLED = "installed.json"
DECODER = "decoder.onnx"
WEIGHTS = "*.safetensors"
CHUNK_BYTES = 2**20


class Installed(Contract):
    """`installed.json`."""

    version: Literal[1] = 1
    model: EmbeddingModel
    weights: str = Field(description="SHA-256 of the weights' files, one after the other by name")
    files: dict[str, int] = Field(description="Those files -> bytes")
    decoder: str = Field(description="SHA-256 of decoder.onnx")
    decoder_bytes: int
    transformers: str = Field(description="Version that read them")
    pixels_that_differ: float = Field(
        description="Largest share in a mask, of the decoder from transformers' own"
    )
    score_error: float = Field(description="Largest difference of a mask's score")


def find_installed(weights: Path) -> tuple[Path, Installed] | None:
    """The best model that is installed in a folder or in the folders in it. Raises `StageError` for a broken one."""
    found = [read_installed(path.parent) for path in _below(weights, INSTALLED)]
    if not found:
        return None
    order = [kind.name for kind in KINDS]
    return min(found, key=lambda one: order.index(one[1].model))


def is_waiting(weights: Path) -> bool:
    """Whether an encoder's weights lie there that nobody has installed, and none that somebody has."""
    if _below(weights, INSTALLED):
        return False
    return any(any(path.parent.glob(WEIGHTS)) and _is_encoder(path) for path in _below(weights, CONFIG))


def _is_encoder(config: Path) -> bool:
    try:
        return bool(kind_in(config.parent))
    except StageError:
        return False


def _below(folder: Path, name: str) -> list[Path]:
    return sorted([*folder.glob(name), *folder.glob(f"*/{name}")])


def read_installed(folder: Path) -> tuple[Path, Installed]:
    """The folder and its record, whose files are as they were. Raises `StageError`."""
    try:
        installed = Installed.model_validate_json((folder / INSTALLED).read_bytes())
    except (OSError, ValidationError) as error:
        raise unusable(folder, f"its {INSTALLED} can't be read") from error
    sizes = {**installed.files, DECODER: installed.decoder_bytes}
    for name, size in sizes.items():
        if not (folder / name).is_file() or (folder / name).stat().st_size != size:
            raise unusable(folder, f"{name} is not what was installed")
    return folder, installed


def digest(paths: list[Path]) -> str:
    """SHA-256 of files one after the other, in hex."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                whole.update(chunk)
    return whole.hexdigest()
