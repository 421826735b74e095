"""Whether SAM 3D Objects fits a GPU: all of it at once, or its sub-models in turn."""

from collections.abc import Mapping
from typing import Literal

import torch

from diorama.errors import StageError

Way = Literal["together", "in_turn"]

TOGETHER_BYTES = 34 * 10**9
"""Its setup asks for 32 GB, and its users report that much; a little more, for what else is on the GPU."""
LEAST_WORKING_BYTES = 8 * 10**9
"""What a sub-model is given to work with beside its weights, before it is worth trying. Ours to guess: nobody has
measured it here."""
STEPS: dict[str, tuple[str, ...]] = {
    "sample_sparse_structure": ("ss_generator", "ss_decoder"),
    "sample_slat": ("slat_generator",),
    "decode_slat": ("slat_decoder_gs", "slat_decoder_gs_4", "slat_decoder_mesh"),
}
"""What is needed at once: a method of the pipeline -> sub-models, as `part_sizes` names them."""


def free_bytes() -> int:
    """Of the GPU; 0 where there is none."""
    return int(torch.cuda.mem_get_info()[0]) if torch.cuda.is_available() else 0


def way_for(free_bytes: int, sizes: Mapping[str, int]) -> Way:
    """How to run it. Raises `StageError` where neither way has a chance."""
    if free_bytes >= TOGETHER_BYTES:
        return "together"
    needed = max(sum(sizes.get(part, 0) for part in parts) for parts in STEPS.values()) + LEAST_WORKING_BYTES
    if free_bytes >= needed:
        return "in_turn"
    raise too_small(free_bytes, needed)


def too_small(free_bytes: int, needed_bytes: int | None = None) -> StageError:
    """The refusal of a GPU; without `needed_bytes` it was tried."""
    needs = (
        "more than that, as it turned out" if needed_bytes is None else f"at least {needed_bytes / 1e9:.0f}"
    )
    return StageError(
        "gpu_too_small",
        f"SAM 3D Objects does not fit: {free_bytes / 1e9:.0f} GB of GPU memory are free, and it needs {needs}.",
        "Deploy with a larger VisionInstanceType (ml.g6e.2xlarge has 48 GB), or remove its weights: then shapes are "
        "estimated.",
    )
