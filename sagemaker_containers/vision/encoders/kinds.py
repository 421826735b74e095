"""The three families of encoders: what tells them apart, and how each wants its pictures.

SAM 1: Kirillov et al. 2023; SAM 2.1: Ravi et al. 2024; SAM 3: Carion et al. 2025.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from diorama.errors import StageError
from diorama.objects.stages import EmbeddingModel

CONFIG = "config.json"
Colour = tuple[float, float, float]
IMAGENET_MEAN: Colour = (0.485, 0.456, 0.406)
IMAGENET_SPREAD: Colour = (0.229, 0.224, 0.225)
HALF: Colour = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class Kind:
    """`loader`: its class in transformers. `model_types`: what `config.json` calls it, for videos too, which hold
    the same encoder. `keeps_form`: a photo is not stretched over the model's square."""

    name: EmbeddingModel
    loader: str
    model_types: tuple[str, ...]
    mean: Colour
    spread: Colour
    keeps_form: bool


KINDS = (
    Kind("sam3", "Sam3TrackerModel", ("sam3_tracker", "sam3_video"), HALF, HALF, False),
    Kind("sam2", "Sam2Model", ("sam2", "sam2_video"), IMAGENET_MEAN, IMAGENET_SPREAD, False),
    Kind("sam1", "SamModel", ("sam",), IMAGENET_MEAN, IMAGENET_SPREAD, True),
)
"""Best first."""


def kind_named(name: EmbeddingModel) -> Kind:
    """The kind of that name."""
    return next(kind for kind in KINDS if kind.name == name)


def kind_in(folder: Path) -> Kind:
    """What the weights in a folder are. Raises `StageError` where they are none of ours."""
    try:
        model_type = json.loads((folder / CONFIG).read_text()).get("model_type")
    except (OSError, ValueError, AttributeError) as error:
        raise unusable(folder, f"its {CONFIG} can't be read") from error
    for kind in KINDS:
        if model_type in kind.model_types:
            return kind
    raise unusable(folder, f"its {CONFIG} says '{model_type}'")


def unusable(folder: Path, reason: str) -> StageError:
    """The refusal of weights."""
    return StageError(
        "unusable_weights",
        f"The weights in {folder.name} can't be used: {reason}.",
        "Download SAM 3, SAM 2.1 or SAM 1 anew, as transformers has them (config.json and safetensors), "
        "and run python -m encoders.install on the folder.",
    )
