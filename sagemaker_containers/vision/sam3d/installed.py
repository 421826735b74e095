"""Finding what the owner has put there: weights, and the Python that their package runs in."""

import sys
from pathlib import Path

import yaml

from diorama.errors import StageError

CONFIG = "pipeline.yaml"
ENVIRONMENT = Path("environment", "bin", "python")
PARTS = (
    "ss_generator", "ss_decoder", "slat_generator", "slat_decoder_gs", "slat_decoder_gs_4", "slat_decoder_mesh",
)  # fmt: skip
"""Sub-models as pipeline.yaml names their files: `NAME_ckpt_path`."""


def find_sam3d(weights: Path) -> Path | None:
    """The folder with pipeline.yaml: the given one, or one in it."""
    found = sorted([*weights.glob(CONFIG), *weights.glob(f"*/{CONFIG}")])
    return found[0].parent if found else None


def python_of(folder: Path) -> str:
    """The interpreter beside the weights, where there is one: the package wants other versions than ours."""
    beside = folder / ENVIRONMENT
    return str(beside if beside.exists() else sys.executable)


def part_sizes(folder: Path) -> dict[str, int]:
    """Sub-model -> bytes of its weights. Raises `StageError` where one is missing."""
    try:
        config = yaml.safe_load((folder / CONFIG).read_text())
        files = {name: config.get(f"{name}_ckpt_path") for name in PARTS}
        return {name: (folder / file).stat().st_size for name, file in files.items() if file}
    except (OSError, AttributeError, TypeError, yaml.YAMLError) as error:
        raise unusable(folder, "pipeline.yaml, or a file that it names, can't be read") from error


def unusable(folder: Path, reason: str) -> StageError:
    """The refusal of what the owner has put there."""
    return StageError(
        "unusable_weights",
        f"SAM 3D Objects in {folder.name} can't be used: {reason}.",
        "Put its checkpoints there as they are downloaded (pipeline.yaml and what it names), and its package's "
        "Python as environment/bin/python; or remove the folder, then shapes are estimated.",
    )
