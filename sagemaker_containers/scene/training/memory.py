"""Whether a training fits into memory: planned before it starts, and mended where the plan was wrong.

The sizes are counted, not guessed; what is added on top was measured (bench/README.md, "Training").
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import torch

from diorama.errors import StageError
from training.model import Model
from training.presets import Preset
from views.view import PhotoView

FLOAT_BYTES = 4
COPIES_OF_SPLATS = 9
"""Values, gradients, two moments of Adam; all but the gradients again while splats are rearranged; and what drawing
needs of each."""
FLOATS_BESIDE = 20
"""Of a splat in one picture: place, ellipse, colour, depth and their gradients."""
FLOATS_OF_PIXEL = 60
"""Picture, photo, loss, SSIM's means and their gradients."""
SHARE_TO_USE = 0.8
FEWEST_SPLATS, LAST_SPLATS = 1_000, 100
"""No training is begun with fewer than the first, and none goes on with fewer than the second."""
AFTER_FAILURE = 0.7
"""Share of the splats that a run goes on with when memory ran out."""

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")


def planned(limits: Preset, views: Sequence[PhotoView], available: int | None) -> Preset:
    """The limits, with as many splats as `available` bytes hold; unchanged where nobody knows how many there are.

    Raises `StageError` where not even a few splats fit.
    """
    if available is None:
        return limits
    room = SHARE_TO_USE * available - pictures_bytes(views)
    fitting = int(room / splat_bytes(limits.sh_degree))
    if fitting < min(FEWEST_SPLATS, limits.max_splats):
        raise StageError(
            "too_little_memory",
            f"Training on {len(views)} photos of this size needs more than the {available / 1e9:.1f} GB that are free.",
            "Choose a lower quality or smaller photos, or a machine with more memory.",
        )
    return dataclasses.replace(limits, max_splats=min(limits.max_splats, fitting))


def splat_bytes(sh_degree: int) -> int:
    """What one splat takes in training."""
    trained = 3 + 4 + 3 + 1 + 3 * (sh_degree + 1) ** 2
    return FLOAT_BYTES * (COPIES_OF_SPLATS * trained + FLOATS_BESIDE)


def pictures_bytes(views: Sequence[PhotoView]) -> int:
    """What the photos take, in two sizes, and the pictures that one step draws."""
    pixels = [int(view.photo.shape[0] * view.photo.shape[1]) for view in views]
    return 2 * 3 * sum(pixels) + FLOAT_BYTES * FLOATS_OF_PIXEL * max(pixels)


def free_bytes(device: torch.device) -> int | None:
    """Of the GPU, or of this machine or the container that we run in; None where it doesn't say."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    known = [free for free in (_of_machine(), _of_container()) if free is not None]
    return min(known) if known else None


def _of_machine() -> int | None:
    if not MEMINFO.exists():
        return None
    lines = (line.split() for line in MEMINFO.read_text().splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == "MemAvailable:"), None)


def _of_container() -> int | None:
    limit, used = CGROUP / "memory.max", CGROUP / "memory.current"
    if not limit.exists() or limit.read_text().strip() == "max":
        return None
    return max(0, int(limit.read_text()) - int(used.read_text()))


def is_exhaustion(error: Exception) -> bool:
    """Whether this says that memory ran out: torch's allocator on the CPU only says so in words."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)


def shrunk(model: Model, max_splats: int) -> int:
    """Leaves out the faintest splats, and gives how many there may be from now on.

    Raises `StageError` where hardly any would be left.
    """
    most = int(AFTER_FAILURE * min(model.count, max_splats))
    if most < LAST_SPLATS:
        raise StageError(
            "out_of_memory",
            f"Memory ran out with {model.count} splats.",
            "Choose a lower quality or smaller photos, or a machine with more memory.",
        )
    model.optimiser.zero_grad()
    model.corrections.optimiser.zero_grad()
    kept = model.splats["opacities"].detach().topk(min(most, model.count)).indices
    model.keep(kept.sort().values)
    if model.device.type == "cuda":
        torch.cuda.empty_cache()
    return most
